"""An evaluation done again: the committee meets again, the earlier result stays in the record."""

import pytest

from evaluation.models import EarlierRound, Exclusion, PriceReview
from evaluation.services import clock, prices, review
from ledger import queries as record
from ledger.papers import paper_of
from tests import opened, works
from tests.world import AT, cast
from trading import services
from trading.services.publicity import send_back

pytestmark = pytest.mark.django_db
CHEN, ZHAO = "晨光医疗科技有限公司", "朝阳信息技术有限公司"
TEXT = {
    "matters": "第一中标候选人所报项目负责人不具有注册建造师执业资格，不满足资格条件。",
    "claim": "请否决其投标并重新评标。",
    "law": "《招标投标法实施条例》第五十一条",
}


@pytest.fixture
def world():
    return cast(AT)


def upheld(case):
    """File an objection to the result and let the tenderee find it right."""
    given = {"code": case.code, "at": case.at}
    filed = services.file_challenge(actor=case.actor("zhao"), about="result", **TEXT, **given)
    lin = case.actor("lin")
    services.accept_challenge(actor=lin, number=filed.code, **given)
    answer = "经核实情况属实，请评标委员会重新评标。"
    services.answer_challenge(
        actor=lin, number=filed.code, outcome="upheld", answer=answer, **given
    )


@pytest.fixture
def again(world):
    case = works.publicised(works.judged(world))
    upheld(case)
    return case


def test_the_same_committee_begins_at_its_review_and_nothing_of_before_counts(again):
    evaluation = again.evaluation
    assert evaluation.state == "conformity"
    assert not evaluation.rankings.exists()
    assert not evaluation.checks.exists()
    assert not evaluation.scorecards.exists()
    assert [seat.signed_report_at for seat in again.seats] == [None] * 5
    assert sum(seat.lead for seat in again.seats) == 1
    assert record.first_fact(again.code, "evaluation.reassembled").data["round"] == 2


def test_the_earlier_result_is_kept_whole(again):
    kept = EarlierRound.objects.get()
    assert [lot["lot"] for lot in kept.rankings] == [1, 2]
    assert kept.rankings[0]["result"]["ranking"][0]["bidder"] == CHEN
    assert kept.report["committee"][0]["signed_at"]
    assert "重新评审" in kept.reason
    assert paper_of("evaluation_report", kept.subject) is not None


def test_new_scores_a_new_report_a_new_publicity_and_the_benchmark_stays(again):
    before = EarlierRound.objects.get().rankings[0]["result"]["benchmark"]
    opened.conform(again)
    review.close_conformity(actor=again.lead, code=again.code, at=again.at)
    works.mark_all(again, {CHEN: "0.5", ZHAO: "0.9", "琥珀办公设备有限公司": "0.6"})
    works.sign(again)
    ranking = again.evaluation.rankings.get(lot__number=1)
    assert ranking.result["ranking"][0]["bidder"] == ZHAO
    assert ranking.result["benchmark"] == before
    assert ranking.case["benchmark"] == {"kind": "given", "reference": before}
    paper = paper_of("evaluation_report", f"{again.code}.2")
    assert [r["number"] for r in paper.content["earlier"]] == [1]
    works.publicised(again)
    notices = works.tender_of(again).notices.filter(kind="candidates").order_by("number")
    assert [n.fields["lots"][0]["candidates"][0]["name"] for n in notices] == [CHEN, ZHAO]


def test_the_proof_of_the_draw_stays_public_and_the_earlier_report_with_its_readers(world, again):
    url = f"/tenders/{again.code}/evaluation/"
    assert world.client("he").get(f"{url}verify-draw/").status_code == 200
    asking = {"HTTP_ACCEPT": "application/json"}
    told = {
        name: world.client(name).get(f"{url}report/file/1/", **asking).json()["code"]
        for name in ("lin", "wang", "chen")
    }
    assert told == {
        "lin": "report.not_made",
        "wang": "report.not_made",
        "chen": "evaluation.missing",
    }
    shown = world.client("lin").get(url).content.decode()
    assert "原评标结果" in shown
    assert "原评标结果" not in world.client("chen").get(url).content.decode()


def test_a_procurement_looked_at_again_is_qualified_again_too(world):
    case = opened.marked(world)
    works.sign(case)
    tender = works.tender_of(case)
    assert tender.state == "evaluated"
    reason = "质疑成立，资格审查有误。"
    send_back(actor=case.actor("lin"), tender=tender, reason=reason, at=case.at)
    assert case.evaluation.state == "qualification"
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    assert case.evaluation.state == "conformity"


def looked_at_again(case):
    """Send the tender back once its report is in, and bring it to the prices a second time."""
    works.sign(case)
    why = "质疑成立，重新评审。"
    tender = works.tender_of(case)
    send_back(actor=case.actor("lin"), tender=tender, reason=why, at=case.at)
    assert not Exclusion.objects.exists()
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        opened.mark(case, member)
        opened.lock(case, member)
    return case


FOUR = {"chen": "980000.00", "zhao": "1020000.00", "hu": "1050000.00", "lin": "990000.00"}


def test_who_did_not_confirm_its_correction_is_out_again(world):
    case = opened.marked(world, prices=FOUR, words={"chen": "玖拾肆万元整"})
    case.at = PriceReview.objects.get().due_at
    assert clock.due(case.at) == 1
    looked_at_again(case)
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code, PriceReview.objects.count()) == (CHEN, "R11", 1)


def test_a_low_price_is_decided_again_on_what_its_bidder_had_said(world):
    case = opened.marked(world, prices=FOUR | {"chen": "420000.00"})
    asked = PriceReview.objects.get()
    case.at = asked.due_at
    assert clock.due(case.at) == 1

    def decide(accepted):
        for member in case.members[:3]:
            given = {"actor": member, "code": case.code, "at": case.at, "review": asked.pk}
            prices.decide_low_price(**given, accepted=accepted, reason="没有书面说明")

    decide(accepted=False)
    looked_at_again(case)
    asked.refresh_from_db()
    assert (asked.decided_at, asked.due_at) == (None, case.at)  # it has had its time
    decide(accepted=False)
    assert Exclusion.objects.get().code == "R06"
