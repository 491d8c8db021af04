"""The score of weighted quotes: printed weights, each item rounded once, the total their sum."""

from decimal import Decimal
from typing import Final

from bidding.auction.details import Item, Terms, given
from bidding.auction.state import Quote
from kernel.money import round_half_up

HUNDRED: Final = Decimal(100)
PLACES: Final = 2


def scores(terms: Terms, quotes: tuple[Quote, ...]) -> dict[str, Decimal]:
    """Score every quote: each item's points are rounded once, the total is their sum."""
    if not quotes:
        return {}
    weights = given(terms.weights)
    best = (min if terms.falling else max)(q.price for q in quotes)
    totals = {}
    for one in quotes:
        ratio = best / one.price if terms.falling else one.price / best
        offered = dict(one.items)
        points = [_points(item, offered[item.code]) for item in weights.items]
        totals[one.by] = sum(points, round_half_up(HUNDRED * weights.price * ratio, PLACES))
    return totals


def _points(item: Item, value: Decimal) -> Decimal:
    """Give the points of one item: by line between worst and best, and never beyond."""
    share = (value - item.worst) / (item.best - item.worst)
    return round_half_up(HUNDRED * item.weight * min(max(share, Decimal(0)), Decimal(1)), PLACES)
