"""Members mark alone, lock, and objective items must agree."""

from decimal import Decimal

import pytest

from evaluation import queries
from evaluation.models import Score
from evaluation.services import marking
from kernel.errors import Conflict, Denied, Invalid, Missing
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
    given = {"actor": case.lead, "lot": 1, "seat": case.seats[0].number, "reason": "客观分不一致"}
    blank = given | {"reason": ""}
    refused(case, Invalid, "scorecard.reason", marking.reopen_scorecard, **blank)
    strange = given | {"actor": rest[0]}
    refused(case, Denied, "scorecard.reopen.denied", marking.reopen_scorecard, **strange)
    unknown = given | {"seat": 99}
    refused(case, Missing, "scorecard.missing", marking.reopen_scorecard, **unknown)
    marking.reopen_scorecard(code=case.code, at=case.at, **given)
    opened.mark(case, first)
    opened.lock(case, first)
    assert case.evaluation.state == "price_review"
    assert facts(case)[-3:] == ["scorecard.reopened", "scorecard.locked", "technical.closed"]


def test_the_last_lock_closes_the_stage(world):
    case = opened.marked(world)
    assert (case.evaluation.state, facts(case)[-1]) == ("price_review", "technical.closed")
