"""The score of weighted quotes: printed weights, each item rounded once, the total their sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bidding.auction.details import Item, Terms, Weights, given
from bidding.auction.state import Quote, State
from kernel.money import round_half_up

HUNDRED: Final = Decimal(100)
PLACES: Final = 2


@dataclass(frozen=True)
class Points:
    """What one item of a quote earns; the price has no code."""

    code: str
    offered: Decimal
    most: Decimal
    points: Decimal


def scores(terms: Terms, quotes: tuple[Quote, ...]) -> dict[str, Decimal]:
    """Score every quote: each item's points are rounded once, the total is their sum."""
    if not quotes:
        return {}
    best = best_price(terms.falling, [one.price for one in quotes])
    return {one.by: total(points_of(terms, one, best)) for one in quotes}


def promised(state: State) -> dict[str, Decimal]:
    """Give what the quote that formed the price promised beside it.

    A holder takes the sale on the same terms (同等条件): what won it binds the holder too.
    """
    formed = state.rival or state.leader
    return {code: value for one in state.quotes if one.by == formed for code, value in one.items}


def points_of(terms: Terms, quote: Quote, best: Decimal) -> list[Points]:
    """Give what each item of a quote earns, the price first."""
    offered = dict(quote.items)
    return points(given(terms.weights), quote.price, offered, best, falling=terms.falling)


def points(
    weights: Weights,
    price: Decimal,
    offered: Mapping[str, Decimal],
    best: Decimal,
    *,
    falling: bool,
) -> list[Points]:
    """Give what a price and the other things offered earn, where the best price is known."""
    ratio = best / price if falling else price / best
    most = HUNDRED * weights.price
    of_price = Points("", price, most, round_half_up(most * ratio, PLACES))
    return [of_price, *(_points(item, offered[item.code]) for item in weights.items)]


def total(earned: Sequence[Points]) -> Decimal:
    """Add up what was earned."""
    return sum((one.points for one in earned), Decimal(0))


def best_price(falling: bool, prices: Sequence[Decimal]) -> Decimal:  # noqa: FBT001 - of the terms
    """Give the price that earns full marks."""
    return (min if falling else max)(prices)


def _points(item: Item, value: Decimal) -> Points:
    """Give the points of one item: by line between worst and best, and never beyond."""
    share = (value - item.worst) / (item.best - item.worst)
    most = HUNDRED * item.weight
    kept = min(max(Decimal(0), share), Decimal(1))  # nought first: its own negative is none
    return Points(item.code, value, most, round_half_up(most * kept, PLACES))
