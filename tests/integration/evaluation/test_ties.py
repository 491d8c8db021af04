"""Equals from the evaluation to the award: EX-33, and two equals in construction."""

from evaluation.models import Candidate
from evaluation.scoring import evaluate_case
from evaluation.services import report, summary
from kernel.draw import draw
from ledger import queries as record
from tests import opened, works
from tests.integration.trading.test_ties import NONCE, refused
from tests.talks import LOWEST
from trading import services
from trading.models import Award, Lot

CHEN, ZHAO = "晨光医疗科技有限公司", "朝阳信息技术有限公司"
EX_33 = {"chen": "1020000.00", "zhao": "918000.00", "hu": "1044444.44"}
"""EX-33 twice as dear, to stay above the lines of low prices: ten per cent off makes two equals."""
SAME = {"chen": "9400000.00", "zhao": "9400000.00", "hu": "9650000.00"}
EQUAL = {CHEN: "0.8", ZHAO: "0.8", "琥珀办公设备有限公司": "0.6"}


def standing(lot=1):
    rows = Candidate.objects.filter(ranking__lot__number=lot).order_by("rank", "bid__sequence")
    return [(c.rank, c.bid.bidder.name) for c in rows]


def test_ex_33_equals_of_the_lowest_evaluated_price_are_drawn_and_keep_their_own_price(world):
    case = opened.conforming(world, prices=EX_33, scheme=LOWEST)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    assert standing()[:2] == [(1, CHEN), (1, ZHAO)]
    report.draft_report(actor=case.lead, code=case.code, at=case.at)
    for member in case.members:
        report.sign_report(actor=member, code=case.code, dissent="", at=case.at)
    lin, notary = case.actor("lin"), case.actor("feng")
    for named in (1, 2):
        first = {"actor": lin, "code": case.code, "choices": {1: (named, "")}, "at": case.at}
        assert refused(lambda first=first: services.confirm_winner(**first)) == "award.tied"
    given = {"actor": notary, "code": case.code, "number": 1, "nonce": NONCE, "at": case.at}
    chosen = services.draw_award(**given).decision["chosen"]
    choices = {1: (chosen, "")}
    services.confirm_winner(actor=lin, code=case.code, choices=choices, at=case.at)
    made = Award.objects.get()
    quoted = {world.organisation_of(name).uscc: price for name, price in EX_33.items()}
    assert (made.supplier.uscc, f"{made.price:f}") == (chosen, quoted[chosen])


def test_two_equals_in_construction_are_told_apart_by_a_lot_of_the_factor_s_seed(world):
    case = works.conforming(world, lots=1, bid_security="100000.00", prices=SAME)
    works.mark_all(case, EQUAL)
    works.draw_factor(case)
    summary.summarise(actor=case.lead, code=case.code, at=case.at)
    told = record.first_fact(case.code, "factor.drawn").data
    again = draw(
        sorted([CHEN, ZHAO]),
        seed=bytes.fromhex(told["seed"]),
        nonce=bytes.fromhex(told["nonce"]),
        purpose=f"factor-draw:{case.code}:1",
        count=2,
    )
    assert [name for _rank, name in standing()[:2]] == list(again.drawn)
    assert [rank for rank, _name in standing()] == [1, 2, 3]
    ranking = case.evaluation.rankings.get()
    assert evaluate_case(ranking.case) == ranking.result
    assert ranking.result["ties"][0]["broken_by"] == ["draw"]
    page = world.client(case.lead.ref.removeprefix("person:"))
    shown = page.get(f"/tenders/{case.code}/evaluation/ranking/").content.decode()
    assert "经抽签分出先后" in shown


def test_the_most_that_is_recommended_cuts_no_equals_in_silence(world):
    scheme = {"method": "reviewed_lowest", "deductions": {}}
    given = {"lots": 1, "bid_security": "100000.00", "scheme": scheme}
    four = {"chen": "9300000.00", "zhao": "9350000.00", "hu": "9400000.00", "lin": "9400000.00"}
    case = works.conforming(world, prices=four, **given)
    works.sign(case)
    page = world.client(case.lead.ref.removeprefix("person:"))
    for path in ("ranking", "report"):
        shown = page.get(f"/tenders/{case.code}/evaluation/{path}/").content.decode()
        assert "并列第 3，推荐的候选人不超过 3 名" in shown


def test_equals_without_a_seed_are_warned_of_and_drawn_before_they_are_shown(world):
    scheme = {"method": "reviewed_lowest", "deductions": {}}
    case = works.conforming(world, lots=1, bid_security="100000.00", prices=SAME, scheme=scheme)
    works.sign(case)
    ranking = case.evaluation.rankings.get()
    codes = [warning["code"] for warning in ranking.result["warnings"]]
    assert codes == ["draw_needed", "equal_totals"]
    page = world.client(case.lead.ref.removeprefix("person:"))
    for path in ("ranking", "report"):
        shown = page.get(f"/tenders/{case.code}/evaluation/{path}/").content.decode()
        assert ("须抽签决定" in shown, "评审规则的提示" in shown) == (True, True)
    assert len(Lot.objects.get(tender__code=case.code).decision["among"]) == 2
