"""Small words for auctions told act by act, all on one day in Shanghai."""

from datetime import datetime
from decimal import Decimal

import pytest

from bidding.auction import decide, settle, start
from bidding.auction.state import Act
from bidding.auction.terms import read_terms
from kernel.errors import Invalid
from kernel.reading import Fields

DAY = "2026-11-24"
SEED, NONCE = "07" * 32, "01"

BASE = {
    "start_price": "1000",
    "opens_at": f"{DAY}T10:00:00+08:00",
    "closes_at": f"{DAY}T11:00:00+08:00",
    "qualified": ["A", "B", "C", "D"],
    "least_bidders": 1,
}
OPEN = BASE | {"increment": "10", "extension": {"window_s": 300, "add_s": 300}}
ENGLISH = OPEN | {"kind": "english"}
CALLED = OPEN | {"kind": "english", "extension": {"add_s": 30}, "calls": 3}
REVERSE = OPEN | {"kind": "reverse"}
DYNAMIC = OPEN | {"kind": "dynamic", "extension": {"add_s": 180}}
LISTING = OPEN | {"kind": "listing", "inquiry_s": 240, "extension": {"add_s": 300}}
ONE_SHOT = BASE | {"kind": "one_shot"}
MULTI_SHOT = BASE | {"kind": "multi_shot", "sealed": {"rounds": 3, "round_s": 600}}
WEIGHTED = BASE | {
    "kind": "weighted",
    "weights": {
        "price": "0.6",
        "items": [{"code": "years", "weight": "0.4", "worst": "5", "best": "1"}],
    },
}
DUTCH = BASE | {
    "kind": "dutch",
    "increment": "10",
    "closes_at": f"{DAY}T10:06:00+08:00",
    "dutch": {"every_s": 60, "floor": "950"},
}
LOTTERY = BASE | {"kind": "lottery", "lottery": {"seed": SEED, "nonce": NONCE}}


def at(clock):
    return datetime.fromisoformat(f"{DAY}T{clock}+08:00")


def act(clock, by, what="bid", price=None, **more):
    """Give an act; a number instead of a kind is a bid of that price."""
    if what[0].isdigit():
        what, price = "bid", what
    return Act(at(clock), by, what, None if price is None else Decimal(price), **more)


def quote(clock, by, price, **items):
    """Give a sealed quote, with what it promises beside the price."""
    return act(clock, by, "quote", price, data={"items": items} if items else {})


def terms_of(base, **changes):
    return read_terms(Fields(base | changes))


def refused_terms(base, **changes):
    """Give the code that refuses the terms; a change to None takes the term away."""
    with pytest.raises(Invalid) as refusal:
        terms_of(base, **changes)
    assert refusal.value.text()
    return refusal.value.code


def run(terms, acts):
    """Give the state after the acts, and of each the reason or the end as it then stood."""
    state, verdicts = start(terms), []
    for one in acts:
        decision = decide(terms, state, one)
        state = decision.state
        verdicts.append(
            decision.reason or f"{state.closes_at.astimezone(at('00:00:00').tzinfo):%T}"
        )
    return state, verdicts


def end_of(terms, acts):
    """Give outcome, leader and price when nothing more happens, and the reasons on the way."""
    state, verdicts = run(terms, acts)
    end = settle(terms, state, at("23:59:59"))
    price = None if end.price is None else f"{end.price:f}"
    reasons = [verdict for verdict in verdicts if ":" not in verdict]
    return end.outcome, end.leader, price, reasons
