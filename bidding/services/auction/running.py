"""What time itself causes in an auction: phases that begin and end, and the end of all."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from bidding import auction as engine
from bidding import gate
from bidding.models import Auction
from bidding.services.auction import ending
from bidding.services.auction.table import Table, is_running, locked
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

    A phase that takes bids is not ended while somebody who came in time may still be undecided.
    """
    [table] = locked([code])
    before = table.state
    table.credit(at)
    if is_running(table.state) and table.state.closes_at <= at:
        if not gate.all_decided(table.state.closes_at, at):
            return _keep_if_changed(table, before)
    table.state = engine.settle(table.terms, table.state, at)
    if table.state.phase != before.phase:
        _tell_phase(table, before.phase, at)
    return _keep_if_changed(table, before)


def _tell_phase(table: Table, before: str, at: datetime) -> None:
    tender = table.row.lot.tender
    if before == "scheduled" and tender.state == "closed":
        procedure.start_auction(code=tender.code, at=at)
    if table.state.phase == "ended":
        ending.end(table, at)
    else:
        table.tell("auction.moved", at, phase=table.state.phase)


def _keep_if_changed(table: Table, before: engine.State) -> bool:
    if table.state == before:
        return False
    table.keep()
    transaction.on_commit(table.remember)
    return True


def _note_presence(at: datetime) -> None:
    """Write at most every two seconds that time ran; what is missing here was an outage."""
    running = Auction.objects.filter(next_due_at__isnull=False)
    running.filter(seen_at__lte=at - BEAT).update(seen_at=at)
