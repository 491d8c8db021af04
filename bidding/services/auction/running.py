"""What time itself causes in an auction: phases that begin and end, and the end of all."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from bidding.models import Auction
from bidding.services.auction.phases import catch_up
from bidding.services.auction.table import locked
from kernel.errors import DomainError

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
    """Let time move one auction: first what it was silent for is given back, then what is due."""
    [table] = locked([code])
    before = table.state
    catch_up(table, at, at)
    if table.state == before:
        return False
    table.keep()
    return True


def _note_presence(at: datetime) -> None:
    """Write at most every two seconds that time ran; what is missing here was an outage."""
    under_way = Auction.objects.exclude(phase="ended")
    under_way.filter(seen_at__lte=at - BEAT).update(seen_at=at)
