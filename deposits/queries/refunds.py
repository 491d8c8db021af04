"""What has to go back, by when, and what went."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Min, Q

from accounts.domain import BIDDER, CENTRE_OPS, PURCHASER, Actor
from deposits.domain import rates
from deposits.models import Claim, Forfeit, Refund
from deposits.queries import securities
from kernel.calendar import end_of_day, local_date
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from trading.models import Tender

NEWS: Final = timedelta(days=30)
"""How long a decision stands on the desk of the bidder it is about."""


def refunds_to_pay() -> list[Refund]:
    """List what has to go back, by the day it is due."""
    rows = Refund.objects.filter(state="due").prefetch_related("deposit__receipts")
    return list(rows.select_related("deposit__tender", "deposit__lot", "deposit__bidder"))


def refunds_paid(limit: int = 50) -> list[Refund]:
    """List what went back last."""
    rows = Refund.objects.filter(state="paid").order_by("-paid_on", "-pk")[:limit]
    return list(rows.select_related("deposit__tender", "deposit__lot", "deposit__bidder"))


def interest_on(refund: Refund, paid_on: date) -> Decimal:
    """Give the interest a refund bears if it goes out on a day: what it earned, and what it owes
    for being late.
    """
    late = rates.late_interest(refund.amount, refund.due_on, paid_on)
    if not refund.with_interest:
        return late
    counting = [r for r in refund.deposit.receipts.all() if r.counts]
    since = max((local_date(r.credited_at) for r in counting), default=refund.starts_on)
    return late + rates.kept_interest(refund.amount, since, paid_on)


def terms_kept(tender: Tender, today: date) -> dict[str, int]:
    """Count the refunds of those who bid that went out in time, late, or are overdue or running.

    Whoever paid and did not bid is left out: that there was such a one is told to nobody.
    """
    rows = Refund.objects.filter(
        deposit__tender=tender, outcome__in=("not_awarded", "contracted", "failed", "terminated")
    ).filter(deposit__has_bid=True)
    return rows.aggregate(
        kept=Count("pk", filter=Q(state="paid", paid_on__lte=F("due_on"))),
        late=Count("pk", filter=Q(state="paid", paid_on__gt=F("due_on"))),
        running=Count("pk", filter=Q(state="due", due_on__gte=today)),
        overdue=Count("pk", filter=Q(state="due", due_on__lt=today)),
    )


def refund_plain(refund: Refund) -> dict[str, Any]:
    """Give a refund as the API does."""
    return {
        "id": refund.pk,
        "outcome": refund.outcome,
        "payee": refund.payee,
        "amount": f"{refund.amount:.2f}",
        "interest": f"{refund.interest:.2f}",
        "article": refund.article,
        "due_on": refund.due_on,
        "state": refund.state,
        "paid_on": refund.paid_on,
        "bank_number": refund.bank_number or "",
    }


def forfeit_plain(forfeit: Forfeit) -> dict[str, Any]:
    """Give a decision as the API does."""
    return {
        "id": forfeit.pk,
        "ground": forfeit.ground,
        "article": forfeit.article,
        "reason": forfeit.reason,
        "amount": f"{forfeit.amount:.2f}",
        "decided_at": forfeit.decided_at,
        "undone_at": forfeit.undone_at,
        "undo_reason": forfeit.undo_reason,
        "claim": claim_plain(forfeit.claim) if hasattr(forfeit, "claim") else None,
    }


def claim_plain(claim: Claim) -> dict[str, Any]:
    """Give a claim as the API does."""
    return {
        "id": claim.pk,
        "amount": f"{claim.amount:.2f}",
        "state": claim.state,
        "due_on": claim.due_on,
        "made_on": claim.made_on,
        "answered_on": claim.answered_on,
        "bank_number": claim.bank_number,
        "refusal": claim.refusal,
    }


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """List what has to be paid back, a line a tender, and tell a bidder of a decision on it."""
    own = [*_to_pay(actor), *_to_claim(actor), *_decided(actor, at)]
    return [*own, *securities.desk_items(actor, at)]


def _to_pay(actor: Actor) -> Iterator[DeskItem]:
    if not actor.has(CENTRE_OPS):
        return
    rows = Refund.objects.filter(state="due").order_by()
    named = rows.values_list("deposit__tender__code", "deposit__tender__title")
    for code, title, first in named.annotate(first=Min("due_on")):
        due_at = end_of_day(first) - timedelta(seconds=1)
        yield DeskItem(_("退还投标保证金"), f"{code} {title}", "/refunds/", due_at)


def _to_claim(actor: Actor) -> Iterator[DeskItem]:
    owners = actor.organisations(PURCHASER)
    rows = Claim.objects.filter(state="due", forfeit__deposit__tender__purchaser_id__in=owners)
    for claim in rows.select_related("forfeit__deposit__tender"):
        tender = claim.forfeit.deposit.tender
        subject, url = f"{tender.code} {tender.title}", f"/tenders/{tender.code}/deposits/"
        due_at = end_of_day(claim.due_on) - timedelta(seconds=1)
        yield DeskItem(_("向保函出具机构索赔"), subject, url, due_at, runs_on=True)


def _decided(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    mine = Forfeit.objects.filter(
        deposit__bidder_id__in=actor.organisations(BIDDER),
        undone_at=None,
        decided_at__gt=at - NEWS,
    )
    for forfeit in mine.select_related("deposit__tender").order_by("decided_at"):
        tender = forfeit.deposit.tender
        subject, url = f"{tender.code} {tender.title}", f"/tenders/{tender.code}/deposit/"
        yield DeskItem(_("保证金不予退还，请查看理由"), subject, url, waiting=True)
