"""Bids of a discount rate in a tender: from the draft to the report (rulebook F7, EX-13)."""

import pytest

from bidding.queries import bids, hall_list
from bidding.services import reading
from evaluation import offers
from evaluation.models import Candidate, Exclusion
from evaluation.queries import result
from evaluation.scoring import evaluate_case
from evaluation.services.report import report_content
from kernel.errors import Invalid
from ledger import press
from tests import opened, openings, papers, tenders, works
from tests.world import AT, cast
from trading import services
from trading.domain import scheme

pytestmark = pytest.mark.django_db
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"
RATES = {"chen": "6.50", "zhao": "8.20", "hu": "9.00"}
SUMS = {"chen": "9163000.00", "zhao": "8996400.00", "hu": "8900000.00"}
"""What the rates leave of 9,800,000; the third has written another sum."""
FORMULA = {"slug": "discount_rate_ratio", "params": {"full": "60"}}
SCHEME = {"method": "formula", "formula": FORMULA, "criteria": works.SCHEME["criteria"]}
FIGURE = {
    "field": "x-fact-rate",
    "title": "下浮率（%）",
    "least": "0",
    "most": "99.99",
    "stages": ["whole"],
    "takes_off": True,
}


@pytest.fixture
def world():
    return cast(AT)


def test_a_sealed_bid_names_its_rate_with_the_sum_it_leaves_and_both_are_read_out(world):
    read = scheme.read(SCHEME, offers.judging("construction"))
    hall = openings.sealed_bids(world, (), scheme=read)
    tender = hall.tender
    assert bids.client_policy(tender)["figures"] == [FIGURE]
    for name, rate in RATES.items():
        openings.submit(hall, name, 1, world.at, said={"x-fact-rate": rate})
    sheet = world.client("chen").get(f"/tenders/{tender.code}/bid/1/").content.decode()
    assert ("data-takes-off" in sheet, "由下浮率算出" in sheet, "data-item=" in sheet) == (
        True,
        True,
        False,
    )
    hall.opened()
    hall.read_all()
    shown = {one.bidder: dict(one.shown) for one in hall_list.hall_bids(hall.session)}
    assert {name: said["下浮率（%）"] for name, said in shown.items()} == {
        CHEN: "6.50",
        ZHAO: "8.20",
        HU: "9.00",
    }
    content = reading.record_content(hall.session, hall.at)
    assert content["price_form"] == "下浮率，总价＝最高限价×（1－下浮率）"
    said = {line["bidder"]: line["said"] for line in content["bids"]}
    assert {"title": "下浮率（%）", "value": "8.20"} in said[ZHAO]
    assert "下浮率（%）" in papers.text_of(press.page_of("opening_record", tender.code, content))


def test_rates_decide_and_the_contract_is_made_for_what_they_leave(world):
    story = works.announced(world, lots=1, bid_security="100000.00", scheme=SCHEME)
    notice = world.client("chen").get(f"/notices/{story.code}/1/").content.decode()
    assert "总价与下浮率不一致的，投标无效" in notice
    case = opened.opened(world, prices=SUMS, story=story)
    for name, rate in RATES.items():
        bid = case.bid(name)
        bid.fields |= {**works.OFFER, "x-fact-rate": rate}
        bid.save(update_fields=["fields"])
    works.conform(works.gather(case))
    works.mark_all(case, {CHEN: "0.9", ZHAO: "0.9", HU: "0.9"})
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code) == (HU, "R07")
    assert out.reason == (
        "下浮率 9.00%，总价应为 8918000.00 元，投标写的是 8900000.00 元，两者不一致"
    )
    works.go_on(case)
    works.sign(case)
    ranking = case.evaluation.rankings.get()
    assert ranking.result["evaluated_prices"] == {CHEN: "93.50", ZHAO: "91.80"}
    assert ranking.result["price_scores"] == {CHEN: "58.91", ZHAO: "60.00"}
    first, second = Candidate.objects.order_by("rank")
    assert [(one.bid.bidder.name, f"{one.price:f}") for one in (first, second)] == [
        (ZHAO, "8996400.00"),
        (CHEN, "9163000.00"),
    ]
    told = result.case_of_lot(case.evaluation, 1)
    assert (told["formula"], told["validity"]) == ("discount_rate_ratio", {"floor": "0"})
    assert evaluate_case(told) == ranking.result
    content = report_content(case.evaluation, case.at)
    said = papers.text_of(press.page_of("evaluation_report", case.code, content))
    assert ("评审价（每百元）" in said, "下浮率 8.20%" in said) == (True, True)
    lead = case.lead.ref.removeprefix("person:")
    shown = world.client(lead).get(f"/tenders/{case.code}/evaluation/ranking/").content.decode()
    assert ("评审价 ＝ 100 － 下浮率" in shown, "评审价（每百元）" in shown) == (True, True)
    works.publicised(case)
    notice = works.tender_of(case).notices.get(kind="candidates")
    told = world.client("public").get(f"/notices/{case.code}/{notice.number}/").content.decode()
    assert "8.20</small>" in told


def test_only_where_one_sealed_bid_is_made_for_a_lot_with_a_ceiling(world):
    story = works.draft(world, scheme=SCHEME)
    sun, given = world.client("sun"), {"actor": world.actor("sun"), "code": story.code, "at": AT}
    assert (
        "下浮率报价：低价优先法" in sun.get(f"/tenders/{story.code}/draft/scheme/").content.decode()
    )
    services.change_lot(number=1, lot={**works.LOT, "ceiling": "0.00"}, **given)
    page = sun.get(f"/tenders/{story.code}/draft/").content.decode()
    assert "以下浮率报价的，每个标段（包）都要有最高限价" in page
    bought = tenders.draft(world)
    assert services.change_tender(
        **{**given, "code": bought.code}, changes={"scheme": _of_goods("30")}
    )
    talked = tenders.draft(world, method="consultation")
    with pytest.raises(Invalid) as refused:
        services.change_tender(**{**given, "code": talked.code}, changes={"scheme": SCHEME})
    assert refused.value.code == "scheme.formula"


def _of_goods(full):
    formula = {**FORMULA, "params": {"full": full}}
    return {"method": "formula", "formula": formula, "criteria": tenders.SCHEME["criteria"]}
