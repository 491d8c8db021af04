"""Members mark alone, lock, and objective items must agree."""

from decimal import Decimal

import pytest

from evaluation import queries
from evaluation.models import MarkReview, Score
from evaluation.queries import marks as comparing
from evaluation.services import leaving, marking, report, summary
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import opened
from tests.integration.evaluation.test_committee import facts, refused

CHEN = "晨光医疗科技有限公司"


def one(case, **changes):
    given = {"actor": case.members[0], "lot": 1, "bid": case.bid("chen").pk, "criterion": "T1"}
    return given | {"mark": Decimal(20), "comment": " 好 "} | changes


def test_a_mark_is_kept_and_may_change_until_locked(world):
    case = opened.conforming(world)
    marking.score(code=case.code, at=case.at, **one(case))
    marking.score(code=case.code, at=case.at, **one(case, mark=Decimal("21.5")))
    saved = Score.objects.get()
    assert (saved.mark, saved.comment) == (Decimal("21.5"), "好")


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"mark": Decimal("30.01")}, Invalid, "score.range"),
        ({"mark": Decimal(-1)}, Invalid, "score.range"),
        ({"mark": Decimal("1.001")}, Invalid, "score.range"),
        ({"mark": Decimal("NaN")}, Invalid, "score.range"),
        ({"mark": Decimal("1E999999")}, Invalid, "score.range"),
        ({"criterion": "X"}, Invalid, "score.criterion"),
        ({"bid": 0}, Missing, "bid.missing"),
        ({"lot": 9}, Missing, "scorecard.missing"),
    ],
)
def test_a_wrong_mark_is_refused(world, changes, kind, code):
    case = opened.conforming(world)
    refused(case, kind, code, marking.score, **one(case, **changes))
    assert not Score.objects.exists()


def test_others_do_not_mark_and_locked_marks_stand(world):
    case = opened.conforming(world)
    strange = one(case, actor=case.actor("lin"))
    refused(case, Denied, "scorecard.score.denied", marking.score, **strange)
    own = {"actor": case.members[0], "lot": 1}
    refused(case, Conflict, "scorecard.incomplete", marking.lock_scorecard, **own)
    opened.mark(case, case.members[0])
    opened.lock(case, case.members[0])
    with pytest.raises(Conflict):
        marking.score(code=case.code, at=case.at, **one(case))
    assert facts(case)[-1] == "scorecard.locked"


def test_nobody_reads_others_marks_before_all_lock(world):
    case = opened.conforming(world)
    for member in case.members[:4]:
        opened.mark(case, member)
        opened.lock(case, member)
    seats = case.seats
    seen = {s.number for s in queries.readable_seats(case.members[0], case.evaluation)}
    assert seen == {seats[0].number}
    assert queries.readable_seats(case.actor("lin"), case.evaluation) == []
    opened.mark(case, case.members[4])
    opened.lock(case, case.members[4])
    seen = {s.number for s in queries.readable_seats(case.members[0], case.evaluation)}
    assert seen == {seat.number for seat in seats}
    assert queries.readable_seats(case.actor("lin"), case.evaluation) == []


def test_objective_items_that_differ_hold_the_stage_until_mended(world):
    case = opened.conforming(world)
    first, *rest = case.members
    opened.mark(case, first, changed={(CHEN, "B1"): "3"})
    opened.lock(case, first)
    for member in rest:
        opened.mark(case, member)
        opened.lock(case, member)
    assert case.evaluation.state == "technical"
    place = {"lot": 1, "bid": case.bid("chen").pk, "criterion": "B1"}
    given = {"actor": case.lead, "seat": case.seats[0].number, "reason": "客观分不一致"} | place
    blank = given | {"reason": ""}
    refused(case, Invalid, "scorecard.reason", marking.reopen_scorecard, **blank)
    strange = given | {"actor": rest[0]}
    refused(case, Denied, "scorecard.reopen.denied", marking.reopen_scorecard, **strange)
    unknown = given | {"seat": 99}
    refused(case, Missing, "scorecard.missing", marking.reopen_scorecard, **unknown)
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    anew(case, first, place, leaf_full(case, "B1") * Decimal("0.8"))
    opened.lock(case, first)
    assert case.evaluation.state == "price_review"
    assert facts(case)[-4:] == [
        "scorecard.reopened",
        "score.changed",
        "scorecard.locked",
        "technical.closed",
    ]


def anew(case, member, place, mark, comment="看漏一页"):
    given = {"actor": member, "code": case.code, "at": case.at, "comment": comment}
    return marking.score(mark=Decimal(mark), **given, **place)


def leaf_full(case, code):
    return next(leaf.full for leaf in queries.leaves(case.evaluation) if leaf.code == code)


def striking(world, state="price_review"):
    """Everybody marks alike but the first member, who gives one bid five of twenty."""
    case = opened.conforming(world)
    for number, member in enumerate(case.members):
        opened.mark(case, member, changed={(CHEN, "T2"): "5"} if number == 0 else None)
        opened.lock(case, member)
    if state == "summary":
        summary.summarise(actor=case.lead, code=case.code, at=case.at)
    return case, {"lot": 1, "bid": case.bid("chen").pk, "criterion": "T2"}


def test_a_mark_far_from_the_others_is_flagged_with_how_far(world):
    case, _place = striking(world)
    (item,) = comparing.to_look_at(case.evaluation)
    assert (item.seat, item.score.mark, item.others) == (1, Decimal(5), Decimal(16))
    assert (item.percent, item.reason) == (Decimal("55.0"), "")


def test_the_report_waits_for_the_reason_of_every_striking_mark(world):
    case, place = striking(world, "summary")
    drafting = {"actor": case.lead}
    refused(case, Conflict, "score.unexplained", report.draft_report, **drafting)
    own = {"actor": case.members[0], "reason": "未提供检测报告"} | place
    blank = own | {"reason": " "}
    refused(case, Invalid, "scorecard.reason", marking.keep_score, **blank)
    strange = own | {"actor": case.actor("lin")}
    refused(case, Denied, "score.keep.denied", marking.keep_score, **strange)
    other = own | {"actor": case.members[1]}
    refused(case, Conflict, "score.not_flagged", marking.keep_score, **other)
    quiet = own | {"criterion": "T1"}
    refused(case, Conflict, "score.not_flagged", marking.keep_score, **quiet)
    marking.keep_score(code=case.code, at=case.at, **own)
    entry = record.first_fact(case.code, "score.kept")
    assert (entry.data["before"], entry.data["after"], entry.data["reason"]) == (
        "5.00",
        "5.00",
        "未提供检测报告",
    )
    report.draft_report(code=case.code, at=case.at, **drafting)
    late = own | {"reason": "再说"}
    refused(case, Conflict, "evaluation.wrong_stage", marking.keep_score, **late)


def test_once_marks_are_seen_only_what_strikes_is_reopened(world):
    case, place = striking(world, "summary")
    given = {"actor": case.lead, "seat": 1, "reason": "复核"} | place
    settled = given | {"criterion": "T1"}
    refused(case, Conflict, "score.settled", marking.reopen_scorecard, **settled)
    other = given | {"seat": 2}
    refused(case, Conflict, "score.settled", marking.reopen_scorecard, **other)
    assert case.evaluation.state == "summary"


def test_a_reopened_card_changes_in_that_item_alone_and_keeps_both_marks(world):
    case, place = striking(world, "summary")
    given = {"actor": case.lead, "seat": 1, "reason": "畸低，请复核"} | place
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    assert case.evaluation.state == "technical"
    refused(case, Conflict, "score.reopened", marking.reopen_scorecard, **given)
    other = one(case, criterion="T1", mark=Decimal(1))
    refused(case, Conflict, "score.not_reopened", marking.score, **other)
    silent = {"actor": case.members[0], "lot": 1}
    anew(case, case.members[0], place, 16, comment="")
    refused(case, Invalid, "score.reason", marking.lock_scorecard, **silent)
    anew(case, case.members[0], place, 16)
    opened.lock(case, case.members[0])
    told = record.first_fact(case.code, "score.changed").data
    assert {k: told[k] for k in ("seat", "criterion", "before", "after", "cause", "reason")} == {
        "seat": 1,
        "criterion": "T2",
        "before": "5.00",
        "after": "16.00",
        "cause": "畸低，请复核",
        "reason": "看漏一页",
    }
    made = MarkReview.objects.get()
    assert (made.before, made.after, made.closed_at) == (Decimal(5), Decimal(16), case.at)
    assert comparing.to_look_at(case.evaluation) == []
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    (row,) = report.report_content(case.evaluation, case.at)["mark_reviews"]
    assert (row["before"], row["after"]) == ("5.00", "16.00")


def test_a_reopened_mark_may_stand_if_its_member_says_why(world):
    case, place = striking(world, "summary")
    given = {"actor": case.lead, "seat": 1, "reason": "请复核"} | place
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    anew(case, case.members[0], place, 5, comment="确无检测报告")
    opened.lock(case, case.members[0])
    assert facts(case)[-3:] == ["score.kept", "scorecard.locked", "technical.rechecked"]
    assert comparing.unexplained(case.evaluation) == []


def test_a_slip_seen_before_all_have_locked_is_mended_in_that_item_alone(world):
    case = opened.conforming(world)
    opened.mark(case, case.members[0])
    opened.lock(case, case.members[0])
    place = {"lot": 1, "bid": case.bid("hu").pk, "criterion": "T1"}
    given = {"actor": case.lead, "seat": 1, "reason": "本人报告打错"} | place
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    refused(case, Conflict, "score.not_reopened", marking.score, **one(case))
    anew(case, case.members[0], place, 20, comment="打错")
    opened.lock(case, case.members[0])
    assert facts(case)[-2:] == ["score.changed", "scorecard.locked"]


def test_who_takes_a_place_after_the_marks_were_seen_marks_alone(world):
    case = opened.conforming(world)
    for number, member in enumerate(case.members):
        opened.mark(case, member, changed={(CHEN, "B1"): "3"} if number == 0 else None)
        opened.lock(case, member)
    assert len(queries.readable_seats(case.members[0], case.evaluation)) == 5
    given = {"actor": case.lead, "seat": 1, "reason": "不一致", "lot": 1, "criterion": "B1"}
    given["bid"] = case.bid("chen").pk
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    assert len(queries.readable_seats(case.members[1], case.evaluation)) == 5
    leaving.recuse(actor=case.members[1], code=case.code, reason="亲属", at=case.at)
    opened.gather(case, case.seats[-1])
    newcomer = case.members[-1]
    assert len(queries.readable_seats(newcomer, case.evaluation)) == 1
    settled = given | {"seat": 3, "criterion": "T1"}
    refused(case, Conflict, "score.settled", marking.reopen_scorecard, **settled)


def test_the_last_lock_closes_the_stage(world):
    case = opened.marked(world)
    assert (case.evaluation.state, facts(case)[-1]) == ("price_review", "technical.closed")
