"""What happens to a tender starts the terms of its deposits, inside the transaction of the fact."""

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.domain import SYSTEM
from deposits import domain
from deposits.domain import outcomes
from deposits.models import Deposit, Refund
from deposits.services import refunds, settling
from kernel.calendar import local_date
from ledger import queries as ledger
from ledger.services import record

if TYPE_CHECKING:
    from ledger.services import Entry


def on_award_notified(entry: "Entry") -> None:
    """Start the losers' term of the lot that was awarded (GPR art. 33)."""
    _start("award_notified", entry)


def on_contract_signed(entry: "Entry") -> None:
    """Start the winner's term, and where the law waits so long that of all others."""
    _start("contract_signed", entry)


def _start(event: str, entry: "Entry") -> None:
    lot, winner = int(entry.data["lot"]), str(entry.data["supplier"])
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=lot)
    market = rows.values_list("tender__market", flat=True).first() or ""
    for outcome in outcomes.outcomes_started_by(market, event, ("not_awarded", "contracted")):
        won = outcome == "contracted"
        some = rows.filter(bidder__uscc=winner) if won else rows.exclude(bidder__uscc=winner)
        refunds.release(some, outcome, at=entry.at)


def on_lot_failed(entry: "Entry") -> None:
    """Start the term of everybody in a lot that failed."""
    lot = int(entry.data["lot"])
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=lot)
    refunds.release(rows, "failed", at=entry.at)


def on_tender_terminated(entry: "Entry") -> None:
    """Start the term of everybody; what was still withheld becomes rows first (M87 art. 29)."""
    settling.settle(code=entry.tender, bidders=None, at=entry.at)
    refunds.release(Deposit.objects.filter(tender__code=entry.tender), "terminated", at=entry.at)


def on_tender_resumed(entry: "Entry") -> None:
    """Shift the terms that ran while the tender stood still, by whole days begun."""
    stood = ledger.facts_of(entry.tender, only=["tender.suspended"]).order_by("id").last()
    rows = Refund.objects.select_for_update(of=("self",)).filter(
        deposit__tender__code=entry.tender, state="due"
    )
    shifted = []
    for refund in rows.order_by("pk"):
        since = max(local_date(stood.at) if stood else local_date(entry.at), refund.starts_on)
        days = (local_date(entry.at) - since).days
        if days > 0:
            refund.due_on += timedelta(days=days)
            refund.overdue_told_at = None
            refund.save(update_fields=["due_on", "overdue_told_at"])
            shifted.append({"refund": refund.pk, "due": refund.due_on, "days": days})
    if shifted:
        record(
            stream=domain.STREAM,
            kind="refunds.shifted",
            actor=SYSTEM.ref,
            at=entry.at,
            refunds=shifted,
        )
