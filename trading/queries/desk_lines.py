"""How a line of the desk in trading is written."""

from datetime import datetime
from typing import Any

from kernel.desk import DeskItem
from trading.markets import words_of
from trading.models import CallOff, Lot, Tender


def item(
    title: str,
    tender: Tender,
    path: str,
    due: datetime | None = None,
    *,
    lot: Lot | None = None,
    **more: Any,
) -> DeskItem:
    """Write a line about a tender; `path` is the page below it where this is done. What is to be
    done for each lot names it; what else a line says is named as the line names it.
    """
    url = f"/tenders/{tender.code}/{path}"
    return DeskItem(title, subject_of(tender, lot), url, due, **more)


def subject_of(tender: Tender, lot: Lot | None = None) -> str:
    """Name a tender, and the lot of it that something is about."""
    named = f"{tender.code}/{lot.number}" if lot else tender.code
    return f"{named} {tender.title}"


def said(tender: Tender, word: str) -> str:
    """Say it in the words of the tender's market."""
    return words_of(tender)[word]


def path_of(call: CallOff) -> str:
    """Give the page of a call-off below its tender."""
    return f"call-offs/{call.lot.number}/{call.number}/"
