"""The second competition: its highest price, low offers (LOW2), and the terms of its room."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import WorkCalendar
from kernel.errors import Conflict, Invalid
from trading.domain import competition, rooms
from trading.periods import RuleSet, Scope, national

RULES = RuleSet(
    Scope(market="procurement", method="mini_competition", on=date(2026, 11, 24)),
    WorkCalendar(),
    national(),
)
CEILING = Decimal(500_000)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_nobody_can_offer_more_than_the_least_that_was_agreed():
    prices = [Decimal("4700.00"), Decimal("4600.00"), Decimal("4750.00")]
    assert competition.limit_of(prices, Decimal("2.5")) == Decimal("11500.00")
    assert competition.limit_of([], Decimal(3)) == 0


def test_two_are_a_competition_and_one_is_none():
    competition.require_several(2, RULES)
    with pytest.raises(Conflict):
        competition.require_several(1, RULES)


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        ({"a": "225000", "b": "450000"}, {}),
        ({"a": "224999.99", "b": "450000"}, {"a": {"next", "ceiling"}}),
        ({"a": "224999.99"}, {"a": {"ceiling"}}),
        ({"a": "230000", "b": "460001"}, {"a": {"next"}}),
        ({"a": "230000", "b": "480000", "c": "480000"}, {"a": {"next"}}),
        ({"a": "230000", "b": "470000", "c": "700000"}, {"a": {"mean", "next"}}),
        ({}, {}),
    ],
)
def test_what_lies_strictly_below_a_line_is_asked_about(prices, found):
    given_ = {name: Decimal(price) for name, price in prices.items()}
    low = competition.too_low(given_, CEILING, RULES)
    assert {name: set(lines) for name, lines in low.items()} == found


PRICES = st.dictionaries(
    st.sampled_from("abcdef"), st.decimals("0.01", "500000", places=2), min_size=1
)


@given(PRICES)
def test_the_order_of_offers_does_not_matter(prices):
    turned = dict(reversed(prices.items()))
    assert competition.too_low(prices, CEILING, RULES) == competition.too_low(
        turned, CEILING, RULES
    )


@given(PRICES)
def test_the_highest_of_several_is_asked_about_for_the_ceiling_alone(prices):
    low = competition.too_low(prices, CEILING, RULES)
    highest = max(prices.values())
    for name in (name for name, price in prices.items() if price == highest):
        assert set(low.get(name, {})) <= {"ceiling"}


def test_whoever_is_put_out_leaves_the_others_in_their_order():
    ranked = [{"rank": n, "uscc": name} for n, name in enumerate("abc", 1)]
    rest, gone = competition.without(ranked, "a")
    assert rest == [{"rank": 1, "uscc": "b"}, {"rank": 2, "uscc": "c"}]
    assert gone["uscc"] == "a"


def test_a_low_offer_is_judged_once_explained_or_when_its_time_is_over():
    due = NOON + timedelta(minutes=30)
    with pytest.raises(Conflict):
        competition.require_answered(due, None, due - timedelta(seconds=1))
    competition.require_answered(due, NOON, NOON)
    competition.require_answered(due, None, due)


SOUND = {"increment": Decimal(5000), "window_s": 180, "extend_s": 180, "extensions": 10}


def bid_down(**own):
    terms = rooms.AuctionTerms("reverse", NOON, 60, **own)
    return rooms.read_terms(terms, CEILING, ("reverse",), RULES, "low")


def test_the_terms_of_a_room_are_those_of_ex_24():
    assert bid_down(**SOUND) == {
        "kind": "reverse",
        "start_price": "500000.00",
        "opens_at": "2026-11-24T12:00:00.000000Z",
        "closes_at": "2026-11-24T13:00:00.000000Z",
        "direction": "low",
        "increment": "5000.00",
        "multiples_only": False,
        "extension": {"window_s": 180, "add_s": 180, "from": "bid", "most": 10},
        "self_outbid": False,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"increment": None},
        {"increment": Decimal(0)},
        {"increment": Decimal(500_001)},
        {"window_s": 29},
        {"window_s": None},
        {"extend_s": 601},
        {"extensions": 0},
        {"extensions": 51},
    ],
)
def test_terms_that_make_no_room_are_refused(wrong):
    with pytest.raises(Invalid):
        bid_down(**SOUND | wrong)
