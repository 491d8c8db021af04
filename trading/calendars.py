"""The dates of tenders as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext

from kernel.calendar import start_of_day
from kernel.text import gettext_noop as _
from trading import queries
from trading.models import Tender

LONGEST_LINE: Final = 75
GATES: Final = {
    "prequalification_close_at": _("资格预审申请截止：%(title)s"),
    "proposals_close_at": _("技术建议提交截止：%(title)s"),
}
"""What closes before bids are called for: till then no other date of a tender is public."""
OPENING: Final = _("投标截止暨开标：%(title)s")
DOCUMENTS: Final = _("采购文件提供截止：%(title)s")


def of(tenders: Iterable[Tender]) -> bytes:
    """Write the deadlines, openings and document periods of the tenders."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{settings.INSTALLATION}//tenders//ZH",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(gettext(settings.SITE_NAME))}",
    ]
    for tender in tenders:
        lines += _events(tender)
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _events(tender: Tender) -> Iterator[str]:
    closes = queries.deadline_told(tender)
    if closes and not queries.is_called(tender):
        title = GATES[queries.gate_of(tender).closes]
        yield from _event(tender, "gate", title, closes, closes)
        return
    if closes:
        end = closes + timedelta(hours=1)
        yield from _event(tender, "opening", OPENING, closes, end, tender.place)
    if tender.documents_until and tender.published_at:
        last = start_of_day(tender.documents_until)
        end = last + timedelta(days=1)
        yield from _event(tender, "documents", DOCUMENTS, last, end, tender.place)


def _event(
    tender: Tender, kind: str, title: str, start: datetime, end: datetime, place: str = ""
) -> Iterator[str]:
    published = tender.published_at or start
    yield "BEGIN:VEVENT"
    yield f"UID:{tender.code}-{kind}@{settings.INSTALLATION}"
    yield f"SEQUENCE:{tender.document_version}"
    yield f"DTSTAMP:{_utc(published)}"
    yield f"DTSTART:{_utc(start)}"
    yield f"DTEND:{_utc(end)}"
    yield f"SUMMARY:{_escaped(gettext(title) % {'title': tender.title})}"
    yield f"LOCATION:{_escaped(place)}"
    yield f"URL:{settings.SITE_URL}/tenders/{tender.code}/"
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """Break a long line at 75 octets, never inside a character."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE - (1 if pieces else 0):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece]) + "\r\n"
