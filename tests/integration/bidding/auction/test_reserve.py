"""The reserve: its owner alone seals it, nobody reads it before the end, then anybody checks."""

import json

import pytest
import time_machine
from django.core import serializers

from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.queries import offers as offered
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.models import Entry
from tests import grants, sales
from tests.deposited import Till
from tests.world import AT
from trading import services
from trading.domain import reserve
from trading.models import Reserve, Tender

pytestmark = pytest.mark.django_db
FLOOR, SHOWN = "430000001", "430,000,001"


def seal(story, name="lin", price=FLOOR, decision="清自然资会纪〔2026〕21号", at=None, number=1):
    return services.seal_reserve(
        actor=story.world.actor(name, story.at),
        code=story.code,
        number=number,
        price=price,
        decision=decision,
        at=at or story.at,
    )


def held_with(world, price):
    """Give a listing with a reserve, for which chen and zhao are let in."""
    story = grants.announced(world, AT)
    seal(story, price=price)
    till = Till(story)
    for name in ("chen", "zhao"):
        sales.register(story, name)
        till.pay(name, grants.LOT["deposit"])
    story.at = story.tender.next_due_at
    services.close_tender(code=story.code, at=story.at)
    return grants.listed_of(story).begin()


def ended_at(held, price):
    """End the listing at a price that chen offers and nobody goes beyond."""
    held.offer("chen", price, held.moment("opens_at", 60))
    held.ask()
    held.at(held.moment("closes_at", 240))
    return held


@pytest.mark.parametrize("name", ["sun", "qian", "zhou", "zheng", "wang", "chen", "feng"])
def test_the_owner_alone_seals(world, name):
    story = grants.announced(world, AT)
    with pytest.raises(Denied):
        seal(story, name)
    assert not Reserve.objects.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"price": "379999999.99"}, "reserve.below_lowest"),
        ({"price": "many"}, "money.malformed"),
        ({"decision": " "}, "text.required"),
    ],
)
def test_what_no_reserve_can_be_is_refused(world, given, code):
    story = grants.announced(world, AT)
    with pytest.raises(Invalid) as refusal:
        seal(story, **given)
    assert refusal.value.code == code


def test_a_reserve_above_the_highest_price_is_refused(world):
    story = grants.announced(world, AT, ceiling=grants.Decimal(420_000_000))
    with pytest.raises(Invalid) as refusal:
        seal(story)
    assert refusal.value.code == "reserve.above_ceiling"


def test_a_reserve_is_sealed_while_the_announcement_runs_and_only_then(world):
    draft = grants.draft(world, AT)
    with pytest.raises(Conflict):
        seal(draft)
    story = grants.announced(world, AT)
    with pytest.raises(Conflict) as refusal:
        seal(story, at=story.tender.bids_close_at)
    assert refusal.value.code == "reserve.closed"
    first = seal(story).commitment
    assert seal(story).commitment != first
    assert Reserve.objects.count() == 1
    with pytest.raises(Conflict):
        seal(sales.announced(world, AT))


def test_it_is_nowhere_to_be_read_before_the_end(world):
    held = held_with(world, FLOOR)
    held.offer("chen", "400000000", held.moment("opens_at", 60))
    rows = [*Reserve.objects.all(), *Auction.objects.all(), *Entry.objects.all()]
    rows += [*Tender.objects.all(), *held.auction.lot.tender.notices.all()]
    kept = serializers.serialize("json", rows)
    assert FLOOR not in kept
    at = held.moment("opens_at", 120)
    addresses = [
        f"/auctions/{held.auction.code}/",
        f"/tenders/{held.code}/",
        f"/api/v1/auctions/{held.auction.code}",
        f"/api/v1/tenders/{held.code}",
        f"/tenders/{held.code}/reserve/",
    ]
    with time_machine.travel(at, tick=False):
        for name in ("lin", "sun", "qian", "zhou", "wang", "chen", "tang", "public"):
            client = world.client(name)
            for address in addresses:
                page = client.get(address).content.decode()
                assert FLOOR not in page, (name, address)
                assert SHOWN not in page, (name, address)


def test_an_offer_that_reaches_it_wins_and_the_opening_fits_the_commitment(world):
    held = ended_at(held_with(world, "420000000"), "420000000")
    assert held.auction.shown["outcome"] == "sold"
    sealed = record.first_fact(held.code, "tender.reserve_sealed").data
    opening = record.first_fact(held.code, "auction.ended").data["reserve"]
    assert reserve.commitment(opening) == sealed["commitment"]
    told = replay_case(offered.log_of(held.auction))
    assert (told["outcome"], told["price"]) == ("sold", "420000000")


def test_an_offer_below_it_is_not_concluded_and_the_page_says_why_without_the_number(world):
    held = ended_at(held_with(world, FLOOR), "430000000")
    tender = Tender.objects.get(code=held.code)
    assert (held.auction.shown["outcome"], tender.state) == ("unsold", "failed")
    assert tender.lots.get().failure == "最高报价低于底价。"
    page = world.client("public").get(f"/auctions/{held.auction.code}/").content.decode()
    assert "最高报价未达到底价" in page
    assert SHOWN not in page
    told = replay_case(offered.log_of(held.auction))
    assert (told["outcome"], told["winner"]) == ("unsold", None)


def test_the_owner_seals_on_its_page_and_never_sees_it_again(world):
    story = grants.announced(world, AT)
    address = f"/tenders/{story.code}/reserve/"
    with time_machine.travel(AT, tick=False):
        lin = world.client("lin")
        assert "密封底价" in lin.get(f"/tenders/{story.code}/").content.decode()
        assert "没有底价" in lin.get(address).content.decode()
        refused = lin.post(address, {"lot": "1", "price": "1", "decision": "会纪"})
        assert refused.status_code == 422
        assert "不得低于出让最低价" in refused.content.decode()
        sent = {"lot": "1", "price": FLOOR, "decision": "会纪21号"}
        done = lin.post(address, sent, follow=True).content.decode()
        assert Reserve.objects.get().commitment in done
        assert FLOOR not in done
        assert world.client("sun").get(address).status_code == 403
        assert address not in world.client("sun").get(f"/tenders/{story.code}/").content.decode()
        body = json.dumps({"price": FLOOR, "decision": "会纪22号"})
        api = f"/api/v1/tenders/{story.code}/lots/1/reserve"
        told = lin.post(api, body, content_type="application/json")
        assert (told.status_code, FLOOR in told.content.decode()) == (201, False)
