"""The demo's actors: they play host, bidders and custodians of the one live opening, and the takers
of the one live auction.

They act through the services like everybody else, one small step a tick, a few seconds apart, so
that a visitor can follow. With `--no-actors` they stay away, and the visitor plays every part by
hand.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from bidding.models import OpeningSession
from bidding.queries import attending, halls
from bidding.services import opening
from kernel.errors import DomainError
from ledger import queries as ledger
from portal.demo import bidding, watching
from portal.demo import opening as held
from portal.demo.opening import actor

logger = logging.getLogger(__name__)

PAUSES = {"counted": 4, "announced": 7, "listed": 6, "checking": 1, "unlocking": 2, "releasing": 4}
READING = 6
TALK = 1
HOST_STEPS = {
    "counted": "announce",
    "announced": "list",
    "listed": "check_seals",
    "reading": "read_next",
}


def switch() -> Path:
    """Give the file whose being there lets the actors play."""
    return Path(settings.VAR) / "demo" / "actors-on"


def due(at: datetime) -> int:
    """Take the next small step of every live opening of the demo."""
    if not settings.DEMO or not switch().exists():
        return 0
    done = bidding.play(at)
    for session in halls.live_halls(at):
        try:
            done += watching.play(session, at) or play(session, at)
        except DomainError as refusal:
            logger.info("demo actor: %s", refusal)
    return done


def play(session: OpeningSession, at: datetime) -> int:
    """Take one step in one session when its pause is over."""
    code, stage = session.tender.code, session.stage
    last = ledger.entries_since(session.stream, ledger.last_number(session.stream) - 1)
    pause = timedelta(
        seconds=PAUSES.get(session.state, READING if session.state == "reading" else TALK)
    )
    if last and at - last[-1].at < pause:
        return 0
    if event := HOST_STEPS.get(session.state):
        opening.STEPS[event](actor=actor("sun", at), code=code, stage=stage, at=at)
        return 1
    return _take_part(session, code, stage, at)


def _take_part(session: OpeningSession, code: str, stage: str, at: datetime) -> int:
    if session.state == "checking":
        return _check(session, code, stage, at)
    if session.state == "unlocking":
        return held.hand_in(code, stage, at, most=1)
    if session.state in {"releasing", "postponed"}:
        return held.release(code, stage, at, most=1)
    if session.state == "confirming":
        return _confirm(session, code, stage, at)
    return 0


def _check(session: OpeningSession, code: str, stage: str, at: datetime) -> int:
    checked = {a.person.username for a in attending.attendances_of(session) if a.seals_checked}
    for name in held.bidders(code, stage):
        if name not in checked:
            opening.check_seals(actor=actor(name, at), code=code, stage=stage, intact=True, at=at)
            return 1
    opening.start_unlock(actor=actor("sun", at), code=code, stage=stage, at=at)
    return 1


def _confirm(session: OpeningSession, code: str, stage: str, at: datetime) -> int:
    confirmed = {a.person.username for a in attending.attendances_of(session) if a.confirmed_at}
    for name in [*held.bidders(code, stage), "sun", "feng"]:
        if name not in confirmed:
            opening.confirm(actor=actor(name, at), code=code, stage=stage, at=at)
            return 1
    opening.end(actor=actor("sun", at), code=code, stage=stage, at=at)
    return 1
