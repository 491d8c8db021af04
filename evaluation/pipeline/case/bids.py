"""The bids of a case: prices, scores already known, marks, facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.reading import FAR, Fields, to_decimal

MOST: Final = Decimal(1000)


@dataclass(frozen=True)
class Bid:
    """One bid: its price, the scores already known, the marks of the members, other facts.

    `rejected` is why the preliminary review put it out; it was opened and is not scored.
    """

    name: str
    price: Decimal | None
    scores: Mapping[str, Decimal]
    experts: Mapping[str, tuple[Decimal, ...]]
    marks: Mapping[str, Mapping[str, Decimal]]
    facts: Mapping[str, Decimal]
    sheet: Mapping[str, object] | None
    rejected: str


def read_bid(given: object, where: str) -> Bid:
    """Read one bid."""
    body = Fields(given, where)
    scores = body.fields("scores")
    experts = scores.mapped("experts", _marks)
    known = {
        name: to_decimal(value, scores.path(name), high=MOST)
        for name, value in sorted(scores.given.items())
        if name != "experts"
    }
    read = Bid(
        name=body.text("name"),
        price=body.decimal_or_none("price"),
        scores=known,
        experts=experts,
        marks=body.mapped("marks", _member_marks),
        facts=body.mapped("facts", lambda v, w: to_decimal(v, w, low=-FAR)),
        sheet=dict(body.fields("sheet").given) if body.has("sheet") else None,
        rejected=body.text("rejected", ""),
    )
    body.done()
    return read


def _marks(given: object, where: str) -> tuple[Decimal, ...]:
    return Fields({where: given}).listed(where, _mark)


def _member_marks(given: object, where: str) -> dict[str, Decimal]:
    return Fields({where: given}).mapped(where, _mark)


def _mark(given: object, where: str) -> Decimal:
    return to_decimal(given, where, high=MOST)
