"""What time itself causes: closing at the deadline, and the award by silence."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.domain import SYSTEM
from kernel.turns import each
from trading import queries
from trading.domain.gates import TAKING
from trading.markets import method_of
from trading.models import Suspension, Tender
from trading.services.awarding import confirm_by_silence
from trading.services.inquiring import expire_inquiries
from trading.services.prequalifying import close_applications
from trading.services.procedure import close_tender
from trading.services.publishing import extend_tender
from trading.services.repricing import lapse_tender, restart_tender
from trading.services.suspensions import open_reasons
from trading.services.two_stage import close_proposals

AT_ONCE: Final = 200
WAITING: Final = (*TAKING, "announced", "evaluated", "no_taker")
"""The states whose next move waits while the tender stands still."""


def due(at: datetime) -> int:
    """Do what is due, one tender a transaction; done twice or late it changes nothing more.

    What stands still is not even looked at: however many, they keep no other from its turn.
    """
    held = Suspension.objects.filter(tender=OuterRef("pk"), ended_at=None)
    waiting = Tender.objects.filter(next_due_at__lte=at)
    waiting = waiting.exclude(Q(state__in=WAITING) & Exists(held)).order_by("next_due_at", "pk")
    keys = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    return each(keys, lambda key: _do(key, at))


@transaction.atomic
def _do(key: int, at: datetime) -> bool:
    rows = Tender.objects.select_for_update(**queries.locks_of("self"))
    tender = rows.filter(pk=key, next_due_at__lte=at).first()
    move = MOVES.get(tender.state) if tender else None
    if tender is None or move is None or _stands_still(tender):
        return False
    move(tender, at)
    return True


def _stands_still(tender: Tender) -> bool:
    """Tell whether a tender has to wait for a suspension; its clock shifts when that ends."""
    return tender.state in WAITING and bool(open_reasons(tender))


def _close(tender: Tender, at: datetime) -> None:
    if queries.may_go_on(tender):
        extend_tender(actor=SYSTEM, code=tender.code, at=at)
    elif method_of(tender).reprices and not queries.has_takers(tender):
        lapse_tender(actor=SYSTEM, code=tender.code, at=at)
    else:
        close_tender(actor=SYSTEM, code=tender.code, at=at)


def _confirm(tender: Tender, at: datetime) -> None:
    if method_of(tender).silence_confirms:
        confirm_by_silence(code=tender.code, at=at)
    else:
        expire_inquiries(code=tender.code, at=at)


def _restart(tender: Tender, at: datetime) -> None:
    restart_tender(code=tender.code, at=at)


def _close_applications(tender: Tender, at: datetime) -> None:
    close_applications(actor=SYSTEM, code=tender.code, at=at)


def _close_proposals(tender: Tender, at: datetime) -> None:
    close_proposals(actor=SYSTEM, code=tender.code, at=at)


MOVES: Final[dict[str, Callable[[Tender, datetime], None]]] = {
    "prequalifying": _close_applications,
    "proposing": _close_proposals,
    "announced": _close,
    "evaluated": _confirm,
    "no_taker": _restart,
}
