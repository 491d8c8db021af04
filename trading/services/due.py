"""What time itself causes: closing at the deadline, and the award by silence."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import SYSTEM
from trading import queries
from trading.models import Tender
from trading.services.awarding import confirm_by_silence
from trading.services.procedure import close_tender

AT_ONCE: Final = 200


def due(at: datetime) -> int:
    """Do what is due, one tender a transaction; done twice or late it changes nothing more."""
    waiting = Tender.objects.filter(next_due_at__lte=at).order_by("next_due_at", "pk")
    keys = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_do(key, at) for key in keys)


@transaction.atomic
def _do(key: int, at: datetime) -> bool:
    rows = Tender.objects.select_for_update(**queries.locks_of("self"))
    tender = rows.filter(pk=key, next_due_at__lte=at).first()
    move = MOVES.get(tender.state) if tender else None
    if tender is None or move is None:
        return False
    move(tender, at)
    return True


def _close(tender: Tender, at: datetime) -> None:
    close_tender(actor=SYSTEM, code=tender.code, at=at)


def _confirm(tender: Tender, at: datetime) -> None:
    confirm_by_silence(code=tender.code, at=at)


MOVES: Final[dict[str, Callable[[Tender, datetime], None]]] = {
    "announced": _close,
    "evaluated": _confirm,
}
