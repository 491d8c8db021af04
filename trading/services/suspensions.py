"""Hold a procurement still for a stated cause, and let it go on when no cause is left.

While it stands still nobody confirms a winner, publishes a result or signs a contract; the due
dates of those acts shift by the time it stood still (GPL 57, GPR 54).
"""

from datetime import date, datetime, timedelta

from accounts.domain import Actor
from trading.models import Contract, Suspension, Tender
from trading.services.notices import publish_notice
from trading.services.telling import tell


def open_reasons(tender: Tender) -> list[str]:
    """List why a tender stands still; empty when it does not."""
    rows = tender.suspensions.filter(ended_at=None).order_by("started_at", "id")
    return list(rows.values_list("reason", flat=True))


def suspend(
    *, actor: Actor, tender: Tender, cause: str, ref: str, reason: str, at: datetime
) -> Suspension:
    """Add a cause to stand still; the tender's row is locked by the caller."""
    begins = not open_reasons(tender)
    row = Suspension.objects.create(
        tender=tender, cause=cause, ref=ref, reason=reason, started_at=at
    )
    if begins:
        publish_notice(
            tender=tender,
            kind="suspension",
            title=f"{tender.title}暂停公告",
            fields={"cause": cause},
            body=reason,
            at=at,
        )
        tell(tender, "tender.suspended", actor, at, cause=cause)
    return row


def resume(*, actor: Actor, tender: Tender, cause: str, ref: str, at: datetime) -> None:
    """End one cause; with the last one the tender goes on and its due dates shift."""
    open_rows = list(tender.suspensions.filter(ended_at=None).order_by("started_at"))
    ending = [row for row in open_rows if (row.cause, row.ref) == (cause, ref)]
    for row in ending:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    if not ending or len(ending) < len(open_rows):
        return
    stood_still = at - _standing_since(tender, open_rows[0].started_at)
    _shift(tender, stood_still)
    publish_notice(
        tender=tender,
        kind="resumption",
        title=f"{tender.title}恢复公告",
        fields={"cause": cause},
        body="",
        at=at,
    )
    tell(tender, "tender.resumed", actor, at, cause=cause, days=stood_still.days)


def _standing_since(tender: Tender, first: datetime) -> datetime:
    """Go back over causes that overlapped: the tender stood still since the earliest of them."""
    earlier = tender.suspensions.filter(started_at__lt=first, ended_at__gt=first)
    before = earlier.order_by("started_at").first()
    return _standing_since(tender, before.started_at) if before else first


def _shift(tender: Tender, by: timedelta) -> None:
    """Move on what was running while it stood still: the purchaser's decision, the signing."""
    if tender.state == "evaluated" and tender.next_due_at is not None:
        tender.next_due_at += by
        tender.save(update_fields=["next_due_at"])
    for contract in Contract.objects.filter(lot__tender=tender, signed_at=None):
        contract.due_on = _shifted(contract.due_on, by)
        contract.save(update_fields=["due_on"])


def _shifted(on: date, by: timedelta) -> date:
    """Shift a date by whole days begun, so that no hour of the period is lost."""
    whole = by.days + (1 if by % timedelta(days=1) else 0)
    return on + timedelta(days=whole)
