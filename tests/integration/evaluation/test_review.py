"""Qualification by the purchaser, conformity by majority, and lots with too few bids left."""

import pytest

from evaluation.models import Check, Exclusion
from evaluation.services import leaving, review
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import opened
from tests.integration.evaluation.test_committee import facts, refused
from trading.models import Lot

CHEN, ZHAO = "晨光医疗科技有限公司", "朝阳信息技术有限公司"
FOUR = {"chen": "980000.00", "zhao": "1020000.00", "hu": "1050000.00", "lin": "990000.00"}


def decide(case, **changes):
    given = {"actor": case.actor("lin"), "bid": case.bid("chen").pk, "clause": "Q1"}
    return given | {"passed": True, "reason": ""} | changes


def vote(case, **changes):
    return decide(case, actor=case.members[0], clause="C1", page="") | changes


def test_the_purchaser_decides_each_term_with_its_fact(world):
    case = opened.led(world)
    review.decide_qualification(code=case.code, at=case.at, **decide(case))
    entry = record.first_fact(case.code, "qualification.decided")
    assert entry.data == {
        "bid": case.bid("chen").commit_hash,
        "clause": "Q1",
        "passed": True,
        "reason": "",
    }
    assert entry.actor == "person:lin"


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"passed": False, "reason": " "}, Invalid, "check.reason"),
        ({"clause": "Q9"}, Invalid, "check.clause"),
        ({"bid": 0}, Missing, "bid.missing"),
    ],
)
def test_a_wrong_opinion_is_refused(world, changes, kind, code):
    case = opened.led(world)
    given = decide(case, **changes)
    refused(case, kind, code, review.decide_qualification, **given)
    assert not Check.objects.exists()


def test_members_do_not_check_qualification_nor_the_purchaser_conformity(world):
    case = opened.led(world)
    given = decide(case, actor=case.members[0])
    refused(case, Denied, "qualification.decide.denied", review.decide_qualification, **given)
    given = vote(case)
    refused(case, Conflict, "evaluation.wrong_stage", review.vote_conformity, **given)
    given["actor"] = case.actor("lin")
    refused(case, Denied, "conformity.vote.denied", review.vote_conformity, **given)


def test_qualification_is_closed_only_when_complete(world):
    case = opened.led(world)
    lin = {"actor": case.actor("lin")}
    refused(case, Conflict, "qualification.incomplete", review.close_qualification, **lin)
    assert not Exclusion.objects.exists()


def test_two_qualified_bids_void_the_lot_and_the_tender(world):
    case = opened.led(world)
    opened.qualify(case, {(ZHAO, "Q2"): "未提供财务报表"})
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    out = Exclusion.objects.get()
    assert (out.bid, out.code, out.reason) == (case.bid("zhao"), "R03", "未提供财务报表")
    assert (case.evaluation.state, case.evaluation.tender.state) == ("failed", "failed")
    assert facts(case)[-2:] == ["qualification.closed", "evaluation.failed"]


def test_one_void_lot_leaves_the_other(world):
    case = opened.led(world, lots=2)
    opened.qualify(case)
    review.decide_qualification(
        code=case.code, at=case.at, **decide(case, passed=False, reason="证照过期")
    )
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    lots = list(case.evaluation.tender.lots.values_list("number", "state"))
    assert (lots, case.evaluation.state) == ([(1, "failed"), (2, "open")], "conformity")


def test_the_majority_decides_conformity(world):
    case = opened.qualified(world, prices=FOUR)
    opened.conform(case, {(CHEN, "C1"): 2, (ZHAO, "C2"): 3})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert list(Exclusion.objects.values_list("bid__bidder__name", "code", "clause", "reason")) == [
        (ZHAO, "R07", "投标有效期不少于 90 日", "未响应 第 12 页")
    ]
    assert case.evaluation.state == "technical"


def test_a_price_over_the_ceiling_found_by_the_committee_has_its_own_code(world):
    case = opened.qualified(world, prices=FOUR)
    opened.conform(case, {(ZHAO, "C1"): 5})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert Exclusion.objects.get().code == "R05"


def test_a_member_without_an_opinion_holds_the_stage_open(world):
    case = opened.qualified(world)
    opened.conform(case)
    Check.objects.filter(stage="conformity").last().delete()
    lead = {"actor": case.lead}
    refused(case, Conflict, "conformity.incomplete", review.close_conformity, **lead)
    other = next(m for m in case.members if m != case.lead)
    refused(case, Denied, "conformity.close.denied", review.close_conformity, actor=other)


def test_a_place_that_is_vacant_is_no_vote_and_two_of_four_decide_nothing(world):
    case = opened.qualified(world, owner="lin")
    opened.conform(case, {(ZHAO, "C2"): 2})
    leaving.recuse(actor=case.actor("lin"), code=case.code, reason="发现利害关系", at=case.at)
    lead = {"actor": case.lead}
    refused(case, Conflict, "conformity.vacant", review.close_conformity, **lead)
    assert not Exclusion.objects.exists()
    opened.conform(case, {(ZHAO, "C2"): 3})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert Exclusion.objects.get().code == "R07"


def test_a_refused_declaration_costs_the_deduction_only(world):
    case = opened.qualified(world)
    opened.conform(case, {(ZHAO, "consortium"): 5})
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert not Exclusion.objects.exists()
    assert case.evaluation.state == "technical"


def test_where_the_lowest_price_wins_there_is_nothing_to_mark(world):
    scheme = {"method": "lowest_price", "deductions": {"small_firm": "0.10"}}
    case = opened.qualified(world, scheme=scheme)
    opened.conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    assert case.evaluation.state == "price_review"


def test_who_is_not_small_by_then_is_out_of_a_package_for_small_firms(world):
    case = opened.led(world)
    Lot.objects.filter(tender__code=case.code).update(reserved="small")
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    [out] = Exclusion.objects.filter(bid__tender__code=case.code)
    assert out.bid.bidder.name == ZHAO
    assert (out.stage, out.code) == ("qualification", "R03")
