"""Auctions drawn at random for the laws: terms of any type, and acts that stay near its price."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from bidding.auction import decide, settle, start
from bidding.auction.checks import next_price
from bidding.auction.kinds import STEPS
from bidding.auction.state import Act
from bidding.auction.terms import read_terms
from kernel.reading import Fields

OPENS = datetime(2026, 11, 24, 2, tzinfo=UTC)
LENGTH = 600
SEED, NONCE = "07" * 32, "01"
ITEMS = {"items": {"years": "3"}}
BIDDERS = ("u1", "u2", "u3", "u4", "u5")
KINDS = ("bid", "maximum", "quote", "join", "decline", "exercise", "waive", "accept", "condition")
ORDERS = ("pause", "resume", "credit", "draw", "exclude")
DATA = {
    "quote": ITEMS,
    "credit": {"seconds": 30},
    "draw": {"seed": SEED, "nonce": NONCE},
}
PUT_OUT = [{"bidder": name} for name in (*BIDDERS, "stranger")]
AMOUNTS = [{"amount": text} for text in ("10", "20", "30", "40", "15", "")]


@dataclass(frozen=True)
class Told:
    """One act and what it met: the state before, and the decision."""

    before: object
    act: Act
    decision: object


def lotteries():
    return st.sampled_from([{}, {"seed": SEED, "nonce": NONCE, "count": 2}])


def extensions():
    return st.fixed_dictionaries(
        {"add_s": st.sampled_from([30, 180]), "from": st.sampled_from(["bid", "close"])},
        optional={"window_s": st.sampled_from([60, 300]), "most": st.integers(0, 3)},
    )


def branches():
    lottery = st.fixed_dictionaries(
        {
            "kind": st.just("lottery"),
            "window_s": st.just(100),
            "nobody": st.sampled_from(["unsold", "offeror"]),
            "lottery": lotteries(),
        }
    )
    one_shot = st.fixed_dictionaries(
        {
            "kind": st.just("one_shot"),
            "window_s": st.just(100),
            "over": st.just("0.5"),
            "nearest": st.sampled_from(["absolute", "not_above"]),
            "pays": st.sampled_from(["quote", "cap"]),
        }
    )
    conditions = st.fixed_dictionaries(
        {
            "kind": st.just("conditions"),
            "window_s": st.just(100),
            "step": st.just("10"),
            "most": st.sampled_from(["10", "30"]),
            "lottery": lotteries(),
        }
    )
    return lottery | one_shot | conditions


def rights(takes, qualified):
    modes = ["after_close_once", "after_close_loop", "waived"]
    if "priority_in_room" in takes:
        modes.append("in_room_equal")
    return st.fixed_dictionaries(
        {
            "holders": st.lists(st.sampled_from(qualified), min_size=1, max_size=3, unique=True),
            "mode": st.sampled_from(modes),
            "same_rank": st.booleans(),
        }
    ).map(lambda right: right | _window(right["mode"]))


def _window(mode):
    return {"window_s": 60} if mode.startswith("after") else {}


@st.composite
def terms_of(draw, auction, bidders=None):
    """Draw terms of a type from what it needs and takes."""
    qualified = BIDDERS[: bidders or draw(st.integers(1, 5))]
    body = {
        "kind": auction.slug,
        "start_price": "1000",
        "opens_at": OPENS.isoformat(),
        "closes_at": (OPENS + timedelta(seconds=LENGTH)).isoformat(),
        "qualified": list(qualified),
        "least_bidders": 1,
    }
    if auction.direction == "either":
        body["direction"] = draw(st.sampled_from(["high", "low"]))
    low = body.get("direction", auction.direction) == "low" or "dutch" in auction.needs
    if draw(st.booleans()):
        body["reserve"] = draw(st.sampled_from(["950", "980"] if low else ["1000", "1030"]))
    optional = {
        "increment": st.just("10"),
        "multiples_only": st.booleans(),
        "self_outbid": st.booleans(),
        "extension": extensions(),
        "quiet_s": st.sampled_from([0, 120]),
        "inquiry_s": st.just(100),
        "least_joiners": st.sampled_from([1, 2]),
        "sealed": st.just({"tie": "round", "round_s": 100})
        | st.just({"tie": "time"} | ({"rounds": 3, "round_s": 90} if _rounds(auction) else {})),
        "weights": st.just({"price": "0.6", "items": [ITEM]}),
        "lottery": lotteries(),
        "dutch": st.just({"every_s": 100, "floor": "950"}),
    }
    for name, values in optional.items():
        if name in auction.needs or (name in auction.takes and draw(st.booleans())):
            body[name] = draw(values)
    if "cap" in auction.takes and draw(st.booleans()):
        body |= {"cap": "1030", "after_cap": draw(branches())}
    if "calls" in auction.takes and draw(st.booleans()):
        body |= {"calls": draw(st.integers(1, 4)), "extension": {"add_s": 30}}
    if draw(st.booleans()):
        body["priority_right"] = draw(rights(auction.takes, qualified))
    return read_terms(Fields(body))


ITEM = {"code": "years", "weight": "0.4", "worst": "5", "best": "1"}


def _rounds(auction):
    return "rounds" in auction.takes


@st.composite
def acts_on(draw, auction, terms, most=14):
    """Draw acts one by one, each near the price then standing, and decide them."""
    state, at, told = start(terms), OPENS - timedelta(seconds=20), []
    for number in range(draw(st.integers(0, most))):
        at += timedelta(seconds=draw(st.sampled_from([0, 1, 20, 60, 179, 180, 300])))
        phase = settle(terms, state, at).phase
        kind = draw(_kinds(auction, phase))
        act = Act(
            at,
            draw(st.sampled_from((*terms.qualified, *terms.qualified, "stranger"))),
            kind,
            _price(draw, terms, state, kind),
            key=f"k{number}",
            data=_data(draw, kind),
        )
        decision = decide(terms, state, act)
        told.append(Told(state, act, decision))
        state = decision.state
    return told


def _data(draw, kind):
    drawn = {"condition": AMOUNTS, "exclude": PUT_OUT}
    return draw(st.sampled_from(drawn[kind])) if kind in drawn else DATA.get(kind, {})


def _kinds(auction, phase):
    """Mostly what has a place in the phase, sometimes the usual act, sometimes anything."""
    fitting = [kind for of, kind in (*auction.steps, *STEPS) if of == phase]
    fitting += {"draw": ["draw"], "paused": ["resume"]}.get(phase, [])
    anything = st.just(auction.usual) | st.sampled_from((*KINDS, *ORDERS))
    return st.sampled_from(fitting) | st.sampled_from(fitting) | anything if fitting else anything


def _price(draw, terms, state, kind):
    if kind not in ("bid", "maximum", "quote"):
        return None
    if kind == "quote" and state.branch:
        return terms.ceiling + draw(st.sampled_from([-1, 0, 10, 20, 35, 500, 600]))
    if terms.ceiling and draw(st.integers(0, 3)) == 0:
        return terms.ceiling
    step = -terms.increment if terms.falling else terms.increment
    if step.copy_abs() < 1:
        step = step.copy_sign(step) * 1000
    away = draw(st.sampled_from([0, 0, 0, 1, 2, 5, 6, -1]))
    odd = draw(st.sampled_from([Decimal(0), Decimal(0), Decimal(3), Decimal("0.001")]))
    return next_price(terms, state.price) + away * step + odd
