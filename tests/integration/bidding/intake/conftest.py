"""A door with a clock that tests set, a tender that takes bids, and two registered bidders."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from bidding.intake.application import Intake
from bidding.intake.writer import Writer
from tests import sealed
from tests import world as worlds
from trading.models import Tender

CLOSES_AT = worlds.AT + timedelta(hours=2)
MOST = 25  # seconds that no answer may take; a wait for a connection alone would be 30


@dataclass
class Place:
    """Everything an intake test needs; `now` is what the door's clock says."""

    world: worlds.World
    tender: Tender
    now: datetime
    writer: Writer = field(default_factory=Writer)

    def __post_init__(self) -> None:
        self.intake = Intake(self.writer, lambda: self.now)

    def door(self, name: str = "chen") -> sealed.Door:
        """Give a bidder's client."""
        return sealed.Door(self.intake, sealed.token(self.world, name, worlds.AT))

    def offer(self, name: str = "chen", **changes: Any) -> sealed.Offer:
        """Give a bidder's chain for lot 1."""
        uscc = self.world.organisation_of(name).uscc
        return sealed.Offer(changes.pop("tender", self.tender), uscc, **changes)

    async def run(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do database work from an async test."""

        def run() -> Any:
            try:
                return work(*given, **named)
            finally:
                connections.close_all()

        return await sync_to_async(run)()


async def until(asked: Callable[[], Any]) -> None:
    """Ask until it is so."""
    begun = time.monotonic()
    while not await asked():
        assert time.monotonic() - begun < MOST
        await asyncio.sleep(0.02)


async def seen(holds: Callable[[], Any]) -> None:
    """Look until it holds."""

    async def look() -> Any:
        return holds()

    await until(look)


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    """A tender with one lot; Chen and Zhao have registered, Hu has not."""
    world = worlds.cast()
    tender = sealed.published(world, CLOSES_AT)
    for name in ("chen", "zhao"):
        sealed.register(world, tender, name)
    found = Place(world, tender, worlds.AT + timedelta(hours=1))
    yield found
    found.intake.stop()
