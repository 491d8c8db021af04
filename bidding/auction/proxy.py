"""Maxima: the engine bids for their holders, so that a blackout at a bidder decides nothing.

The price rises like a clock through the steps from the present price; a maximum stays in while it
reaches the step. The clock stops where one maximum is left, which pays a step beyond the next best
and never more than itself; of equal ones the earlier wins. So the price is min(highest, second
+ step) whichever came first, and it is computed at once, not step by step.
"""

from decimal import Decimal

from bidding.auction import checks
from bidding.auction.details import Terms
from bidding.auction.state import Maximum, Offer, State


def contest(terms: Terms, state: State, maxima: tuple[Maximum, ...]) -> tuple[Offer, ...]:
    """Give the offers the maxima make against the present price: the loser's last, the winner's."""
    base = checks.next_price(terms, state.price)
    ranked = sorted(
        ((reach, -m.number, m.by) for m in maxima if (reach := _reach(terms, base, m)) >= 0),
        reverse=True,
    )
    if not ranked or (len(ranked) == 1 and ranked[0][2] == state.leader):
        return ()
    if len(ranked) == 1:
        return (Offer(ranked[0][2], base, automatic=True),)
    (first, _number, winner), (second, _other, loser) = ranked[:2]
    rung = second if first > second else second - 1
    step = -terms.increment if terms.falling else terms.increment
    last = Offer(loser, base + rung * step, automatic=True)
    top = Offer(winner, base + (rung + 1) * step, automatic=True)
    return (last, top) if rung >= 0 else (top,)


def still_useful(
    terms: Terms, price: Decimal | None, maxima: tuple[Maximum, ...]
) -> tuple[Maximum, ...]:
    """Keep the maxima that reach a further step; the others have nothing left to say."""
    if not maxima:
        return maxima
    base = checks.next_price(terms, price)
    return tuple(m for m in maxima if _reach(terms, base, m) >= 0)


def _reach(terms: Terms, base: Decimal, maximum: Maximum) -> int:
    """Count the whole steps a maximum reaches beyond the next price; below nought it is out."""
    room = base - maximum.price if terms.falling else maximum.price - base
    return -1 if room < 0 else int(room // terms.increment)
