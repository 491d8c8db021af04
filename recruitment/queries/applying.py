"""One's own application before anybody else may know of it (rulebook 1.3)."""

from dataclasses import dataclass
from datetime import datetime

from accounts.domain import Actor
from ledger import private
from recruitment.domain import SUBMITTED, WITHDRAWN
from recruitment.domain.applying import Application
from trading.markets import method_of
from trading.models import Tender

PARTS = tuple(Application.__dataclass_fields__)


@dataclass(frozen=True)
class Own:
    """An application in force: for which post, what it says, how many came before it."""

    lot: int
    name: str
    application: Application
    applied_at: datetime
    earlier: int


def own_application(actor: Actor, tender: Tender) -> tuple[Own | None, int]:
    """Give the actor's own application in force, or None, and how many they have ever sent."""
    if not actor.is_known:
        return None, 0
    return in_force(private.events_of_owner(tender.code, actor.ref, only=(SUBMITTED, WITHDRAWN)))


def in_force(events: list[private.Event]) -> tuple[Own | None, int]:
    """Give the application that was not withdrawn, and how many were sent."""
    sent = [event for event in events if event.kind == SUBMITTED]
    # Each is taken back before the next is sent, so the counts tell, even within one instant.
    if len(sent) == len(events) - len(sent):
        return None, len(sent)
    last = max(sent, key=lambda event: int(event.content["turn"]))
    content = last.content
    said = Application(**{name: str(content[name]) for name in PARTS if name in content})
    own = Own(int(content["lot"]), str(content["name"]), said, last.at, len(sent) - 1)
    return own, len(sent)


def takes_applications(tender: Tender, at: datetime) -> bool:
    """Tell whether somebody may apply now: what arrives at the deadline itself is late."""
    closes = tender.bids_close_at
    is_open = tender.state == "announced" and closes is not None and at < closes
    return method_of(tender).has_posts and is_open
