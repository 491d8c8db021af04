"""A price that falls by the clock, from the draft to the one who accepts it first."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.queries import offers as offered
from kernel.errors import Invalid
from ledger import queries as record
from tests import called, grants, sales
from tests.world import AT, cast
from trading import queries as trading
from trading import services as trade
from trading.domain import completeness
from trading.domain.priority import PriorityTerms
from trading.models import Tender

pytestmark = pytest.mark.django_db
PAGE = "/auctions/{}/"
EVERY = 60


@pytest.fixture
def world():
    return cast(AT)


@pytest.fixture(autouse=True)
def _no_thread_stays():
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def draft(world):
    """Write a sale whose price falls from 2,700,000 to the floor of 2,600,000 in five steps."""
    story = called.sale_draft(world, AT)
    set_terms(story)
    return story


def set_terms(story, **changes):
    closes, sun = sales.closing(story.at), story.world.actor("sun", story.at)
    given = {"kind": "dutch", "from_price": Decimal(2_700_000), "every_s": EVERY} | changes
    return trade.change_auction(
        actor=sun,
        code=story.code,
        number=1,
        auction=sales.terms(closes, **given),
        shown=called.viewing(closes),
        at=story.at,
    )


def asks_after(world, story, name):
    """Disclose a right of first refusal of which its holder is asked after the close."""
    told = (AT - timedelta(days=30)).date()
    right = sales.priority(world, name, notified_on=told, mode="after_close_once", window_minutes=5)
    sun = world.actor("sun", AT)
    trade.change_priority(actor=sun, code=story.code, number=1, right=right, at=AT)
    return story


def held_for(world, *takers):
    return grants.listed_of(called.closed(called.announced(draft(world)), *takers)).begin()


def findings(story):
    found = completeness.missing_before_publication(trading.facts(story.tender, story.at))
    return [finding.code for finding in found]


def accept(held, name, price, seconds):
    at = held.moment("opens_at", seconds)
    held.at(at)
    return held.act(name, price, at, kind="accept")


def test_the_terms_say_when_the_price_stands_at_its_floor(world):
    story = draft(world)
    assert findings(story) == []
    terms = story.tender.lots.get().auction
    opens, closes = (datetime.fromisoformat(terms[name]) for name in ("opens_at", "closes_at"))
    assert closes - opens == timedelta(seconds=6 * EVERY)
    assert terms["start_price"] == "2600000.00"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_price": None}, "auction.from_price"),
        ({"from_price": Decimal(2_600_000)}, "auction.from_price"),
        ({"from_price": Decimal(2_710_000)}, "auction.from_price"),
        ({"from_price": Decimal("2700000.001")}, "money.too_fine"),
        ({"increment": Decimal(100)}, "auction.from_price"),
        ({"every_s": 9}, "tender.out_of_bounds"),
        ({"every_s": None}, "tender.out_of_bounds"),
    ],
)
def test_a_price_that_would_not_arrive_at_its_floor_is_refused(world, changes, code):
    story = draft(world)
    with pytest.raises(Invalid) as refusal:
        set_terms(story, **({"increment": Decimal(20_000)} | changes))
    assert refusal.value.code == code


def test_a_floor_that_moved_after_the_terms_is_named(world):
    story = draft(world)
    lot = {**sales.LOT, "start_price": "2610000.00"}
    sun = world.actor("sun", AT)
    trade.change_lot(actor=sun, code=story.code, number=1, lot=lot, at=AT)
    assert findings(story) == ["auction.from_price"]


def test_nobody_takes_the_price_of_another_in_the_room(world):
    story = draft(world)
    right = sales.priority(world, "hu", notified_on=(AT - timedelta(days=30)).date())
    assert isinstance(right, PriorityTerms)
    sun = world.actor("sun", AT)
    trade.change_priority(actor=sun, code=story.code, number=1, right=right, at=AT)
    assert "priority.in_room" in findings(story)


def test_the_first_to_accept_has_it_at_the_price_then_called(world):
    held = held_for(world, "chen", "zhao")
    assert accept(held, "chen", "2700000", EVERY + 5).reason == "price_moved"
    assert accept(held, "zhao", "2680000", EVERY + 6).accepted
    held.auction.refresh_from_db()
    assert (held.auction.phase, held.auction.shown["leader"]) == ("ended", held.code_of("zhao"))
    tender = Tender.objects.get(code=held.code)
    assert (tender.state, tender.lots.get().candidates[0]["price"]) == ("priced", "2680000.00")
    assert accept(held, "chen", "2680000", EVERY + 7).reason == "closed"
    answer = replay_case(json.loads(offered.log_file(held.auction)))
    assert (answer["winner"], answer["price"]) == (held.code_of("zhao"), "2680000.00")


def test_a_holder_is_asked_the_moment_somebody_accepts_and_its_page_follows(world):
    story = called.announced(asks_after(world, draft(world), "hu"))
    held = grants.listed_of(called.closed(story, "chen", "hu")).begin()
    page = world.client("hu").get(PAGE.format(held.auction.code)).content.decode()
    [listens] = re.findall(r'data-refresh="([^"]*)"\s+data-src="[^"]*/own/"', page)
    before = record.last_number(held.auction.stream)
    assert accept(held, "chen", "2700000", 5).accepted
    told = record.entries_since(held.auction.stream, before, 10)
    assert [fact.kind for fact in told] == ["auction.offers", "auction.moved"]
    assert told[-1].data["phase"] == "priority"
    assert {fact.kind for fact in told} & set(listens.split())
    own = world.client("hu").get(f"/auctions/{held.auction.code}/own/").content.decode()
    assert 'data-form="exercise"' in own
    assert [one.price for one in offered.newest_falls(held.auction, 99)] == [Decimal(2_700_000)]


def test_every_price_that_was_called_is_a_fact_and_stands_in_the_table(world):
    held = held_for(world, "chen", "zhao")
    for seconds in (EVERY, 2 * EVERY):
        held.at(held.moment("opens_at", seconds))
    told = record.facts_of(held.code, only=("auction.moved",)).order_by("number")
    assert [fact.data["shown"]["price"] for fact in told] == [
        "2700000.00",
        "2680000.00",
        "2660000.00",
    ]
    page = world.client("public").get(PAGE.format(held.auction.code)).content.decode()
    assert "当前叫价" in page
    assert all(price in page for price in ("2,700,000.00", "2,680,000.00", "2,660,000.00"))
    assert 'data-form="accept"' not in page


def test_nobody_accepts_and_the_sale_fails_at_its_floor(world):
    held = held_for(world, "chen", "zhao")
    for step in range(1, 7):
        held.at(held.moment("opens_at", step * EVERY))
    assert (held.auction.phase, held.auction.shown["outcome"]) == ("ended", "unsold")
    assert Tender.objects.get(code=held.code).state == "failed"
    page = world.client("public").get(PAGE.format(held.auction.code)).content.decode()
    assert "降到底价仍无人应价，流拍" in page


def test_an_entrant_is_offered_the_price_that_stands_and_the_notice_prints_the_fall(world):
    held = held_for(world, "chen", "zhao")
    page = world.client("chen").get(PAGE.format(held.auction.code)).content.decode()
    assert 'data-form="accept"' in page
    assert 'value="2700000.00"' in page
    assert 'name="kind" value="bid"' not in page
    text = world.client("public").get(f"/tenders/{held.code}/parts/text/").content.decode()
    whole = world.client("public").get(f"/tenders/{held.code}/").content.decode()
    assert "每 60 秒降一个幅度" in text + whole


def test_a_lone_taker_is_asked_for_one_quote_not_below_the_floor(world):
    held = held_for(world, "chen")
    assert (held.auction.terms["kind"], held.auction.terms["start_price"]) == (
        "one_shot",
        "2600000.00",
    )


def test_the_draft_page_takes_a_fall_and_shows_it_again(world):
    story = called.sale_draft(world, AT)
    client, address = world.client("sun"), f"/tenders/{story.code}/draft/auction/"
    opens, closes = sales.opening(story.tender.bids_close_at), story.tender.bids_close_at
    given = {
        "lot": "1",
        "lot1-kind": "dutch",
        "lot1-increment": "20000",
        "lot1-opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "lot1-from_price": "2640000",
        "lot1-every_s": "45",
        "lot1-viewing_from": f"{called.viewing(closes).viewing_from:%Y-%m-%d}",
        "lot1-viewing_until": f"{called.viewing(closes).viewing_until:%Y-%m-%d}",
        "lot1-viewing_place": "库房",
    }
    assert client.post(address, given).status_code == 302
    assert story.tender.lots.get().auction["every_s"] == 45
    page = client.get(address).content.decode()
    assert 'value="2640000.00"' in page
    assert client.post(address, given | {"lot1-from_price": "2641000"}).status_code == 422
