"""Auctions of five bidders each, 200 at once, and 500 who watch one of them: from a bid to all.

Through the real daphne, its clock running. The bids of the watched auction are timed from the
instant at which they leave; first nobody bids elsewhere, then every other auction has a bid each
five seconds. Limits in the same run: the same room with the others silent, and a process that only
writes the same bytes to as many sockets.
"""

import asyncio
import multiprocessing
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from time import gmtime, perf_counter, sleep, strftime, time

from tests.bench.auctions import EACH, Room, inside
from tests.bench.figures import Figure
from tests.bench.watchers import PATIENCE, Found, in_a_bare_loop, watched
from tests.rig.site import Site

AUCTIONS, SHORT_AUCTIONS = 200, 20
WATCHERS, SHORT_WATCHERS = 500, 50
ROUNDS, SHORT_ROUNDS = 20, 5
EVERY = 5
"""Seconds from one bid to the next in each auction that nobody watches."""
LINES = 4
"""So many clients bid elsewhere, each for its share of the auctions."""


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure one site: its watched room alone, in the crowd, and the bare loop."""
    number = SHORT_AUCTIONS if short else AUCTIONS
    load = (SHORT_WATCHERS, SHORT_ROUNDS) if short else (WATCHERS, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        site = Site(Path(folder))
        found = inside(site, f"rooms({number}, {EACH})")
        begun = time()
        site.start()
        try:
            caught_up(site, begun)
            room, *others = (Room(site, **one) for one in found)
            alone = asyncio.run(watched(room, *load))
            crowd = Crowd(others)
            crowded = asyncio.run(watched(room, *load, crowd.bidding()))
        finally:
            site.stop()
    bare = in_a_bare_loop(crowded.told, *load)
    name = f"{number} auctions, {load[0]} watchers"
    yield Figure(f"{name}: bids elsewhere", crowd.rate, "1/s")
    yield Figure(f"{name}: bid to all, p50", crowded.within(50), "ms")
    yield Figure(f"{name}: bid to all, p99", crowded.within(99), "ms")
    yield Figure(f"{name}: nobody elsewhere, p99", alone.within(99), "ms")
    yield Figure(f"{name}: bare loop, p99", bare.within(99), "ms")
    yield Figure(f"{name}: p99 / nobody elsewhere", ratio(crowded, alone), "ratio")
    yield Figure(f"{name}: p99 / bare loop", ratio(crowded, bare), "ratio")


def caught_up(site: Site, since: float) -> None:
    """Wait until the clock has looked at every auction: it gives each back the time before."""
    database, until = f"file:{site.var / 'yangguang.sqlite3'}?mode=ro", perf_counter() + PATIENCE
    newest = strftime("%Y-%m-%d %H:%M:%S", gmtime(since))
    while perf_counter() < until:
        with closing(sqlite3.connect(database, uri=True)) as opened:
            [oldest] = opened.execute("SELECT min(seen_at) FROM bidding_auction").fetchone()
        if oldest >= newest:
            return
        sleep(1)
    raise RuntimeError("the clock does not come round")


class Crowd:
    """Auctions that are bid for beside the watched one, by a process of their own."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self.rooms, self.rate = rooms, 0.0

    @contextmanager
    def bidding(self) -> Iterator[None]:
        """Let them be bid for in this block, and note how many bids a second were accepted."""
        context = multiprocessing.get_context("fork")
        accepted = context.Value("i", 0)
        other = context.Process(target=bid_everywhere, args=(self.rooms, accepted))
        other.start()
        begun = perf_counter()
        try:
            yield
        finally:
            self.rate = accepted.value / (perf_counter() - begun)
            other.kill()
            other.join()


def bid_everywhere(rooms: Sequence[Room], accepted: "Synchronized[int]") -> None:
    """Bid in all rooms in turn, in each of them every few seconds."""
    for first in range(LINES):
        line = (rooms[first::LINES], accepted)
        threading.Thread(target=bid_in_turn, args=line, daemon=True).start()
    threading.Event().wait()


def bid_in_turn(rooms: Sequence[Room], accepted: "Synchronized[int]") -> None:
    """Bid in some rooms, one after the other at even times; one that comes late does not wait."""
    begun, pause = perf_counter(), EVERY / len(rooms)
    for turn in count():
        sleep(max(0.0, begun + turn * pause - perf_counter()))
        rooms[turn % len(rooms)].act()
        with accepted.get_lock():
            accepted.value += 1


def ratio(found: Found, limit: Found) -> float:
    """Give how many times longer the slowest hundredth waited."""
    return found.within(99) / limit.within(99)
