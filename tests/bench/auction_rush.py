"""What a contested auction measures inside a site: it prints one JSON line."""

import asyncio
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from time import perf_counter

from django.utils import timezone

from bidding.outcry.sequencer import Sequencer
from bidding.services.auction import Handed, due
from tests import auctions, sealed, world
from tests.bench.intake_rush import tell

START, STEP = Decimal(2_600_000), Decimal(20_000)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Bidder:
    """Who bids: the organisation's code, and its pass."""

    uscc: str
    token: str


def opened(bidders: int, number: int = 1) -> list[tuple[str, list[Bidder]]]:
    """Open auctions whose free phase lasts long, each with so many bidders of its own."""
    now = timezone.now()
    cast = world.cast(now - HOUR)
    found = []
    for _auction in range(number):
        those = [_bidder(now) for _bidder_ in range(bidders)]
        held = auctions.sale(
            cast,
            takers=(),
            owners=[bidder.uscc for bidder in those],
            closed_at=now - 3 * timedelta(minutes=1),
            opens_at=(now - timedelta(minutes=1)).isoformat(),
            closes_at=(now + 5 * HOUR).isoformat(),
        )
        found.append((held.auction.code, those))
    due(now)
    return found


def _bidder(now: datetime) -> Bidder:
    person, organisation = sealed.newcomer(now - HOUR)
    return Bidder(organisation.uscc, sealed.token_of(person, organisation, now))


def climb(bidders: int, seconds: float) -> None:
    """Let bidders outbid each other in one auction, each waiting for its answer before the next."""
    [(code, those)] = opened(bidders)
    tell(asyncio.run(_climb([(code, those)], seconds)))


def many(number: int, bidders: int, seconds: float) -> None:
    """The same in so many auctions at once."""
    tell(asyncio.run(_climb(opened(bidders, number), seconds)))


def rooms(number: int, bidders: int) -> None:
    """Leave a site with so many open auctions, and say whose passes open each."""
    told = opened(bidders, number)
    tell([{"code": code, "tokens": [one.token for one in those]} for code, those in told])


async def _climb(rooms: list[tuple[str, list[Bidder]]], seconds: float) -> dict[str, float]:
    sequencer = Sequencer()
    took: list[float] = []
    refused = 0
    until = perf_counter() + seconds

    async def bid(code: str, bidder: Bidder, prices: Iterator[int]) -> None:
        nonlocal refused
        for number in prices:
            begun = perf_counter()
            if begun > until:
                return
            wish = Handed(
                code, bidder.uscc, "bid", START + STEP * number, f"k{number}", timezone.now()
            )
            answer = await sequencer.decided(wish, bidder.token)
            if answer.accepted:
                took.append(perf_counter() - begun)
            else:
                refused += 1

    begun = perf_counter()
    rises = [(code, those, count()) for code, those in rooms]
    await asyncio.gather(*(bid(code, one, up) for code, those, up in rises for one in those))
    spent = perf_counter() - begun
    sequencer.stop()
    return {
        "rate": len(took) / spent,
        "refused": refused / max(1, refused + len(took)),
        "p50": statistics.median(took),
        "p99": statistics.quantiles(took, n=100)[98],
    }
