"""The worked examples of the rulebook, and the corners of every auction type."""

from datetime import datetime
from decimal import Decimal

from bidding.auction import decide, settle, start
from bidding.auction.state import Act
from bidding.auction.terms import read_terms
from kernel.reading import Fields

DAY = "2026-11-24"

DYNAMIC = {
    "kind": "dynamic",
    "start_price": "2600000",
    "increment": "20000",
    "opens_at": f"{DAY}T13:00:00+08:00",
    "closes_at": f"{DAY}T14:00:00+08:00",
    "extension": {"add_s": 180},
    "qualified": ["P1", "P2", "P3", "P4"],
}
DYNAMIC_BIDS = [
    ("13:10:00", "P1", "2600000"),
    ("13:20:00", "P2", "2640000"),
    ("13:30:00", "P3", "2700000"),
    ("14:02:10", "P2", "2720000"),
    ("14:05:00", "P1", "2760000"),
]


def at(clock):
    return datetime.fromisoformat(f"{DAY}T{clock}+08:00")


def act(clock, by, what=None, kind="", **more):
    """Give an act: a price is a bid, no price what `kind` says."""
    price = None if what is None else Decimal(what)
    return Act(at(clock), by, kind or "bid", price, **more)


def run(terms, acts):
    """Give the state after the acts, and the verdict on each with the end as it then stood."""
    state, verdicts = start(terms), []
    for one in acts:
        decision = decide(terms, state, one)
        state = decision.state
        verdicts.append(decision.reason or f"{state.closes_at:%H:%M:%S}")
    return state, verdicts


def terms_of(base, **changes):
    return read_terms(Fields(base | changes))


def test_ex_22_dynamic_quotes_end_a_cycle_after_the_last_offer():
    terms = terms_of(DYNAMIC)
    state, verdicts = run(terms, [act(*bid) for bid in DYNAMIC_BIDS])
    assert verdicts == ["06:00:00"] * 3 + ["14:05:10", "14:08:00"]
    assert settle(terms, state, at("14:07:59")).outcome == ""
    end = settle(terms, state, at("15:00:00"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P1", Decimal(2760000))
    assert (end.closes_at, end.extensions) == (at("14:08:00"), 2)


def test_ex_23_a_holder_exercises_in_the_room():
    terms = terms_of(DYNAMIC, priority_right={"holder": "P4", "mode": "in_room_equal"})
    acts = [act(*bid) for bid in DYNAMIC_BIDS]
    acts += [act("14:06:30", "P4", kind="exercise"), act("14:08:00", "P1", "2770000")]
    state, verdicts = run(terms, acts)
    assert verdicts[5:] == ["14:09:30", "not_higher"]
    end = settle(terms, state, at("14:09:30"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P4", Decimal(2760000))


def test_ex_23_a_holder_accepts_after_the_close():
    right = {"holder": "P4", "mode": "after_close_once", "window_s": 600}
    terms = terms_of(DYNAMIC, priority_right=right)
    state, _verdicts = run(terms, [act(*bid) for bid in DYNAMIC_BIDS])
    asked = settle(terms, state, at("14:08:00"))
    assert (asked.phase, asked.leader, asked.closes_at) == ("priority", "P1", at("14:18:00"))
    taken = decide(terms, state, act("14:12:00", "P4", kind="exercise")).state
    assert (taken.outcome, taken.leader, taken.price) == ("sold", "P4", Decimal(2760000))
    assert settle(terms, state, at("14:18:00")).leader == "P1"
