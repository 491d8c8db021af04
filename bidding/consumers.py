"""Who is connected to a hall: a number for its host, never a name and never stored.

Before the deadline even the number of bidders is nobody's to know, so the host sees how many
accounts are connected, of whatever kind (rulebook 3.1 step 1). The numbers live in the memory of
each process and are told between processes by the channel layer.
"""

import secrets
from collections import Counter
from typing import Any, Final

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from accounts import queries as accounts
from bidding import policy
from bidding.queries import opening as queries
from kernel.errors import Missing

PROCESS: Final = secrets.token_hex(8)
STRANGER: Final = 4401
NOTHING_TO_SAY: Final = 4400
HERE: dict[str, Counter[int]] = {}
"""The accounts connected to each hall in this process, with how many sockets each holds."""


class Presence(AsyncJsonWebsocketConsumer):
    """A signed-in person's presence in a hall; the host is told how many there are."""

    async def connect(self) -> None:
        """Admit who is signed in; the host hears from every process."""
        self.hall = ""
        place = self.scope["url_route"]["kwargs"]
        self.told: dict[str, int] = {}
        person, is_host = await database_sync_to_async(self._who)(**place)
        if person is None:
            await self.close(STRANGER)
            return
        self.person, self.hall = person, f"hall.{place['code']}.{place['stage']}"
        HERE.setdefault(self.hall, Counter())[person] += 1
        await self.channel_layer.group_add(self.hall, self.channel_name)
        if is_host:
            await self.channel_layer.group_add(f"{self.hall}.host", self.channel_name)
        await self.accept()
        if is_host:
            await self.channel_layer.group_send(self.hall, {"type": "presence.asked"})
        await self.tell()

    def _who(self, code: str, stage: str) -> tuple[int | None, bool]:
        actor = accounts.actor(self.scope["user"], timezone.now())
        try:
            session = queries.session_for(code, stage)
        except Missing:
            return None, False
        return actor.person_id, policy.allows(actor, "opening.host", session)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels gives it
        """Count the person out with the last socket."""
        if not self.hall:
            return
        here = HERE[self.hall]
        here[self.person] -= 1
        HERE[self.hall] = +here
        for group in (self.hall, f"{self.hall}.host"):
            await self.channel_layer.group_discard(group, self.channel_name)
        await self.tell()

    async def receive(self, **_said: Any) -> None:
        """Refuse every message: presence is all a socket can say; acts go through forms."""
        await self.close(NOTHING_TO_SAY)

    async def tell(self) -> None:
        """Tell the hosts how many accounts this process has."""
        count = {"type": "presence.counted", "process": PROCESS, "number": len(HERE[self.hall])}
        await self.channel_layer.group_send(f"{self.hall}.host", count)

    async def presence_asked(self, _event: dict[str, Any]) -> None:
        """Answer a host who has just come."""
        await self.tell()

    async def presence_counted(self, event: dict[str, Any]) -> None:
        """Add up what the processes say, for the host's screen."""
        self.told[event["process"]] = event["number"]
        await self.send_json({"connected": sum(self.told.values())})
