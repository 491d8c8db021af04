"""Prices opened, corrected, explained, scored; the report signed or dissented from."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bidding.models import Bid
from evaluation import queries
from evaluation.models import Candidate, Exclusion, PriceReview
from evaluation.queries import candidates
from evaluation.scoring import evaluate_case
from evaluation.services import clock, leaving, marking, prices, report, summary
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from ledger.papers import paper_of
from tests import opened
from tests.integration.evaluation.test_committee import facts, refused
from tests.papers import assert_known_shape

CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"
LOW = {"chen": "420000.00", "zhao": "1020000.00", "hu": "1050000.00", "lin": "990000.00"}
FOUR = LOW | {"chen": "980000.00"}
WORDS = {"chen": "玖拾肆万元整"}


def summarised(world, **changes):
    case = opened.marked(world, **changes)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    return case


def signing(world, **changes):
    case = summarised(world, **changes)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    return case


def standing(lot=1):
    rows = Candidate.objects.filter(ranking__lot__number=lot)
    return [(c.rank, c.bid.bidder.name, c.total, c.price) for c in rows]


def test_prices_are_scored_and_ranked_and_the_case_gives_the_same_again(world):
    case = summarised(world)
    assert standing() == [
        (1, CHEN, "86.00", Decimal("980000.00")),
        (2, HU, "84.00", Decimal("1050000.00")),
        (3, ZHAO, "83.02", Decimal("1020000.00")),
    ]
    ranking = case.evaluation.rankings.get()
    assert evaluate_case(ranking.case) == ranking.result
    assert facts(case)[-2:] == ["evaluation.priced", "evaluation.summarised"]
    other = next(m for m in case.members if m != case.lead)
    again = {"actor": other}
    refused(case, Denied, "evaluation.summarise.denied", summary.summarise, **again)
    refused(case, Conflict, "evaluation.wrong_stage", summary.summarise, actor=case.lead)


def test_equal_totals_and_quotes_stay_joint(world):
    same = {"chen": "980000.00", "hu": "980000.00", "zhao": "1020000.00"}
    summarised(world, prices=same)
    assert [(rank, name) for rank, name, *_ in standing()] == [(1, CHEN), (1, HU), (3, ZHAO)]


def test_kept_back_prices_are_waited_for(world):
    case = opened.marked(world, stages="two")
    assert (case.evaluation.state, facts(case)[-1]) == ("price_opening", "technical.closed")
    entry = record.first_fact(case.code, "technical.closed")
    assert sorted(entry.data["admitted"]) == sorted(bid.pk for bid in case.bids)
    refused(case, Conflict, "evaluation.wrong_stage", summary.summarise, actor=case.lead)
    opened.open_prices(case, opened.PRICES)
    assert case.evaluation.state == "price_review"
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert standing()[0][:2] == (1, CHEN)


def test_opened_prices_are_shown_to_nobody_here_before_all_were_read_out(world):
    case = opened.marked(world, stages="two")
    Bid.objects.filter(pk=case.bid("chen").pk).update(price="980000.00")  # opened, not read out

    def seen(who):
        page = world.client(who).get(f"/tenders/{case.code}/evaluation/").content.decode()
        told = world.client(who).get(f"/api/v1/tenders/{case.code}/evaluation").json()
        return "980,000.00" in page, next(bid["price"] for bid in told["bids"])

    readers = (case.lead.ref.removeprefix("person:"), "lin", "sun", "wang", "tang")
    assert [seen(who) for who in readers] == [(False, None)] * len(readers)
    opened.open_prices(case, opened.PRICES)
    assert [seen(who) for who in readers] == [(True, "980000.00")] * len(readers)


def test_a_recheck_does_not_open_the_prices_twice(world):
    case = opened.conforming(world, stages="two")
    for number, member in enumerate(case.members):
        opened.mark(case, member, changed={(CHEN, "T2"): "5"} if number == 0 else None)
        opened.lock(case, member)
    opened.open_prices(case, opened.PRICES)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    place = {"lot": 1, "bid": case.bid("chen").pk, "criterion": "T2"}
    given = {"seat": case.seats[0].number, "reason": "畸低"} | place
    marking.reopen_scorecard(actor=case.lead, code=case.code, at=case.at, **given)
    assert (case.evaluation.state, Candidate.objects.count()) == ("technical", 0)
    anew = place | {"mark": Decimal(16), "comment": "看漏一页"}
    marking.score(actor=case.members[0], code=case.code, at=case.at, **anew)
    opened.lock(case, case.members[0])
    assert (case.evaluation.state, facts(case)[-1]) == ("price_review", "technical.rechecked")


def test_a_price_over_the_ceiling_is_out(world):
    case = opened.marked(world, prices=FOUR | {"zhao": "1180000.01"})
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code, case.evaluation.state) == (ZHAO, "R05", "price_review")


def test_the_result_names_unit_prices_and_the_declarations_that_were_favoured(world):
    case = opened.conforming(world)
    Bid.objects.filter(pk=case.bid("chen").pk).update(
        fields={"price": "980000.00", "x-item-1": "9800.00"}
    )
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    review = PriceReview.objects.get()
    assert [f["rule"] for f in review.finding["findings"]] == ["decimal_point"]
    prices.answer_correction(
        actor=case.actor("chen"), code=case.code, review=review.pk, accepted=True, at=case.at
    )
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    told = {c["supplier"]: c for c in candidates.candidates_of(case.evaluation)}
    (item,) = told[CHEN]["items"]
    assert Decimal(item["unit_price"]) == Decimal("980000.00")
    assert [told[name]["declarations"][0] for name in (CHEN, HU)] == [
        "中小企业声明函（小型企业）",
        "中小企业声明函（微型企业）",
    ]
    assert told[ZHAO]["items"] == []


def test_unit_prices_that_add_up_to_another_total_are_put_to_the_bidder(world):
    case = opened.conforming(world)
    Bid.objects.filter(pk=case.bid("zhao").pk).update(
        fields={"price": "1020000.00", "x-item-1": "1010000.00"}
    )
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    review = PriceReview.objects.get()
    found = (review.bid.bidder.name, review.finding["stated"], review.finding["corrected"])
    assert found == (ZHAO, "1020000.00", "1010000.00")


# --- unusually low ---


def test_a_low_price_is_asked_about_and_explained(world):
    case = opened.marked(world, prices=LOW)
    review = PriceReview.objects.get()
    assert review.finding == {
        "bidder": CHEN,
        "price": "420000.00",
        "triggers": [
            {"rule": "mean", "line": "435000.00"},
            {"rule": "next", "line": "495000.00"},
            {"rule": "limit", "line": "531000.00"},
        ],
    }
    assert review.due_at == case.at + timedelta(minutes=30)
    assert case.evaluation.next_due_at == review.due_at
    refused(case, Conflict, "price_review.open", summary.summarise, actor=case.lead)
    given = {"review": review.pk, "text": "附成本明细。"}
    strange = given | {"actor": case.actor("zhao")}
    refused(case, Missing, "price_review.missing", prices.explain_low_price, **strange)
    own = given | {"actor": case.actor("chen")}
    blank = own | {"text": "  "}
    refused(case, Invalid, "price_review.text", prices.explain_low_price, **blank)
    early = {"actor": case.members[0], "review": review.pk, "accepted": True, "reason": "有据"}
    refused(case, Conflict, "price_review.waiting", prices.decide_low_price, **early)
    prices.explain_low_price(code=case.code, at=case.at, **own)
    assert (facts(case)[-1], case.evaluation.next_due_at) == ("low_price.explained", None)


@pytest.mark.parametrize(("ayes", "decision"), [(3, "accepted"), (2, "unproven")])
def test_the_majority_decides_a_low_price(world, ayes, decision):
    case = opened.marked(world, prices=LOW)
    review = PriceReview.objects.get()
    prices.explain_low_price(
        actor=case.actor("chen"), code=case.code, review=review.pk, text="成本明细", at=case.at
    )
    blank = {"actor": case.members[0], "review": review.pk, "accepted": True, "reason": ""}
    refused(case, Invalid, "check.reason", prices.decide_low_price, **blank)
    for number in range(5):
        aye = number >= 5 - ayes  # the noes speak first; the third voice of one side decides
        given = {"accepted": aye, "reason": "成本可信" if aye else "证据不足"}
        prices.decide_low_price(
            actor=case.members[number], code=case.code, review=review.pk, at=case.at, **given
        )
        review.refresh_from_db()
        if review.decided_at:
            break
    assert number == (4 if ayes == 3 else 2)
    review.refresh_from_db()
    out = list(Exclusion.objects.values_list("bid__bidder__name", "code"))
    assert (review.decision, out) == (decision, [(CHEN, "R06")] if ayes < 3 else [])
    late = blank | {"reason": "再议"}
    refused(case, Conflict, "price_review.decided", prices.decide_low_price, **late)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert (CHEN in [name for _, name, *_ in standing()]) is (ayes == 3)


def test_an_explanation_after_the_time_is_refused(world):
    case = opened.marked(world, prices=LOW)
    case.at += timedelta(minutes=30)
    given = {"actor": case.actor("chen"), "review": PriceReview.objects.get().pk, "text": "迟到"}
    refused(case, Conflict, "price_review.late", prices.explain_low_price, **given)


# --- corrections ---


def test_words_beat_figures_once_the_bidder_confirms(world):
    case = opened.marked(world, words=WORDS)
    review = PriceReview.objects.get()
    assert (review.kind, review.finding["stated"], review.finding["corrected"]) == (
        "correction",
        "980000.00",
        "940000.00",
    )
    assert facts(case)[-1] == "correction.proposed"
    strange = {"actor": case.actor("hu"), "review": review.pk, "accepted": True}
    refused(case, Missing, "price_review.missing", prices.answer_correction, **strange)
    prices.answer_correction(
        actor=case.actor("chen"), code=case.code, review=review.pk, accepted=True, at=case.at
    )
    again = strange | {"actor": case.actor("chen")}
    refused(case, Conflict, "price_review.late", prices.answer_correction, **again)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert standing()[0] == (1, CHEN, "86.00", Decimal("940000.00"))
    assert case.bid("chen").price == Decimal("980000.00")


def test_who_refuses_a_correction_is_out(world):
    case = opened.marked(world, prices=FOUR, words=WORDS)
    review = PriceReview.objects.get()
    prices.answer_correction(
        actor=case.actor("chen"), code=case.code, review=review.pk, accepted=False, at=case.at
    )
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code, facts(case)[-1]) == (CHEN, "R11", "correction.refused")


def test_silence_on_a_correction_refuses_it_when_the_time_is_over(world):
    case = opened.marked(world, prices=FOUR, words=WORDS)
    review = PriceReview.objects.get()
    assert clock.due(case.at) == 0
    assert clock.due(review.due_at) == 1
    assert clock.due(review.due_at) == 0
    assert Exclusion.objects.get().code == "R11"
    assert record.first_fact(case.code, "correction.refused").actor == "system"


def test_a_corrected_price_over_the_ceiling_is_out(world):
    case = opened.marked(world, prices=FOUR, words={"chen": "壹佰贰拾万元整"})
    prices.answer_correction(
        actor=case.actor("chen"),
        code=case.code,
        review=PriceReview.objects.get().pk,
        accepted=True,
        at=case.at,
    )
    assert Exclusion.objects.get().code == "R05"


@pytest.mark.parametrize("words", ["玖拾捌万元整", "九十八万整", "面议"])
def test_words_that_agree_or_are_no_amount_correct_nothing(world, words):
    opened.marked(world, words={"chen": words})
    assert not PriceReview.objects.exists()


# --- the report ---


def test_the_last_signature_hands_the_report_in(world):
    case = signing(world)
    case.evaluation.tender.openings.update(started_at=case.at, ended_at=case.at)
    for number, member in enumerate(case.members):
        dissent = "对第二名的技术得分有保留。" if number == 1 else ""
        report.sign_report(actor=member, code=case.code, dissent=dissent, at=case.at)
    evaluation = case.evaluation
    assert (evaluation.state, evaluation.submitted_at) == ("submitted", case.at)
    assert evaluation.tender.state == "evaluated"
    lot = evaluation.tender.lots.get()
    assert [(c["rank"], c["name"], c["price"]) for c in lot.candidates] == [
        (1, CHEN, "980000.00"),
        (2, HU, "1050000.00"),
        (3, ZHAO, "1020000.00"),
    ]
    paper = paper_of("evaluation_report", case.code)
    assert_known_shape(paper, "procurement")
    assert [m["dissent"] for m in paper.content["committee"] if m["dissent"]] == [
        "对第二名的技术得分有保留。"
    ]
    told = paper.content
    assert [(bid["bidder"], bid["price"]) for bid in told["bids"]] == [
        (bid.bidder.name, f"{bid.price:.2f}") for bid in evaluation.tender.bids.all()
    ]
    assert [made["stage"] for made in told["checks"]] == ["资格审查", "符合性审查"]
    shown = [row for made in told["checks"] for table in made["tables"] for row in table["rows"]]
    assert {said for row in shown for said in row["given"]} == {"通过"}
    assert next((row["text"], len(row["given"])) for row in shown) == (
        evaluation.tender.qualification[0]["text"],
        len(told["bids"]),
    )
    assert [one["supplier"] for one in told["recommended"]] == [CHEN, HU, ZHAO]
    assert told["draw"]["seed"]
    assert [made["stage"] for made in told["openings"]] == ["whole"]
    record_of_draw = paper_of("draw_record", f"{case.code}.experts").content
    assert record_of_draw["lines"][0]["drawn"] == evaluation.draw["drawn"]
    assert facts(case).count("report.signed") == 5
    assert facts(case)[-1] == "evaluation.report_submitted"


def test_who_stays_silent_agrees(world):
    case = signing(world)
    refused(case, Invalid, "report.too_few", report.submit_report, actor=case.lead)
    for member in case.members[:3]:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    first = {"actor": case.members[0], "dissent": ""}
    refused(case, Conflict, "report.signed", report.sign_report, **first)
    report.submit_report(actor=case.lead, code=case.code, at=case.at)
    assert (case.evaluation.state, facts(case)[-1]) == (
        "submitted",
        "evaluation.report_submitted",
    )


def test_nobody_else_signs_and_nobody_signs_early(world):
    case = summarised(world)
    first = {"actor": case.members[0], "dissent": ""}
    refused(case, Conflict, "evaluation.wrong_stage", report.sign_report, **first)
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    strange = {"actor": case.actor("lin"), "dissent": ""}
    refused(case, Denied, "report.sign.denied", report.sign_report, **strange)
    long = first | {"dissent": "长" * 2001}
    refused(case, Invalid, "report.dissent", report.sign_report, **long)


def test_what_a_replaced_member_marked_does_not_count(world):
    case = opened.conforming(world)
    gone = case.members[1]
    opened.mark(case, gone, {CHEN: "0.1"})
    leaving.recuse(actor=gone, code=case.code, reason="亲属关系", at=case.at)
    opened.gather(case, case.seats[-1])
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    lot = queries.lots_of(case.evaluation)[0]
    members = queries.marks_for_rule(case.evaluation, lot)[case.bid("chen").pk]["T1"]
    assert sorted(members) == ["seat-1", "seat-3", "seat-4", "seat-5", "seat-6"]


def test_one_absent_member_does_not_hold_up_a_low_price(world):
    case = opened.marked(world, prices=LOW)
    review = PriceReview.objects.get()
    case.at = review.due_at
    for member in case.members[:3]:
        given = {"review": review.pk, "accepted": False, "reason": "没有说明"}
        prices.decide_low_price(actor=member, code=case.code, at=case.at, **given)
    review.refresh_from_db()
    assert (review.decision, Exclusion.objects.get().code) == ("unproven", "R06")


@pytest.mark.parametrize("stage", ["price_review", "summary"])
def test_who_comes_at_the_price_stage_marks_all_anew_before_anything_is_ranked(world, stage):
    case = opened.marked(world)
    if stage == "summary":
        summary.summarise(actor=case.lead, code=case.code, at=case.at)
    given = {"actor": case.actor("qian"), "seat": 2, "reason": "突发疾病"}
    strange = given | {"actor": case.lead}
    refused(case, Denied, "seat.remove.denied", leaving.remove_member, **strange)
    fresh = leaving.remove_member(code=case.code, at=case.at, **given)
    assert (case.evaluation.state, Candidate.objects.count()) == ("technical", 0)
    assert facts(case)[-3:] == ["seat.removed", "evaluation.reopened", "seat.replaced"]
    refused(case, Missing, "seat.missing", leaving.remove_member, **given)
    opened.gather(case, fresh)
    opened.mark(case, case.member(fresh))
    opened.lock(case, case.member(fresh))
    assert (case.evaluation.state, facts(case)[-1]) == ("price_review", "technical.rechecked")
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    marks = queries.marks_for_rule(case.evaluation, queries.lots_of(case.evaluation)[0])
    members = marks[case.bid("chen").pk]["T1"]
    assert sorted(members) == ["seat-1", "seat-3", "seat-4", "seat-5", "seat-6"]


def test_a_bidder_asked_before_somebody_left_has_its_whole_time_again(world):
    case = opened.marked(world, words=WORDS)
    asked = PriceReview.objects.get().due_at
    gone = {"actor": case.members[1], "code": case.code, "reason": "亲属关系"}
    leaving.recuse(at=case.at, **gone)
    case.at = asked + timedelta(minutes=5)
    assert clock.due(case.at) in (0, 1)
    opened.gather(case, case.seats[-1])
    opened.mark(case, case.members[-1])
    opened.lock(case, case.members[-1])
    review = PriceReview.objects.get()
    assert (case.evaluation.state, review.decided_at) == ("price_review", None)
    assert review.due_at == case.evaluation.next_due_at == case.at + timedelta(minutes=30)
