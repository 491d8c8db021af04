"""What time itself causes in an auction: phases that begin and end, and the end of all."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from bidding import auction as engine
from bidding import gate
from bidding.models import Auction
from bidding.services.auction import ending
from bidding.services.auction.table import Table, locked, next_instant
from kernel.errors import DomainError
from trading.services import procedure

BEAT: Final = timedelta(seconds=2)
AT_ONCE: Final = 500

logger = logging.getLogger(__name__)


def due(at: datetime) -> int:
    """Move what is due, one auction a transaction; then note that the platform was here."""
    waiting = Auction.objects.filter(next_due_at__lte=at).order_by("next_due_at", "pk")
    codes = list(waiting.values_list("code", flat=True)[:AT_ONCE])
    done = sum(_attempt(code, at) for code in codes)
    _note_presence(at)
    return done


def _attempt(code: str, at: datetime) -> bool:
    try:
        return move_on(code, at)
    except DomainError as refusal:
        logger.warning("auction %s: %s", code, refusal)
        return False


@transaction.atomic
def move_on(code: str, at: datetime) -> bool:
    """Let time move one auction: first what it was silent for is given back, then what is due.

    A phase is not ended while somebody who came before its end may still be undecided.
    """
    [table] = locked([code])
    before = table.state
    table.credit(at)
    while _is_over(table, at):
        phase = table.state.phase
        table.state = engine.settle(table.terms, table.state, table.state.closes_at)
        _tell_phase(table, phase, at)
    if table.state == before:
        return False
    table.keep()
    transaction.on_commit(table.remember)
    return True


def _is_over(table: Table, at: datetime) -> bool:
    """Tell whether the present phase has run out, and everybody who came in time has an answer."""
    ends_at = next_instant(table.state)
    return ends_at is not None and ends_at <= at and gate.all_decided(ends_at, at)


def _tell_phase(table: Table, before: str, at: datetime) -> None:
    tender = table.row.lot.tender
    if before == "scheduled" and tender.state == "closed":
        procedure.start_auction(code=tender.code, at=at)
        tender.refresh_from_db(fields=["state"])
    if table.state.phase == "ended":
        ending.end(table, at)
    else:
        table.tell("auction.moved", at, phase=table.state.phase, since=table.state.at)


def _note_presence(at: datetime) -> None:
    """Write at most every two seconds that time ran; what is missing here was an outage."""
    running = Auction.objects.filter(next_due_at__isnull=False)
    running.filter(seen_at__lte=at - BEAT).update(seen_at=at)
