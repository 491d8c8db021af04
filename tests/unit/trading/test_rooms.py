"""The terms of auctions with calls, of weighted quotes and of a price that falls; and viewings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.errors import Invalid
from ledger.canonical import timestamp
from trading.domain import grant_auction, rooms, viewing
from trading.domain.completeness import LotFacts
from trading.domain.viewing import Viewing
from trading.periods import Basis, RuleSet, Scope

OPENS = datetime(2026, 12, 7, 2, tzinfo=UTC)  # a Monday, ten o'clock in the morning
HAMMER = RuleSet(Scope("property", "auction", on=date(2026, 11, 24)))
LAND = RuleSet(Scope("land", "land_auction", on=date(2026, 11, 24)))
SHOWN = Viewing(date(2026, 12, 1), date(2026, 12, 4), "库房")
FALL = rooms.read_fall(Decimal(1300), Decimal(100), 60, Decimal(1000), OPENS)


class Facts:
    """What the checks of lots look at."""

    def __init__(self, *auctions, closes=OPENS - timedelta(hours=1)):
        self.bids_close_at, self.rules = closes, LAND
        self.lots = tuple(
            LotFacts(n, "地块", Decimal(1), Decimal(0), 0, auction=auction)
            for n, auction in enumerate(auctions, 1)
        )


def refused(read, *args):
    with pytest.raises(Invalid) as refusal:
        read(*args)
    return refusal.value.code


def called(step, length, start, rules):
    given = rooms.AuctionTerms("english", OPENS, 60, step, call_s=length)
    return rooms.read_terms(given, start, ("english",), rules)


def test_how_often_a_price_is_called_and_how_many_must_bid_are_rows_of_the_rules():
    for rules, least in ((HAMMER, 1), (LAND, 3)):
        told = called(Decimal(10), 30, Decimal(1000), rules)
        assert (told["calls"], told["least_bidders"]) == (3, least)
        assert told["extension"] == {"add_s": 30, "from": "bid"}


@pytest.mark.parametrize(
    ("step", "length", "code"),
    [
        (None, 30, "auction.increment"),
        (Decimal(0), 30, "auction.increment"),
        (Decimal(1001), 30, "auction.increment"),
        (Decimal("0.001"), 30, "money.too_fine"),
        (Decimal(10), 9, "tender.out_of_bounds"),
        (Decimal(10), None, "tender.out_of_bounds"),
        (Decimal(10), True, "tender.out_of_bounds"),
    ],
)
def test_calls_nobody_could_follow_are_refused(step, length, code):
    assert refused(called, step, length, Decimal(1000), HAMMER) == code


def test_a_fall_begins_where_it_is_called_from_and_ends_at_the_floor_of_the_lot():
    told = rooms.for_room(FALL)
    assert (told["start_price"], told["dutch"]) == (
        "1300.00",
        {"every_s": 60, "floor": "1000.00"},
    )
    assert told["closes_at"] == timestamp(OPENS + timedelta(seconds=240))
    assert not {"from_price", "every_s"} & set(told)
    other = {"start_price": "1000.00"}
    assert rooms.for_room(other) == rooms.refitted(other) == other


def test_a_floor_that_moves_is_noticed_and_a_lower_one_is_fitted():
    assert not rooms.falls_elsewhere(FALL)
    assert not rooms.falls_elsewhere({"start_price": "1000.00"})
    lower = {**FALL, "start_price": "900.00"}
    assert rooms.falls_elsewhere(lower)
    assert rooms.falls_elsewhere({**FALL, "start_price": "950.00"})
    fitted = rooms.refitted(lower)
    assert not rooms.falls_elsewhere(fitted)
    assert fitted["closes_at"] == timestamp(OPENS + timedelta(seconds=300))
    assert refused(rooms.refitted, {**FALL, "start_price": "950.00"}) == "auction.from_price"


def test_the_room_does_not_know_when_its_object_could_be_seen():
    auction = {"start_price": "1000.00", viewing.KEY: viewing.read(SHOWN)}
    assert rooms.for_room(auction) == {"start_price": "1000.00"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"viewing_from": date(1926, 1, 1)}, "tender.date"),
        ({"viewing_until": date(2226, 1, 1)}, "tender.date"),
        ({"viewing_place": "长" * 201}, "text.required"),
    ],
)
def test_a_viewing_nobody_could_go_to_is_refused(changes, code):
    assert refused(viewing.read, replace(SHOWN, **changes)) == code


@pytest.mark.parametrize("name", ["viewing_from", "viewing_until", "viewing_place"])
def test_a_viewing_is_whole_or_not_said(name):
    half = replace(SHOWN, **{name: "" if name == "viewing_place" else None})
    with pytest.raises(Invalid) as refusal:
        viewing.read(half)
    assert (refusal.value.code, refusal.value.facts["field"]) == ("auction.viewing", name)
    assert viewing.shown({}) == {}


def test_the_dates_of_an_auction_are_named_as_the_rules_name_them():
    auction = {"opens_at": timestamp(OPENS), viewing.KEY: viewing.read(SHOWN)}
    lot = LotFacts(1, "字画", Decimal(1), Decimal(0), 0, auction=auction)
    assert viewing.dates_of(lot) == {
        "auction_held": date(2026, 12, 7),
        "viewing_from": date(2026, 12, 1),
        "viewing_until": date(2026, 12, 4),
    }
    assert viewing.dates_of(replace(lot, auction={})) == {}
    assert grant_auction.dates_of(lot) == {"sale_begins": date(2026, 12, 7)}
    assert grant_auction.dates_of(replace(lot, auction={})) == {}


def test_what_the_terms_of_a_parcel_lack_is_named():
    good = {"opens_at": timestamp(OPENS), "increment": "10.00", "start_price": "1000.00"}
    saturday = timestamp(OPENS + timedelta(days=5))
    facts = Facts(
        good,
        {},
        {**good, "increment": "1000.01"},
        {**good, "opens_at": timestamp(OPENS - timedelta(hours=1))},
        {**good, "opens_at": saturday},
    )
    assert [(one.code, one.facts["number"]) for one in grant_auction.terms(facts)] == [
        ("auction.none", 2),
        ("auction.increment", 3),
        ("auction.opens_at", 4),
        ("auction.opens_at", 5),
    ]
    assert list(grant_auction.terms(Facts(good, closes=None))) == []


def test_an_article_that_is_not_confirmed_says_so_where_it_decides():
    assert Basis("X", "《某规定》", "unverified").cited == "《某规定》（待核实）"
    assert Basis("X", "《某法》第一条").cited == "《某法》第一条"
