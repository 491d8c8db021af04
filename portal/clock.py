"""The one list of due-work functions, and the loop that runs them.

Each function takes the time, does what is due by calling the ordinary services, and says how much
it did. Rows are taken one transaction at a time, so that killing the loop, starting it twice or
stopping it for an hour changes nothing.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from bidding.services import auction, opening, quoting
from deposits.services import claims, refunds
from evaluation.services import clock as evaluation
from kernel.errors import DomainError
from ledger import papers, sequencer
from ledger.connections import give_back
from monitoring.services import observations, recordings, supervisors
from portal import deadlines
from portal.demo import actors
from trading.services import calling, complaints, frameworks
from trading.services import due as trading

logger = logging.getLogger(__name__)

DUE_WORK: list[Callable[[datetime], int]] = [
    trading.due,
    complaints.due,
    frameworks.due,
    calling.due,
    refunds.due,
    claims.due,
    quoting.due,
    opening.due,
    auction.due,
    evaluation.due,
    observations.due,
    recordings.due,
    supervisors.due,
    papers.due,
    deadlines.due,
    actors.due,
]
PAUSE_SECONDS = 0.5


def tick(at: datetime) -> int:
    """Do all that is due at this time, then put the new facts into the log."""
    done = sum(attempt(work, at) for work in DUE_WORK)
    return done + attempt(lambda now: sequencer.sequence(at=now), at)


def attempt(work: Callable[[datetime], int], at: datetime) -> int:
    """Run one due-work function; whatever stops it is logged and tried again at the next tick, and
    never keeps the other work from being done.
    """
    try:
        return work(at)
    except (DomainError, DatabaseError) as refusal:
        logger.warning("due work %s: %s", getattr(work, "__qualname__", work), refusal)
    except Exception:  # a fault or a full disk must not end the loop while pages are still served
        logger.exception("due work %s", getattr(work, "__qualname__", work))
    return 0


def run(stop: threading.Event) -> None:
    """Tick until told to stop, then end what was started on the way."""
    while not stop.is_set():
        give_back()
        tick(timezone.now())
        stop.wait(PAUSE_SECONDS)
    recordings.let_go()
