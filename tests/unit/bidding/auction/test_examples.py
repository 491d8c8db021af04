"""The worked examples of the rulebook, EX-20 to EX-24."""

from decimal import Decimal

from bidding.auction import decide, outcome, settle
from tests.auction_room import (
    DAY,
    DYNAMIC,
    LISTING,
    REVERSE,
    act,
    at,
    end_of,
    run,
    terms_of,
)

EX_20 = LISTING | {
    "start_price": "40000",
    "increment": "500",
    "reserve": "43000",
    "opens_at": "2026-11-13T09:00:00+08:00",
    "closes_at": f"{DAY}T09:56:00+08:00",
    "qualified": ["1", "2", "3"],
}
EX_20_LISTED = act("09:00:00", "2", "41500")
EX_20_ACTS = [
    EX_20_LISTED,
    act("09:57:00", "1", "join"),
    act("09:58:00", "3", "join"),
    act("10:02:10", "1", "42000"),
    act("10:06:59", "3", "42500"),
    act("10:11:58", "1", "43000"),
    act("10:14:00", "3", "43300"),
    act("10:16:58", "3", "43500"),
]
EX_22 = DYNAMIC | {
    "start_price": "2600000",
    "increment": "20000",
    "opens_at": f"{DAY}T13:00:00+08:00",
    "closes_at": f"{DAY}T14:00:00+08:00",
    "qualified": ["P1", "P2", "P3", "P4"],
    "least_bidders": 2,
}
EX_22_ACTS = [
    act("13:10:00", "P1", "2600000"),
    act("13:20:00", "P2", "2640000"),
    act("13:30:00", "P3", "2700000"),
    act("14:02:10", "P2", "2720000"),
    act("14:05:00", "P1", "2760000"),
]
EX_24 = REVERSE | {
    "start_price": "500000",
    "increment": "5000",
    "multiples_only": False,
    "closes_at": f"{DAY}T10:30:00+08:00",
    "extension": {"window_s": 180, "add_s": 180, "most": 10},
    "qualified": ["S1", "S2", "S3"],
}
EX_24_ACTS = [
    act("10:03:00", "S1", "498000"),
    act("10:20:00", "S2", "490000"),
    act("10:28:30", "S3", "484000"),
    act("10:31:00", "S2", "480000"),
    act("10:31:10", "S2", "479000"),
    act("10:33:30", "S1", "473000"),
    act("10:36:30", "S3", "468000"),
]


def test_ex_20_listing_then_timed_auction():
    terms = terms_of(EX_20)
    state, verdicts = run(terms, EX_20_ACTS)
    assert verdicts == [
        "09:56:00", "10:00:00", "10:00:00", "10:07:10", "10:11:59", "10:16:58", "not_higher",
        "closed",
    ]  # fmt: skip
    found = outcome(terms, state)
    assert (found.outcome, found.winner, found.price) == ("sold", "1", Decimal(43000))
    assert (found.end, found.extensions, found.rate) == (at("10:16:58"), 3, Decimal("7.50"))


def test_ex_20_below_the_reserve_the_lot_fails():
    terms = terms_of(EX_20, reserve="43500")
    assert end_of(terms, EX_20_ACTS[:6]) == ("unsold", "1", "43000", [])


def test_ex_20_nobody_goes_on_and_the_listing_top_stays_below_the_reserve():
    terms = terms_of(EX_20)
    state, _verdicts = run(terms, [EX_20_LISTED])
    end = settle(terms, state, at("12:00:00"))
    assert (end.outcome, end.price, end.closes_at) == ("unsold", Decimal(41500), at("10:00:00"))
    assert outcome(terms, end).winner is None


def test_ex_22_dynamic_quotes_end_a_cycle_after_the_last_offer():
    terms = terms_of(EX_22)
    state, verdicts = run(terms, EX_22_ACTS)
    assert verdicts == ["14:00:00"] * 3 + ["14:05:10", "14:08:00"]
    assert settle(terms, state, at("14:07:59")).outcome == ""
    end = settle(terms, state, at("15:00:00"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P1", Decimal(2760000))
    assert (end.closes_at, end.extensions) == (at("14:08:00"), 2)
    assert outcome(terms, end).rate == Decimal("6.15")


def test_ex_22_the_appreciation_counts_from_the_valuation():
    terms = terms_of(EX_22, valuation="2500000")
    end = settle(terms, run(terms, EX_22_ACTS)[0], at("15:00:00"))
    assert outcome(terms, end).rate == Decimal("10.40")


def test_ex_23_a_holder_exercises_in_the_room():
    terms = terms_of(EX_22, priority_right={"holder": "P4", "mode": "in_room_equal"})
    acts = [*EX_22_ACTS, act("14:06:30", "P4", "exercise"), act("14:08:00", "P1", "2770000")]
    state, verdicts = run(terms, acts)
    assert verdicts[5:] == ["14:09:30", "not_higher"]
    end = settle(terms, state, at("14:09:30"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P4", Decimal(2760000))


def test_ex_23_a_holder_accepts_after_the_close():
    right = {"holder": "P4", "mode": "after_close_once", "window_s": 600}
    terms = terms_of(EX_22, priority_right=right)
    state, _verdicts = run(terms, EX_22_ACTS)
    asked = settle(terms, state, at("14:08:00"))
    assert (asked.phase, asked.leader, asked.closes_at) == ("priority", "P1", at("14:18:00"))
    taken = decide(terms, state, act("14:12:00", "P4", "exercise")).state
    assert (taken.outcome, taken.leader, taken.price) == ("sold", "P4", Decimal(2760000))
    assert settle(terms, state, at("14:18:00")).leader == "P1"


def test_ex_24_reverse_auction():
    terms = terms_of(EX_24)
    state, verdicts = run(terms, EX_24_ACTS)
    assert verdicts == [
        "10:30:00", "10:30:00", "10:31:30", "not_lower", "10:34:10", "10:36:30", "closed",
    ]  # fmt: skip
    found = outcome(terms, state)
    assert (found.winner, found.price, found.rate) == ("S1", Decimal(473000), Decimal("5.40"))
    assert found.extensions == 3


def test_a_falling_auction_fails_above_its_reserve_and_starts_at_its_start():
    terms = terms_of(EX_24, reserve="480000")
    assert end_of(terms, [act("10:03:00", "S1", "500001"), act("10:04:00", "S1", "490000")]) == (
        "unsold",
        "S1",
        "490000",
        ["above_start"],
    )
    assert end_of(terms, [act("10:03:00", "S1", "480000")])[0] == "sold"
