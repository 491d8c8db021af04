"""What a social supervisor may know of an evaluation: that something was asked, and, once the
report is in, which bids are out and why (rulebook 1.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evaluation import queries
from evaluation.models import Exclusion
from trading.models import Tender


@dataclass(frozen=True)
class Note:
    """That one question was put to a bidder: neither to whom nor what."""

    number: int
    lot: int
    asked_at: datetime


@dataclass(frozen=True)
class Overseen:
    """An evaluation as a social supervisor may know it."""

    notes: Sequence[Note]
    is_reported: bool
    rejections: Sequence[Exclusion]


def overseen(tender: Tender) -> Overseen:
    """Give the part of an evaluation that may be told to a supervisor of its tender."""
    evaluation = queries.evaluation_of(tender)
    if evaluation is None:
        return Overseen([], is_reported=False, rejections=[])
    asked = queries.clarifications_of(evaluation)
    is_reported = evaluation.state == "submitted"
    out = queries.exclusions_of(evaluation).order_by("bid__lot__number", "bid__sequence")
    return Overseen(
        notes=[Note(made.number, made.bid.lot.number, made.asked_at) for made in asked],
        is_reported=is_reported,
        rejections=list(out) if is_reported else [],
    )
