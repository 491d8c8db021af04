"""How a line of the desk in trading is written."""

from datetime import datetime

from kernel.desk import DeskItem
from trading.markets import words_of
from trading.models import CallOff, Tender


def item(
    title: str,
    tender: Tender,
    path: str,
    due: datetime | None = None,
    *,
    waiting: bool = False,
    owner: int | None = None,
) -> DeskItem:
    """Write a line about a tender; `path` is the page below it where this is done."""
    url = f"/tenders/{tender.code}/{path}"
    return DeskItem(title, f"{tender.code} {tender.title}", url, due, waiting, owner)


def said(tender: Tender, word: str) -> str:
    """Say it in the words of the tender's market."""
    return words_of(tender)[word]


def path_of(call: CallOff) -> str:
    """Give the page of a call-off below its tender."""
    return f"call-offs/{call.lot.number}/{call.number}/"
