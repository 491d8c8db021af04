"""The door itself: POST /outcry/acts, one act of a bidder in one auction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext

from bidding import gate
from bidding.intake import requests
from bidding.intake.application import claimed, refusal_body, respond, token_of
from bidding.intake.line import Fault, fault, where
from bidding.intake.places import Places
from bidding.intake.requests import Gone, Receive, Scope
from bidding.outcry.sequencer import INSIDE, SEQUENCER, Sequencer
from bidding.sealing import strict
from bidding.sentences import verdict
from bidding.services.auction import Answer, Handed
from bidding.services.auction.acting import require_kind
from kernel import money
from kernel.calendar import is_sensible
from kernel.errors import DomainError, Missing
from kernel.reading import Fields, to_text
from ledger import canonical

Send = Callable[[dict[str, Any]], Awaitable[None]]

LIMIT: Final = 4096
PLACES: Final = (INSIDE, 16)
"""How many acts are inside at once, and how many of one organisation; whoever is let in finds room
in the line.
"""
LONGEST_KEY: Final = 64

logger = logging.getLogger(__name__)


class Outcry:
    """The application with its sequencer and its clock."""

    def __init__(
        self, sequencer: Sequencer = SEQUENCER, clock: Callable[[], datetime] = timezone.now
    ) -> None:
        self.sequencer, self.clock = sequencer, clock
        self.places = Places(*PLACES, PLACES[0] * LIMIT)
        self.deciding: set[asyncio.Task[dict[str, Any]]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request under /outcry/."""
        try:
            status, body = await self._answer(scope, receive)
        except DomainError as refusal:
            status, body = refusal.status, refusal_body(refusal)
        except Gone:
            return
        except Exception as failure:  # noqa: BLE001 - what the server would log could quote an offer
            logger.error("auction: a request failed: %s", where(failure))  # noqa: TRY400 - as above
            status, body = Fault.status, refusal_body(fault())
        await respond(send, status, body)

    def stop(self) -> None:
        """Decide what is inside and end the thread."""
        self.sequencer.stop()

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        if (scope["method"], scope["path"]) != ("POST", "/outcry/acts"):
            raise Missing("intake.missing", gettext("没有这个接口。"))
        token = token_of(scope)
        owner = claimed(token, self.clock())
        body = await requests.read_body(scope, receive, LIMIT)
        # Shielded: a client that goes away must not take a registered arrival with it undecided.
        deciding = asyncio.ensure_future(self._decide(token, owner, body))
        self.deciding.add(deciding)
        deciding.add_done_callback(self.deciding.discard)
        return 200, await asyncio.shield(deciding)

    async def _decide(self, token: str, owner: str, body: bytes) -> dict[str, Any]:
        with gate.arrival(self.clock) as at, self.places.taken(owner, len(body)):
            answer = await self.sequencer.decided(handed(body, owner, at), token)
        return answer_body(answer, at)


def handed(body: bytes, owner: str, at: datetime) -> Handed:
    """Read an act strictly: its auction, its kind, its price and the name the client gave it."""
    fields = Fields(strict.parse(body, LIMIT))
    price = fields.text("price", "")
    read = Handed(
        auction=fields.text("auction"),
        owner=owner,
        kind=require_kind(fields.text("kind")),
        price=money.parse(price) if price else None,
        key=fields.text("key")[:LONGEST_KEY],
        at=at,
        sent_at=_instant(fields.text("sent_at", "")),
        items=fields.mapped("items", to_text) if fields.has("items") else {},
    )
    fields.done()
    return read


def _instant(text: str) -> str:
    """Take what a device's clock said, if it is an instant: the record is no place for messages."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return canonical.timestamp(at) if at.tzinfo and is_sensible(at) else ""


def answer_body(answer: Answer, at: datetime) -> dict[str, Any]:
    """Write an answer: the verdict in words, one's own code, and how things stand."""
    return {
        "accepted": answer.accepted,
        "reason": answer.reason,
        "sentence": verdict(answer.reason, answer.facts),
        "you": answer.code,
        "received_at": at.isoformat(timespec="milliseconds"),
        "shown": answer.shown,
    }


application = Outcry()
