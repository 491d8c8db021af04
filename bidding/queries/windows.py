"""What is handed in now: bids before the deadline, or later the last quotes, each with a deadline,
a private tree and a custody policy of its own (sealing.md 4.5).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bidding.models import Bid, QuoteWindow
from ledger import queries as ledger
from trading import queries as trading
from trading.domain import WINDOWS
from trading.models import Tender

LAST: Final = "last"
STAGE: Final = "price"
"""The stage that a last quote is sealed and opened as."""
DEADLINES: Final = {
    "": ("tender.published", "tender.deadline_moved"),
    LAST: ("tender.quotes_requested",),
}


def quote_window(tender: Tender) -> QuoteWindow | None:
    """Give the window for last quotes once it was opened; most tenders never have one."""
    if len(WINDOWS[tender.stages]) == 1:
        return None
    return QuoteWindow.objects.filter(tender=tender).first()


def window_of(tender: Tender) -> str:
    """Name what is handed in now, or was handed in last."""
    return "" if quote_window(tender) is None else LAST


def window_of_stage(tender: Tender, stage: str) -> str:
    """Name the window in which a stage was handed in."""
    return "" if stage in WINDOWS[tender.stages][0] else LAST


def tree_of(tender: Tender, window: str) -> str:
    """Name the private tree that commits of a window rest in."""
    return trading.quote_tree(tender.code) if window else tender.code


def trees_of(tender: Tender) -> tuple[str, ...]:
    """Name all trees of a tender that commits may rest in, in the order of time."""
    return (tender.code, trading.quote_tree(tender.code)) if window_of(tender) else (tender.code,)


def trees_now(codes: Iterable[str]) -> dict[str, str]:
    """Name the tree in which each of several tenders keeps what is handed in now."""
    wanted = set(codes)
    later = QuoteWindow.objects.filter(tender__code__in=wanted)
    last = set(later.values_list("tender__code", flat=True))
    return {code: trading.quote_tree(code) if code in last else code for code in wanted}


def logged_deadline(code: str, window: str = "") -> datetime | None:
    """Give the deadline as the record states it: the last one published or moved."""
    fact = ledger.facts_of(code, only=DEADLINES[window]).order_by("-id").first()
    return None if fact is None else datetime.fromisoformat(fact.data["closes_at"])


def stored_deadline(tender: Tender) -> datetime | None:
    """Give the deadline as the rows state it."""
    window = quote_window(tender)
    return tender.bids_close_at if window is None else window.closes_at


def stage_of(tender: Tender, window: str) -> str:
    """Give the first stage that is sealed in a window."""
    return WINDOWS[tender.stages][1 if window else 0][0]


def admitted_lots(tender: Tender, owner: str) -> frozenset[int]:
    """Give the lots for which a supplier may hand in a last quote: talked with, and not gone."""
    window = quote_window(tender)
    if window is None:
        return frozenset()
    own = Bid.objects.filter(pk__in=window.admitted, bidder__uscc=owner, state="read")
    return frozenset(own.values_list("lot__number", flat=True))
