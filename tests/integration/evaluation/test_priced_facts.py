"""The reviewed lowest price with what the document prices, from the draft to the report (EX-08)."""

import json

import pytest
from django.core.management import call_command

from bidding.models import Bid
from bidding.queries import bids, hall_list
from bidding.services import reading
from evaluation.models import Candidate, Exclusion
from evaluation.queries import result
from evaluation.scoring import evaluate_case
from evaluation.services.report import report_content
from ledger import press
from tests import opened, openings, papers, works
from tests.world import AT, cast

pytestmark = pytest.mark.django_db
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"
PRICES = {"chen": "9400000.00", "zhao": "9520000.00", "hu": "9300000.00"}
MONTHS = {"chen": "16.2", "zhao": "13", "hu": "十五"}
FORM = {
    "method": "reviewed_lowest",
    "criteria-TOTAL_FORMS": "0",
    "criteria-INITIAL_FORMS": "0",
    "facts-TOTAL_FORMS": "2",
    "facts-INITIAL_FORMS": "0",
    "facts-0-title": "工期（月）",
    "facts-0-field": "",
    "facts-0-base": "15",
    "facts-0-per_unit_early": "-20000",
    "facts-0-per_unit_late": "30000",
    "facts-0-partial": "ceil",
    "facts-0-most": "24",
}
STATED = [
    {
        "title": "工期（月）",
        "field": "x-fact-1",
        "base": "15",
        "per_unit_early": "-20000",
        "per_unit_late": "30000",
        "partial": "ceil",
        "least": "0",
        "most": "24",
    }
]
SCHEME = {"method": "reviewed_lowest", "deductions": {}, "options": {"monetised": STATED}}


@pytest.fixture
def world():
    return cast(AT)


def test_a_draft_states_what_is_priced_and_keeps_it_when_saved_again(world):
    story = works.draft(world)
    sun, url = world.client("sun"), f"/tenders/{story.code}/draft/scheme/"
    assert "每多一个单位加" in sun.get(url).content.decode()
    assert sun.post(url, FORM)["Location"].endswith("/draft/timetable/")
    assert story.tender.scheme == SCHEME
    page = sun.get(url).content.decode()
    assert 'value="工期（月）"' in page
    kept = FORM | {"facts-INITIAL_FORMS": "1", "facts-0-least": "0"}
    assert sun.post(url, kept).status_code == 302
    assert story.tender.scheme == SCHEME
    assert sun.post(url, FORM | {"facts-0-base": ""}).status_code == 422
    other = sun.post(url, FORM | {"method": "mean_deviation", "weight": "60"})
    assert (other.status_code, "折价因素" in other.content.decode()) == (422, True)
    assert sun.post(url, FORM | {"facts-0-per_unit_early": "-800000"}).status_code == 302
    found = sun.get(f"/tenders/{story.code}/draft/").content.decode()
    assert "折价因素最多可减 12000000.00 元" in found


def test_a_sealed_bid_states_the_fact_with_its_price_and_it_is_read_out(world):
    hall = openings.sealed_bids(world, (), scheme=SCHEME)
    for name in ("chen", "zhao", "hu"):
        openings.submit(hall, name, 1, world.at, said={"x-fact-1": MONTHS[name]})
    told = bids.client_policy(hall.tender)["figures"]
    bounds = {"least": "0", "most": "24", "stages": ["whole"]}
    assert told == [{"field": "x-fact-1", "title": "工期（月）", **bounds}]
    sheet = world.client("chen").get(f"/tenders/{hall.tender.code}/bid/1/").content.decode()
    assert 'data-field="x-fact-1"' in sheet
    assert "工期（月）" in sheet
    hall.opened()
    hall.read_all()
    shown = {one.bidder: dict(one.shown) for one in hall_list.hall_bids(hall.session)}
    assert {name: said["工期（月）"] for name, said in shown.items()} == {
        CHEN: "16.2",
        ZHAO: "13",
        HU: "十五",
    }
    lines = reading.record_content(hall.session, hall.at)["bids"]
    said = {line["bidder"]: line["said"] for line in lines}
    assert {"title": "工期（月）", "value": "13"} in said[ZHAO]
    before = Bid.objects.get(bidder__name=CHEN)
    assert "x-fact-1" not in hall_list.said_in(before, "technical")


def test_what_is_priced_decides_and_the_sum_of_the_bid_stays_the_price(world, tmp_path):
    story = works.announced(world, lots=1, bid_security="100000.00", scheme=SCHEME)
    case = opened.opened(world, prices=PRICES, story=story)
    for name, months in MONTHS.items():
        bid = case.bid(name)
        bid.fields |= {**works.OFFER, "x-fact-1": months}
        bid.save(update_fields=["fields"])
    works.conform(works.gather(case))
    out = Exclusion.objects.get()
    assert (out.bid.bidder.name, out.code) == (HU, "R07")
    assert out.reason == "无法折算评审价，投标写的是：十五"
    works.go_on(case)
    works.sign(case)
    ranking = case.evaluation.rankings.get()
    assert ranking.result["evaluated_prices"] == {CHEN: "9460000.00", ZHAO: "9480000.00"}
    first, second = Candidate.objects.order_by("rank")
    assert [(one.bid.bidder.name, f"{one.price:f}") for one in (first, second)] == [
        (CHEN, "9400000.00"),
        (ZHAO, "9520000.00"),
    ]
    told = result.case_of_lot(case.evaluation, 1)
    assert evaluate_case(told) == ranking.result
    (tmp_path / "case.json").write_text(json.dumps(told), encoding="utf-8")
    call_command("evaluate", file=str(tmp_path / "case.json"))
    content = report_content(case.evaluation, case.at)
    priced = {one["bidder"]: one for one in content["lots"][0]["priced"]}
    assert [priced[CHEN][key] for key in ("fact", "base", "per_unit", "amount", "after")] == [
        "16.2",
        "15",
        "30000",
        "60000",
        "9460000.00",
    ]
    said = papers.text_of(press.page_of("evaluation_report", case.code, content))
    assert "工期（月）" in said
    page = world.client("chen").get(f"/notices/{case.code}/1/").content.decode()
    assert "没有写明或者超出范围的，投标无效" in page
    lead = case.lead.ref.removeprefix("person:")
    shown = world.client(lead).get(f"/tenders/{case.code}/evaluation/ranking/").content.decode()
    assert "每个单位加（元）" in shown
