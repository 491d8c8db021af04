"""Record what happened to a tender in its own stream, and what must not be told of it apart."""

from datetime import datetime

from accounts.domain import Actor
from ledger.services import record
from trading.domain.remedies import STREAM
from trading.models import Tender


def tell(tender: Tender, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of a tender; every service of this app ends here."""
    record(stream=tender.stream, kind=kind, actor=actor.ref, at=at, tender=tender.code, **data)


def tell_apart(kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of a remedy in a stream of its own, without its tender's number: every watcher
    of a stream, and every reader of the log, is told kind and number of each fact, and neither may
    tell that somebody complains of this tender.
    """
    record(stream=STREAM, kind=kind, actor=actor.ref, at=at, tender="", **data)
