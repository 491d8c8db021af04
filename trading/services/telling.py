"""Record what happened to a tender in its own stream."""

from datetime import datetime

from accounts.domain import Actor
from ledger.services import record
from trading.models import Tender


def tell(tender: Tender, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of a tender; every service of this app ends here."""
    record(stream=tender.stream, kind=kind, actor=actor.ref, at=at, tender=tender.code, **data)
