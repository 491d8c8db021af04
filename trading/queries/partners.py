"""Who is named beside the lead of a consortium, and who of them said that it takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from accounts.models import Organisation
from ledger import private
from ledger.private import Event

NAMED: Final = "prequal.named"
JOINED: Final = "prequal.joined"
LEFT: Final = "prequal.left"
JOINING: Final = (JOINED, LEFT)


@dataclass(frozen=True)
class Partner:
    """One that a lead names beside itself, and whether it said that it takes part."""

    uscc: str
    name: str
    joined: bool = False


def partners_in(code: str, row: UUID, content: Mapping[str, Any]) -> tuple[Partner, ...]:
    """List those an application names beside its lead, in the order of their codes."""
    named = content.get("partners", [])
    events = private.events_of_owners((code, partner) for partner in named)
    joined = {partner for (_code, partner), mine in events.items() if says(mine, row)}
    names = dict(Organisation.objects.filter(uscc__in=named).values_list("uscc", "name"))
    return tuple(Partner(one, names.get(one, ""), one in joined) for one in named)


def says(events: Sequence[Event], row: UUID) -> bool:
    """Tell whether somebody said last that it takes part in just this application."""
    said = [e for e in events if e.kind in JOINING and e.content["application"] == str(row)]
    last = max(said, key=lambda event: int(event.content["turn"]), default=None)
    return last is not None and last.kind == JOINED
