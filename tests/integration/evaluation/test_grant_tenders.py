"""A grant of land by tender from its notice to the archive: sealed bids, a reserve, one winner."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import serializers

from bidding.models import Bid
from evaluation.models import Exclusion
from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.models import Entry
from ledger.papers import paper_of
from tests import grant_tenders as land
from tests import grants, openings
from tests.papers import assert_known_shape
from tests.world import AT, cast
from trading import queries, services
from trading.domain import completeness, reserve
from trading.domain.files import Upload
from trading.domain.settlement import Given
from trading.models import Award, Reserve
from trading.services.due import due

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "出让合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
CHEN, ZHAO, HU = "晨光医疗科技有限公司", "朝阳信息技术有限公司", "琥珀办公设备有限公司"


@pytest.fixture
def world():
    return cast(AT)


def test_the_whole_way_from_the_notice_to_the_archive(world):
    case = land.judged(world, floor="440000000")
    code, lot = case.code, land.lot_of(case)
    assert [(c["rank"], c["name"], c["price"]) for c in lot.candidates] == [
        (1, ZHAO, "452000000.00"),
        (2, HU, "441000000.00"),
    ]
    assert [(out["name"], out["reason"]) for out in lot.excluded] == [(CHEN, reserve.BELOW)]
    land.confirmed(case)
    sun, lin = case.actor("sun"), case.actor("lin")
    services.publish_result(actor=sun, code=code, at=case.at)
    paper = paper_of("grant_confirmation", f"{code}.1")
    assert paper.content["method"] == "招标出让"
    assert paper.content["amount"] == "452000000.00"
    assert_known_shape(paper, "land")
    services.sign_contract(actor=lin, code=code, number=1, document=CONTRACT, at=case.at)
    payment = Given(Decimal(452_000_000), local_date(case.at))
    services.record_payment(actor=sun, code=code, number=1, payment=payment, at=case.at)
    services.archive_tender(actor=sun, code=code, at=case.at)
    assert land.tender_of(case).state == "archived"
    told = [fact.kind for fact in record.public_facts_of(code).order_by("id")]
    assert [kind for kind in told if kind.split(".")[0] in {"tender", "lot"}] == [
        "tender.published",
        "tender.reserve_sealed",
        "tender.committee_seated",
        "lot.reserve_opened",
        "tender.evaluated",
        "lot.priced",
        "tender.result_published",
        "tender.contracts_signed",
        "tender.settled",
        "tender.archived",
    ]


def test_best_overall_adds_marks_to_a_price_score_that_rises_with_the_price(world):
    case = land.conforming(world, scheme=land.BEST)
    land.mark(case, {CHEN: "0.9", ZHAO: "0.5", HU: "0.8"})
    land.sign(case)
    found = [(c["name"], c["total"]) for c in land.lot_of(case).candidates]
    # 60 × 430 ÷ 452, 60 × 441 ÷ 452 and 60, with 36, 32 and 20 of 40
    assert found == [(CHEN, "93.08"), (HU, "90.54"), (ZHAO, "80.00")]


def test_of_equal_prices_the_first_to_offer_it_has_it(world):
    offered = {"hu": "441000000.00", "chen": "452000000.00", "zhao": "452000000.00"}
    case = land.judged(world, offered=offered)
    found = [(c["rank"], c["name"]) for c in land.lot_of(case).candidates]
    assert found == [(1, CHEN), (2, ZHAO), (3, HU)]


def test_an_offer_below_the_start_price_is_out_and_one_at_it_is_not(world):
    offered = {"chen": "399999999.99", "zhao": "400000000.00", "hu": "441000000.00"}
    # Three had to bid, and did; of those the best goes on, whoever else was put out.
    case = land.judged(world, offered=offered, floor="440000000")
    out = Exclusion.objects.get()
    assert (out.code, out.clause) == ("R15", "投标报价不得低于起始价")
    assert out.bid.bidder.name == CHEN
    assert [c["name"] for c in land.lot_of(case).candidates] == [HU]
    land.confirmed(case)
    assert Award.objects.get().price == Decimal("441000000.00")


def test_with_no_valid_bid_left_a_parcel_is_not_granted(world):
    offered = dict.fromkeys(("chen", "zhao", "hu"), "399999999.99")
    with pytest.raises(Conflict):
        land.judged(world, offered=offered)
    failed = land.lot_of_tender(Exclusion.objects.first().bid.tender)
    assert failed.state == "failed"
    assert failed.tender.notices.get(kind="failure").fields["article"] == (
        "《招标拍卖挂牌出让国有建设用地使用权规定》第十四条"
    )


def test_nothing_at_or_above_the_reserve_is_not_sold(world):
    case = land.judged(world, floor="452000000.01")
    tender = land.tender_of(case)
    assert tender.state == "failed"
    assert tender.notices.get(kind="failure").body == "有效投标的报价均低于底价，本宗地不成交。"
    assert not Award.objects.exists()
    told = [fact.kind for fact in record.public_facts_of(case.code).order_by("id")]
    last = [kind for kind in told if not kind.startswith("evaluation.")][-4:]
    assert last == ["lot.reserve_opened", "tender.evaluated", "lot.failed", "tender.failed"]
    with pytest.raises(Conflict):
        land.confirmed(case)


def test_the_best_overall_below_the_reserve_does_not_win(world):
    case = land.conforming(world, scheme=land.BEST, floor="440000000")
    land.mark(case, {CHEN: "0.9", ZHAO: "0.5", HU: "0.8"})
    land.sign(case)
    lot = land.lot_of(case)
    assert [(c["rank"], c["name"]) for c in lot.candidates] == [(1, HU), (2, ZHAO)]
    assert [out["name"] for out in lot.excluded] == [CHEN]


def test_the_opened_reserve_fits_the_commitment_and_was_nowhere_before(world):
    floor, shown = "437654321.00", "437,654,321"
    case = land.conforming(world, floor=floor)
    kept = [*Reserve.objects.all(), *Entry.objects.all(), land.tender_of(case), land.lot_of(case)]
    assert floor[:9] not in serializers.serialize("json", kept)
    addresses = [f"/tenders/{case.code}/{part}" for part in ("", "award/", "reserve/")]
    for name in ("lin", "sun", "qian", "wang", "chen", "public"):
        for address in (*addresses, f"/api/v1/tenders/{case.code}"):
            page = world.client(name).get(address).content.decode()
            assert floor[:9] not in page, (name, address)
            assert shown not in page, (name, address)
    land.sign(case)
    sealed = record.first_fact(case.code, "tender.reserve_sealed").data
    told = record.first_fact(case.code, "lot.reserve_opened").data
    opening = {"price": told["price"], "salt": told["salt"]}
    assert reserve.commitment(opening) == sealed["commitment"] == told["commitment"]
    assert shown in world.client("lin").get(f"/tenders/{case.code}/award/").content.decode()


def test_silence_confirms_nobody_and_none_but_the_first_is_chosen_by_the_grantor(world):
    case = land.judged(world)
    assert due(case.at + timedelta(days=60)) == 0
    assert land.tender_of(case).state == "evaluated"
    given = {"code": case.code, "at": case.at}
    second = {1: (2, "报价更合理")}
    with pytest.raises(Invalid) as refusal:
        services.confirm_winner(actor=case.actor("lin"), choices=second, **given)
    assert refusal.value.code == "award.not_the_price"
    for name in ("sun", "qian", "wang", "zhao"):
        with pytest.raises(Denied):
            services.confirm_winner(actor=case.actor(name), choices={1: (1, "")}, **given)
    page = world.client("lin").get(f"/tenders/{case.code}/award/").content.decode()
    assert "确定中标人" in page
    assert 'name="lot1-reason"' not in page
    land.confirmed(case)
    assert Award.objects.get().rank == 1


def test_two_bids_are_returned_unopened(world):
    story = land.announced(world)
    tender = story.tender
    hall = openings.Hall(world, tender, "whole", at=tender.bids_close_at)
    for name in ("chen", "zhao"):
        price = land.PRICES[name]
        openings.submit(hall, name, 1, tender.bids_close_at - timedelta(hours=1), price=price)
    at = tender.bids_close_at + timedelta(seconds=2)
    services.close_tender(code=story.code, at=at)
    failed = story.tender
    assert failed.state == "failed"
    notice = failed.notices.get(kind="failure")
    assert notice.title.endswith("不成交公告")
    assert notice.body == "投标截止时间结束后，投标人为 2 家，不足三家"
    assert {bid.state for bid in Bid.objects.all()} == {"returned"}
    assert not record.public_facts_of(story.code).filter(kind="lot.reserve_opened").exists()


def test_a_draft_asks_for_what_an_announcement_of_a_tender_must_say(world):
    story = grants.begun(world, AT, "land_tender")
    found = completeness.missing_before_publication(queries.facts(story.tender, AT))
    assert [finding.code for finding in found] == [
        "basic.summary",
        "basic.plan_number",
        "basic.contact_name",
        "basic.contact_phone",
        "basic.place",
        "lots.none",
        "conformity.none",
        "scheme.missing",
        "timetable.bids_close_at",
        "documents.none",
        "custodians.too_few",
    ]
    assert {f.article for f in found if f.section == "scheme"} == {
        "《招标拍卖挂牌出让国有建设用地使用权规定》第十四条"
    }


@pytest.mark.parametrize(("days", "is_lawful"), [(19, False), (20, True)])
def test_the_announcement_stands_for_twenty_days(world, days, is_lawful):
    story = land.draft(world, bids_close_at=AT + timedelta(days=days))
    sun = world.actor("sun", story.at)
    if is_lawful:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
        return
    with pytest.raises(Conflict) as refusal:
        services.submit_tender(actor=sun, code=story.code, at=story.at)
    assert refusal.value.code == "tender.period_broken"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scheme": {"method": "lowest_price"}}, "scheme.method"),
        ({"bid_security": "100.00"}, "tender.unknown_field"),
        ({"funding": "财政资金"}, "tender.unknown_field"),
        ({"documents_from": AT.date()}, "tender.unknown_field"),
    ],
)
def test_what_belongs_to_a_purchase_is_refused(world, changes, code):
    story = land.draft(world)
    with pytest.raises(Invalid) as refusal:
        services.change_tender(
            actor=world.actor("sun", AT), code=story.code, changes=changes, at=AT
        )
    assert refusal.value.code == code


def test_the_draft_is_written_on_pages_and_the_announcement_says_how_it_is_judged(world):
    story = land.draft(world, scheme=land.BEST)
    sun = world.client("sun")
    for section, words in {
        "basic": ("开标地点", "投标有效期"),
        "lots": ("交易保证金", "80,000,000.00"),
        "lots/1": ("宗地坐落", "起始价"),
        "terms": ("qualification-0-text", "conformity-0-text"),
        "scheme": ("价高者得", "综合评分，价格越高得分越高"),
        "timetable": ("投标截止暨开标时间",),
        "custodians": ("托管人",),
    }.items():
        page = sun.get(f"/tenders/{story.code}/draft/{section}/").content.decode()
        for word in words:
            assert word in page, (section, word)
    land.tenders.publish(land.tenders.register_keys(story))
    notice = story.tender.notices.get()
    shown = world.client("public").get(f"/notices/{story.code}/{notice.number}/").content.decode()
    assert notice.title.endswith("招标出让公告") or "出让公告" in notice.title
    for word in ("招标出让", "400,000,000.00", "报价 ÷ 基准价", "规划与建设方案", "不低于底价"):
        assert word in shown, word
    text = json.dumps(notice.fields["text"], ensure_ascii=False)
    assert "bid_security" not in text


def test_a_bidder_seals_to_a_floor_and_names_no_days(world):
    story = land.announced(world)
    openings.sealed.register(world, story.tender, "chen")
    page = world.client("chen").get(f"/tenders/{story.code}/bid/1/").content.decode()
    assert 'data-floor="400000000.00"' in page
    assert "data-ceiling" not in page
    assert 'data-required="price price_in_words"' in page
    assert 'data-field="days"' not in page
    lot = world.client("chen").get(f"/api/v1/tenders/{story.code}/policy").json()["lots"][0]
    assert (lot["floor"], "ceiling" in lot) == ("400000000.00", False)


def test_a_winner_that_does_not_sign_is_found_void_on_the_award_page(world):
    case = land.confirmed(land.judged(world))
    place = f"/tenders/{case.code}/award/"
    client = case.world.client("wang")
    assert f"{place}1/void/" in client.get(place).content.decode()
    assert f"{place}1/void/" not in case.world.client("lin").get(place).content.decode()
    assert case.world.client("lin").get(f"{place}1/void/").status_code == 403
    told = {"reason": "经催告拒绝签订成交确认书。", "article": "国土资源部令第39号第二十五条"}
    assert client.post(f"{place}1/void/", {"reason": ""}).status_code == 422
    assert client.post(f"{place}1/void/", told).status_code == 302
    assert (land.tender_of(case).state, land.lot_of(case).state) == ("failed", "failed")
    assert client.get(f"{place}1/void/").status_code == 404
    api = f"/api/v1/tenders/{case.code}/lots/1/void"
    assert client.post(api, told, "application/json").status_code == 404
