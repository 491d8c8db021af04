"""What a contested auction measures inside a site: it prints one JSON line."""

import asyncio
import statistics
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from bidding.auction.checks import next_price
from bidding.outcry.sequencer import Passes, Sequencer
from bidding.services.auction import Handed, due
from bidding.services.auction.acting import Verdict, decide_on
from bidding.services.auction.table import locked
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


def alone(bidders: int, seconds: float) -> None:
    """The same without a sequencer: each bid in a thread and a transaction of its own, which reads
    the pass, locks the row, decides, and keeps state and record as they are kept of a group. As
    with the bare peers no bid loses: each offers what may be offered next.
    """
    [(code, those)] = opened(bidders)
    accepted: list[int] = []
    until = perf_counter() + seconds

    def bid(bidder: Bidder) -> None:
        done = 0
        while perf_counter() < until:
            now = timezone.now()
            if Passes().owners([(bidder.token, now)])[bidder.token] != bidder.uscc:
                raise RuntimeError("a pass was refused")
            done += _bid_with_row_held(code, bidder, f"k{done}", now)
            connection.close()  # given back to the pool, as after a request
        accepted.append(done)

    begun = perf_counter()
    threads = [threading.Thread(target=bid, args=[bidder]) for bidder in those]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(accepted) < bidders:
        raise RuntimeError("a bidder of the peer failed")
    tell({"rate": sum(accepted) / (perf_counter() - begun)})


@transaction.atomic
def _bid_with_row_held(code: str, bidder: Bidder, key: str, now: datetime) -> bool:
    [table] = locked([code], tenders=False)
    price = next_price(table.terms, table.state.price)
    verdict = decide_on(table, Handed(code, bidder.uscc, "bid", price, key, now))
    if not isinstance(verdict, Verdict) or not verdict.changes:
        return False
    table.tell_acts([(verdict.act, verdict.decision)])
    table.keep()
    return True


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
