"""The secret floor of a sale (底价, LD39 10): what it keeps to, and what holds its owner to it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import canonical

LABEL: Final = b"reserve/v1\0"


def require_open(state: str, closes_at: datetime | None, at: datetime) -> None:
    """Take a reserve while the announcement runs: its text is frozen, and nobody is let in yet."""
    if state != "announced" or closes_at is None or at >= closes_at:
        raise Conflict("reserve.closed", _("底价应在公告之后、申请或者投标截止之前密封。"))


def read(price: object, lowest: Decimal, terms: Mapping[str, Any]) -> Decimal:
    """Clean a reserve: not below the lowest price, not above the highest (LD39 10)."""
    clean = money.parse(str(price))
    if clean < lowest:
        raise Invalid("reserve.below_lowest", _("底价不得低于出让最低价。"), field="price")
    if "cap" in terms and clean > Decimal(terms["cap"]):
        raise Invalid("reserve.above_ceiling", _("底价不得高于最高限价。"), field="price")
    return clean


def commitment(opening: Mapping[str, str]) -> str:
    """Hash a reserve with its salt: published when it is sealed, opened at the end."""
    return hashlib.sha256(LABEL + canonical.encode(dict(opening))).hexdigest()


BELOW: Final = _("报价低于底价")


def divided(
    ranked: Sequence[Mapping[str, Any]], floor: Decimal
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Divide ranked candidates into those at or above a reserve, ranked anew in their order, and
    those below it, who are out.
    """
    reached = [c for c in ranked if Decimal(c["price"]) >= floor]
    out = ("uscc", "name", "bid")
    return (
        [{**c, "rank": place} for place, c in enumerate(reached, start=1)],
        [
            {**{name: str(c[name]) for name in out}, "reason": BELOW}
            for c in ranked
            if Decimal(c["price"]) < floor
        ],
    )
