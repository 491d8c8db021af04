"""The scoring page, and the members' marks side by side once all have locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from accounts.domain import Actor
from bidding.models import Bid
from evaluation import queries
from evaluation.models import Evaluation, Scorecard, Seat
from trading.domain.scheme import Leaf
from trading.models import Lot


@dataclass(frozen=True)
class MarkCell:
    """One member's mark, flagged when it stands far from the others' mean."""

    mark: Decimal | None
    flagged: bool = False


@dataclass(frozen=True)
class MarkRow:
    """One criterion of one bid with every member's mark."""

    leaf: Leaf
    bidder: str
    cells: Sequence[MarkCell]
    uneven: bool


@dataclass(frozen=True)
class Comparison:
    """The members' marks side by side, once all have locked."""

    lot: Lot
    seats: Sequence[Seat]
    rows: Sequence[MarkRow] = field(default_factory=list)


def comparisons(actor: Actor, evaluation: Evaluation) -> list[Comparison]:
    """Give the marks the reader may see side by side; nothing before all have locked."""
    seats = queries.readable_seats(actor, evaluation)
    if len(seats) < evaluation.size:
        return []
    lots = Lot.objects.filter(tender=evaluation.tender).exclude(state="failed")
    return [_comparison(evaluation, lot, seats) for lot in lots.order_by("number")]


def _comparison(evaluation: Evaluation, lot: Lot, seats: Sequence[Seat]) -> Comparison:
    marks = queries.marks_for_rule(evaluation, lot)
    rows = [
        _mark_row(leaf, bid, marks.get(bid.pk, {}).get(leaf.code, {}), seats)
        for bid in queries.valid_bids(lot)
        for leaf in queries.leaves(evaluation)
    ]
    return Comparison(lot, seats, rows)


FLAG_ABOVE: Final = Decimal("0.30")


def _mark_row(leaf: Leaf, bid: Bid, given: Mapping[str, Decimal], seats: Sequence[Seat]) -> MarkRow:
    cells = [
        MarkCell(mark, leaf.subjective and _stands_off(f"seat-{seat.number}", given, leaf.full))
        for seat in seats
        for mark in [given.get(f"seat-{seat.number}")]
    ]
    uneven = not leaf.subjective and len(set(given.values())) > 1
    return MarkRow(leaf, bid.bidder.name, cells, uneven)


def _stands_off(member: str, given: Mapping[str, Decimal], full: Decimal) -> bool:
    """Flag a mark more than three tenths of the full mark off the others' mean (rulebook 4.9)."""
    others = [mark for name, mark in given.items() if name != member]
    if member not in given or len(others) + 1 < len(("one", "two", "three")):
        return False
    return abs(given[member] - sum(others, Decimal(0)) / len(others)) / full > FLAG_ABOVE


def scoring_rows(card: Scorecard) -> list[dict[str, Any]]:
    """Give what one member marks of a lot: each criterion, and each bid's mark so far."""
    bids, marks = queries.valid_bids(card.lot), queries.marks_of(card)
    return [
        {
            "leaf": leaf,
            "marks": [
                {
                    "bid": bid,
                    "name": f"{bid.pk}.{leaf.code}",
                    "score": marks.get((bid.pk, leaf.code)),
                }
                for bid in bids
            ],
        }
        for leaf in queries.leaves(card.evaluation)
    ]
