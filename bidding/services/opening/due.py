"""What time does: the steps whose timer has run out, by the very functions the host calls."""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM
from bidding.models import OpeningSession
from bidding.queries import opening as queries
from bidding.services.opening.counting import count_bids
from bidding.services.opening.hearing import end, invite_confirmation
from bidding.services.opening.reading_out import read_next, start_reading
from bidding.services.opening.release import postpone
from bidding.services.opening.session import timer
from bidding.services.opening.sharing import close_unlock, start_unlock
from kernel.errors import DomainError
from kernel.turns import each

NEXT = {
    "checking": start_unlock,
    "unlocking": close_unlock,
    "postponed": start_reading,
    "reading": read_next,
    "objecting": invite_confirmation,
    "confirming": end,
}


def due(at: datetime) -> int:
    """Take the steps whose timer has run out, one transaction each."""
    return each(queries.due_sessions(at), lambda session: _take_all_due(*session, at))


def _take_all_due(code: str, stage: str, at: datetime) -> int:
    """Take a step, and what it lets happen at once: the last key opens, and the first is read."""
    taken = 0
    while _take_due(code, stage, at):
        taken += 1
    return taken


def _take_due(code: str, stage: str, at: datetime) -> int:
    with transaction.atomic():
        session = queries.lock_session(code, stage)
        if session.next_due_at is None or session.next_due_at > at:
            return 0
        try:
            with transaction.atomic():
                _timed_step(session, at)
        except DomainError:
            # The step waits for a person (an objection, a damaged copy): look again later.
            later = at + timer("reading")
            OpeningSession.objects.filter(pk=session.pk).update(next_due_at=later)
            return 0
    return 1


def _timed_step(session: OpeningSession, at: datetime) -> None:
    code, stage = session.tender.code, session.stage
    if session.state == "waiting":
        count_bids(code=code, stage=stage, at=at)
    elif session.state == "releasing":
        step = start_reading if queries.has_enough_keys(session) else postpone
        step(actor=SYSTEM, code=code, stage=stage, at=at)
    else:
        NEXT[session.state](actor=SYSTEM, code=code, stage=stage, at=at)
