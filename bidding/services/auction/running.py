"""What time itself causes in an auction: phases that begin and end, and the end of all."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from bidding.models import Auction
from bidding.services.auction.phases import catch_up
from bidding.services.auction.table import OUTAGE_SECONDS, locked
from kernel.turns import each

BEAT: Final = timedelta(seconds=2)
OUTAGE: Final = timedelta(seconds=OUTAGE_SECONDS)
AT_ONCE: Final = 500


def due(at: datetime) -> int:
    """Move what is due, one auction a transaction; then note that the platform was here.

    An auction it has not looked at for an outage's time is looked at too, before that is forgotten:
    the time it was silent for is given back whether or not a phase has run out in it.
    """
    under_way = Auction.objects.exclude(phase="ended")
    waiting = under_way.filter(Q(next_due_at__lte=at) | Q(seen_at__lte=at - OUTAGE))
    codes = list(waiting.order_by("next_due_at", "pk").values_list("code", flat=True)[:AT_ONCE])
    done = each(codes, lambda code: move_on(code, at))
    _note_presence(at)
    return done


@transaction.atomic
def move_on(code: str, at: datetime) -> bool:
    """Let time move one auction: first what it was silent for is given back, then what is due."""
    [table] = locked([code])
    before, row = table.state, table.row
    if catch_up(table, at, at):  # else what it was silent for is still to be given back
        row.seen_at = max(row.seen_at, at)
    if table.state != before:
        table.keep()
        return True
    row.save(update_fields=["seen_at"])
    return False


def _note_presence(at: datetime) -> None:
    """Write at most every two seconds that time ran; what is missing here was an outage."""
    under_way = Auction.objects.exclude(phase="ended")
    unseen = under_way.filter(seen_at__lte=at - BEAT, seen_at__gt=at - OUTAGE)
    with transaction.atomic():
        # Locked by their keys first: an update alone takes the rows as they lie, and would wait in
        # a ring with whoever decides several auctions.
        rows = list(unseen.select_for_update().order_by("pk").values_list("pk", flat=True))
        Auction.objects.filter(pk__in=rows).update(seen_at=at)
