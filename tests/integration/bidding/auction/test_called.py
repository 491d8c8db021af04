"""An auction with calls from the draft to the deal: state property and land (rulebook 5.6, 2.4)."""

import json
from datetime import timedelta

import pytest

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.queries import offers as offered
from bidding.services import auction as services
from deposits.models import Refund
from kernel.errors import Conflict
from ledger import queries as record
from tests import called, grants
from tests.called import CALL
from tests.world import AT, cast
from trading import queries as trading
from trading import services as trade
from trading.domain import completeness
from trading.domain.viewing import Viewing
from trading.models import Award, Notice, Tender

pytestmark = pytest.mark.django_db
PAGE = "/auctions/{}/"


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture(autouse=True)
def _no_thread_stays():
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def findings(story):
    found = completeness.missing_before_publication(trading.facts(story.tender, story.at))
    return [finding.code for finding in found]


def facts_of(held, *kinds):
    return record.facts_of(held.code, only=kinds).order_by("stream", "number")


def hammered(held, *offers):
    """Take offers by minutes after the opening, and let the clock run to the hammer."""
    held.begin()
    for minutes, name, price in offers:
        assert held.offer(name, price, held.moment("opens_at", 60 * minutes)).accepted
    ends = held.moment("closes_at")
    for calls in range(4):
        held.at(ends + timedelta(seconds=calls * CALL))
    return held


def stage(world, held, name="public"):
    return world.client(name).get(PAGE.format(held.auction.code)).content.decode()


def test_a_sale_by_auction_says_when_and_where_its_object_can_be_seen(world):
    assert findings(called.sale_draft(world, AT)) == []
    assert findings(called.sale_draft(world, AT, shown=Viewing())) == ["auction.viewing_from"]


@pytest.mark.parametrize("make", [called.sale_draft, called.grant_draft])
def test_a_draft_written_under_other_rules_is_saved_anew_before_it_is_announced(world, make):
    story = make(world, AT)
    lot = story.tender.lots.get()
    for name in ("calls", "least_bidders"):
        kept = lot.auction
        lot.auction = {**kept, name: kept[name] + 1}
        lot.save(update_fields=["auction"])
        assert findings(story) == ["auction.calls"], name
        lot.auction = kept
    lot.save(update_fields=["auction"])
    assert findings(story) == []


def test_a_viewing_shorter_than_the_law_asks_is_a_broken_period_with_its_article(world):
    closes = called.sales.closing(AT).date()
    shown = Viewing(closes - timedelta(days=2), closes - timedelta(days=1), "库房")
    story = called.sale_draft(world, AT, shown=shown)
    broken = completeness.broken_periods(trading.facts(story.tender, AT), AT.date())
    assert [(one.target, one.article) for one in broken] == [
        ("viewing_until", "《拍卖法》第四十八条")
    ]
    with pytest.raises(Conflict) as refusal:
        called.announced(story)
    assert refusal.value.code == "tender.period_broken"


def test_the_notice_prints_calls_and_viewing_and_the_room_knows_only_the_calls(world):
    held = called.sold(world, AT, "chen", "zhao")
    notice = world.client("public").get(f"/tenders/{held.code}/").content.decode()
    text = world.client("public").get(f"/tenders/{held.code}/parts/text/").content.decode()
    assert "每 30 秒一次，共 3 次" in notice + text
    assert "清河市中心路 15 号" in notice + text
    assert held.auction.terms["calls"] == 3
    assert "viewing" not in held.auction.terms


def test_the_price_is_called_thrice_as_facts_and_the_hammer_sells(world):
    held = called.sold(world, AT, "chen", "zhao")
    hammered(held, (1, "chen", "2600000"), (2, "zhao", "2640000"))
    moved = [
        (fact.data["phase"], fact.data["shown"]["called"])
        for fact in facts_of(held, "auction.moved")
        if fact.data["phase"] == "closing"
    ]
    assert moved == [("closing", 1), ("closing", 2)]
    assert (held.auction.phase, held.auction.shown["outcome"]) == ("ended", "sold")
    tender = Tender.objects.get(code=held.code)
    assert (tender.state, tender.lots.get().candidates[0]["price"]) == ("priced", "2640000.00")


def test_an_offer_between_calls_begins_them_anew_and_the_page_says_so(world):
    held = called.sold(world, AT, "chen", "zhao").begin()
    held.offer("chen", "2600000", held.moment("opens_at", 60))
    held.at(held.moment("closes_at"))
    held.at(held.moment("closes_at", CALL))
    assert "第 2 次叫价，共 3 次" in stage(world, held)
    assert held.offer("zhao", "2620000", held.moment("closes_at", CALL + 5)).accepted
    page = stage(world, held)
    assert "重新从第一次叫起" in page
    assert "第一次叫价" in page
    late = held.moment("closes_at", 2 * CALL + 5)
    held.at(late)
    assert "第 1 次叫价，共 3 次" in stage(world, held)
    held.at(late + timedelta(seconds=2 * CALL))
    assert (held.auction.phase, held.auction.shown["leader"]) == ("ended", held.code_of("zhao"))
    assert "已落槌" in stage(world, held)


def test_the_signed_log_replays_to_the_same_winner_and_price(world):
    held = called.sold(world, AT, "chen", "zhao", "hu")
    held.begin()
    held.act("hu", "2700000", held.moment("opens_at", 30), kind="maximum")
    hammered(held, (1, "chen", "2620000"), (2, "zhao", "2680000"))
    log = offered.log_file(held.auction)
    assert services.signed_log(held.auction)
    answer = replay_case(json.loads(log))
    assert (answer["winner"], answer["price"]) == (held.code_of("hu"), "2700000.00")
    assert answer["winner"] == held.auction.shown["leader"]
    assert [s["result"] for s in answer["trace"] if s["step"] == "call"] == ["1", "2", "3"]


def test_a_lone_taker_is_asked_for_one_quote_instead_of_an_auction_nobody_outbids(world):
    held = called.sold(world, AT, "chen")
    assert held.auction.terms["kind"] == "one_shot"


def test_the_deal_is_confirmed_as_of_every_sale(world):
    held = hammered(called.sold(world, AT, "chen", "zhao"), (1, "chen", "2600000"))
    lin, at = world.actor("lin", AT), held.moment("closes_at", 4 * CALL)
    trade.confirm_winner(actor=lin, code=held.code, choices={1: (1, "")}, at=at)
    award = Award.objects.get(lot__tender__code=held.code)
    assert (award.supplier.uscc, award.price) == (held.uscc("chen"), 2_600_000)
    confirmed = record.facts_of(held.code, only=("award.confirmed",)).get()
    assert confirmed.tender == held.code


# land


def test_a_grant_by_auction_is_announced_twenty_days_before_it_is_held(world):
    story = called.grant_draft(world, AT)
    assert findings(story) == []
    late = AT + timedelta(days=5)
    broken = completeness.broken_periods(trading.facts(story.tender, late), late.date())
    assert [(one.target, one.article) for one in broken][:1] == [
        ("sale_begins", "《招标拍卖挂牌出让国有建设用地使用权规定》第八条")
    ]


def test_a_parcel_is_sold_at_the_hammer_to_the_highest(world):
    held = called.granted(world, AT, "chen", "zhao", "hu")
    assert held.auction.terms["least_bidders"] == 3
    hammered(held, (1, "chen", "400000000"), (2, "hu", "405000000"))
    tender = Tender.objects.get(code=held.code)
    assert (tender.state, tender.lots.get().candidates[0]["uscc"]) == ("priced", held.uscc("hu"))


def test_a_parcel_nobody_registers_for_fails_with_the_number_the_rules_ask(world):
    story = called.announced(called.grant_draft(world, AT))
    trade.close_tender(code=story.code, at=story.tender.next_due_at + timedelta(seconds=1))
    notice = Notice.objects.get(tender=story.tender, kind="failure")
    assert notice.body == "竞买人不足三人，拍卖终止。"


def test_fewer_than_three_bidders_stop_an_auction_of_land_and_their_money_is_due(world):
    story = called.closed(
        called.announced(called.grant_draft(world, AT)), "chen", "zhao", unpaid=("hu",)
    )
    assert not Auction.objects.filter(lot__tender__code=story.code).exists()
    assert story.tender.state == "failed"
    notice = Notice.objects.get(tender=story.tender, kind="failure")
    assert notice.body == "按时足额交纳竞买保证金的竞买人不足三人，拍卖终止。"
    assert notice.fields["article"].endswith("（国土资发〔2006〕114号）（待核实）")
    due = Refund.objects.filter(deposit__tender=story.tender, state="due")
    assert due.count() == 2


def test_below_the_reserve_the_parcel_is_not_sold(world):
    story = called.announced(called.grant_draft(world, AT))
    given = {"price": "430000000", "decision": "清自然资会纪〔2026〕21号"}
    lin = world.actor("lin", AT)
    trade.seal_reserve(actor=lin, code=story.code, number=1, **given, at=AT)
    held = grants.listed_of(called.closed(story, "chen", "zhao", "hu"))
    hammered(held, (1, "chen", "400000000"))
    assert held.auction.shown["outcome"] == "unsold"
    assert Tender.objects.get(code=held.code).state == "failed"
    answer = replay_case(json.loads(offered.log_file(held.auction)))
    assert (answer["outcome"], answer["winner"]) == ("unsold", None)


# pages of the draft


def test_the_draft_page_takes_step_calls_and_viewing(world):
    story = called.sale_draft(world, AT, shown=Viewing())
    client, address = world.client("sun"), f"/tenders/{story.code}/draft/auction/"
    page = client.get(address).content.decode()
    assert "叫价间隔（秒）" in page
    assert "延时报价周期" not in page
    assert "最高报价相同时" not in page
    opens = called.sales.opening(story.tender.bids_close_at)
    given = {
        "lot": "1",
        "lot1-kind": "english",
        "lot1-increment": "20000",
        "lot1-opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "lot1-free_minutes": "60",
        "lot1-call_s": "20",
        "lot1-viewing_from": f"{opens - timedelta(days=9):%Y-%m-%d}",
        "lot1-viewing_until": f"{opens - timedelta(days=5):%Y-%m-%d}",
        "lot1-viewing_place": "中心路 15 号",
    }
    assert client.post(address, given).status_code == 302
    saved = story.tender.lots.get().auction
    assert saved["extension"] == {"add_s": 20, "from": "bid"}
    assert saved["viewing"]["place"] == "中心路 15 号"
    again = client.get(address).content.decode()
    assert 'value="20"' in again
    assert "中心路 15 号" in again


def test_a_draft_of_land_by_auction_has_the_page_of_rules_and_none_of_a_listing(world):
    story = called.grant_draft(world, AT)
    client = world.client("sun")
    page = client.get(f"/tenders/{story.code}/draft/auction/").content.decode()
    assert "叫价间隔（秒）" in page
    assert "展示开始" not in page
    assert client.get(f"/tenders/{story.code}/draft/listing/").status_code == 404
    pages = [client.get(f"/tenders/{story.code}/draft/{part}") for part in ("", "publish/")]
    assert [page.status_code for page in pages] == [200, 200]


def test_clients_of_the_api_write_calls_and_viewing(world):
    story = called.sale_draft(world, AT, shown=Viewing())
    closes = story.tender.bids_close_at
    shown = called.viewing(closes)
    body = {
        "kind": "english",
        "opens_at": called.sales.opening(closes).isoformat(),
        "free_minutes": 60,
        "increment": "20000",
        "call_s": 15,
        "viewing_from": shown.viewing_from.isoformat(),
        "viewing_until": shown.viewing_until.isoformat(),
        "viewing_place": "库房",
    }
    address = f"/api/v1/tenders/{story.code}/lots/1/auction"
    answer = world.client("sun").put(address, body, content_type="application/json")
    assert answer.status_code == 200
    saved = story.tender.lots.get().auction
    assert (saved["extension"]["add_s"], saved["viewing"]["place"]) == (15, "库房")
    stranger = world.client("chen").put(address, body, content_type="application/json")
    assert stranger.status_code == 404
