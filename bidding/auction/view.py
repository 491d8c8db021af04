"""What everybody may be told of an auction now, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from bidding.auction import checks, sealed
from bidding.auction.details import Terms, given
from bidding.auction.kinds import kinds
from bidding.auction.state import Quote, State, write_time
from bidding.auction.weighing import promised
from kernel.money import round_half_up

HUNDRED: Final = Decimal(100)
RATE_PLACES: Final = 2
KNOWN_JOINERS: Final = frozenset({"closing", "draw", "priority", "ended"})


@dataclass(frozen=True)
class Outcome:
    """How an auction ended; while it runs, `end` and `winner` are none and `outcome` is empty.

    `rate` is the premium over valuation or start price in percent; where the price falls, what is
    saved against the start price.
    """

    outcome: str
    winner: str | None
    price: Decimal | None
    end: datetime | None
    extensions: int
    rate: Decimal | None
    next_phase: str


def outcome(terms: Terms, state: State) -> Outcome:
    """Give how the auction ended, or which phase comes before its end."""
    is_over = state.phase == "ended"
    is_sold = state.outcome == "sold"
    return Outcome(
        outcome=state.outcome,
        winner=state.leader if is_sold else None,
        price=state.price,
        end=state.closes_at if is_over else None,
        extensions=state.extensions,
        rate=rate(terms, given(state.price)) if is_sold else None,
        next_phase="" if is_over else state.phase,
    )


def rate(terms: Terms, price: Decimal) -> Decimal:
    """Give the premium (溢价率), or the saving (节资率) where the price falls, in percent."""
    base = terms.valuation or terms.start_price
    return percent(exact_share(base, price, falling=terms.falling))


def percent(share: Decimal) -> Decimal:
    """Write a share in percent, to two places."""
    return round_half_up(HUNDRED * share, RATE_PLACES)


def exact_share(base: Decimal, price: Decimal, *, falling: bool) -> Decimal:
    """Give how far a price lies beyond its base, as a share of the base."""
    return (base - price if falling else price - base) / base


def visible(terms: Terms, state: State) -> dict[str, object]:
    """Tell what everybody may know: no maximum, no sealed quote, no answer still being asked for.

    The number of accepted acts is left out too: it would tell how many have quoted or joined.
    """
    told: dict[str, object] = {
        "phase": state.phase,
        "price": _amount(state.price),
        "leader": state.leader,
        "rival": state.rival,
        "closes_at": write_time(state.closes_at),
        "extensions": state.extensions,
        "round": state.round,
        "called": state.called,
        "outcome": state.outcome,
        "next_price": _next_price(terms, state),
        "branch": state.branch,
        "condition": _amount(state.condition),
        "next_condition": _next_condition(terms, state),
        "joined": list(state.joined) if _tells_joiners(terms, state) else [],
        "drawn": list(state.drawn),
        "excluded": list(state.excluded),
        "ranks": _ranks(terms, state),
        "quotes": [],
    }
    if terms.falling and kinds()[terms.kind].usual == "bid":
        told["ranking"] = _ranking(terms, state)
    if state.phase == "ended" and state.outcome != "void":
        told["quotes"] = [_quote(quote) for quote in state.quotes]
    if state.phase == "priority" and terms.weights:
        told["promised"] = {name: f"{value:f}" for name, value in promised(state).items()}
    return told


def _next_price(terms: Terms, state: State) -> str | None:
    """Tell what may be offered next, where offers are open; once a holder has taken the price,
    by the one bidder who may raise it again.
    """
    raises = state.phase == "priority" and state.leader != state.rival
    if not raises and (state.phase, "bid") not in kinds()[terms.kind].steps:
        return None
    return f"{checks.next_price(terms, state.price):f}"


def ranked(terms: Terms, state: State) -> list[tuple[str, Decimal]]:
    """Give everybody's last offer, or best quote, the best first."""
    if kinds()[terms.kind].usual == "quote":
        return [(quote.by, quote.price) for quote in sealed.best_of_each(terms, state.quotes)]
    return [*reversed(state.stood)]


def _ranking(terms: Terms, state: State) -> list[list[str]]:
    """Tell the last offer of each who has made one: all of them were told as they came."""
    return [[by, f"{price:f}"] for by, price in ranked(terms, state)]


def _next_condition(terms: Terms, state: State) -> str | None:
    """Tell how much of what is promised has to be offered next, where that decides."""
    after = terms.after_ceiling
    if after is None or state.phase != "ceiling" or state.branch != "conditions":
        return None
    return f"{(state.condition or 0) + after.step:f}"


def _tells_joiners(terms: Terms, state: State) -> bool:
    """Tell whether everybody may know who goes on; of sealed quotes not even who has given one."""
    is_sealed = kinds()[terms.kind].usual == "quote"
    return state.phase in KNOWN_JOINERS and not (is_sealed and state.phase == "closing")


def _ranks(terms: Terms, state: State) -> dict[str, int]:
    """Tell the ranks when all is over; between rounds each learns its own alone (`own`), for the
    list would tell how many have quoted, and who.
    """
    if "rounds" not in kinds()[terms.kind].takes or state.phase != "ended":
        return {}
    return dict(sealed.ranks(terms, state.quotes))


def _quote(quote: Quote) -> dict[str, object]:
    items = {name: f"{value:f}" for name, value in quote.items}
    return {"by": quote.by, "price": f"{quote.price:f}", "round": quote.round, "items": items}


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
