"""Keeping the files that stand beside a bidder's written answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evaluation.models import AnswerFile, BidClarification, PriceReview
from ledger.services import store_document
from trading.domain.files import Upload, media_type


def keep_files(
    made: BidClarification | PriceReview, checked: Sequence[Upload], at: datetime
) -> list[dict[str, Any]]:
    """Keep checked files beside an answer, and name them as its fact does."""
    for place, upload in enumerate(checked, start=1):
        made.files.create(
            place=place,
            name=upload.name,
            document=store_document(
                content=upload.content, media_type=media_type(upload.name), at=at
            ),
            added_at=at,
        )
    return named_files(made)


def named_files(made: BidClarification | PriceReview) -> list[dict[str, Any]]:
    """Name the files beside an answer by both digests, for its fact and for the report."""
    return [named(kept) for kept in made.files.all()]


def named(kept: AnswerFile) -> dict[str, Any]:
    """Name one file by what anybody can compare: name, size in bytes, both digests."""
    return {
        "name": kept.name,
        "size": kept.document.size,
        "sha256": kept.document.digest,
        "sm3": kept.document.sm3,
    }
