"""Whether a price may stand: the rules every offer keeps, whatever the auction type."""

from decimal import Decimal

from bidding.auction.details import LARGEST, Terms
from bidding.auction.state import State


def refusal(terms: Terms, state: State, by: str, price: Decimal | None) -> str:
    """Say why an offer may not stand, or nothing (rulebook 5.0, rules 2 and 3)."""
    if price is None or is_malformed(price):
        return "malformed"
    if by == state.leader and not terms.self_outbid:
        return "already_leading"
    return too_low(terms, state, price) or off_grid(terms, price)


def is_malformed(price: Decimal) -> bool:
    """Tell whether a number is no price: not finite, not positive, huge, or with endless digits."""
    return not price.is_finite() or not 0 < price <= LARGEST or +price != price


def too_low(terms: Terms, state: State, price: Decimal) -> str:
    """Say why a price does not go far enough: the start first, then a whole step beyond."""
    current = state.price
    if terms.falling:
        if current is None:
            return "above_start" if price > terms.start_price else ""
        return "not_lower" if price > current - terms.increment else ""
    if current is None:
        return "below_start" if price < terms.start_price else ""
    return "not_higher" if price < current + terms.increment else ""


def off_grid(terms: Terms, price: Decimal) -> str:
    """Say why a price is none of those the terms allow: above the cap, off step, too fine."""
    if terms.ceiling is not None and price > terms.ceiling:
        return "above_cap"
    if terms.multiples_only:
        off = (price - terms.start_price) % terms.increment
        return "not_multiple_of_increment" if off else ""
    return "too_many_digits" if too_fine(price, terms.decimals) else ""


def too_fine(price: Decimal, places: int) -> bool:
    """Tell whether a price has more places than allowed; zeros at its end do not count."""
    return bool(price.scaleb(places) % 1)


def next_price(terms: Terms, current: Decimal | None) -> Decimal:
    """Give the least (or, falling, the highest) price that may be offered next."""
    if current is None:
        return terms.start_price
    return current - terms.increment if terms.falling else current + terms.increment


def meets_reserve(terms: Terms, price: Decimal) -> bool:
    """Tell whether the top price reaches the secret reserve; without a reserve any price does."""
    if terms.reserve is None:
        return True
    return price <= terms.reserve if terms.falling else price >= terms.reserve
