"""Bounds and small readers that the parts of a case share."""

from decimal import Decimal
from typing import Final

from kernel.reading import Fields, to_text

CENT: Final = Decimal("0.01")
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
PARTIAL: Final = ("exact", "ceil", "floor")
MOST_DECIMALS: Final = 10
MOST_RULES: Final = 50
"""Rules meet every bid; without a bound a small case would cost hours."""


def percent(body: Fields, name: str) -> Decimal | None:
    """Read a percentage, or none."""
    return body.decimal_or_none(name, high=Decimal(1000))


def names(body: Fields, name: str) -> tuple[str, ...]:
    """Read a list of names."""
    return body.listed(name, to_text)


def places(body: Fields, name: str, default: int) -> int | None:
    """Read a number of places; null says: do not round."""
    if name in body.given and not body.has(name):
        return None
    return body.whole(name, default, high=MOST_DECIMALS)
