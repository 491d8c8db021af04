"""Hundreds watch a hall: from an act's commit to everybody's new HTML, through the real daphne.

The act is the host's who gives more time: it changes status, steps and stage, which every watcher
is brought with the frame. The commit is seen from outside, on the database. The limit, in the same
run: a process that only writes the same bytes to as many sockets, read by the same client.
"""

import asyncio
import json
import multiprocessing
import socket
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Protocol
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.bench.figures import Figure
from tests.rig.site import Site

WATCHERS, SHORT_WATCHERS = 500, 50
ROUNDS, SHORT_ROUNDS = 20, 5
QUIET = 0.4  # longer than the pause the hub makes between two tellings
IDLE = 0.1
LOOK = 0.0005
PATIENCE = 120
LARGEST = 2**20
HOST, CSRF = "localhost", "b" * 32
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HALL = """
from datetime import timedelta
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from tests import openings, world
from trading.services import close_tender
call_command("migrate", "--noinput", verbosity=0)
call_command("createcachetable", verbosity=0)
closes_at = timezone.now()
hall = openings.sealed_bids(world.cast(closes_at - timedelta(days=90)), closes_at=closes_at)
hall.at = closes_at + timedelta(seconds=1)
close_tender(code=hall.tender.code, at=hall.at)
hall.to("unlocking")
host = Client()
host.force_login(hall.world.person("qian"), "django.contrib.auth.backends.ModelBackend")
print(hall.tender.code, host.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@dataclass(frozen=True)
class Found:
    """How long the watchers waited, what each was told last, and what telling one cost."""

    waits: list[float]
    told: bytes
    cpu: float

    def within(self, percent: int) -> float:
        """Give the milliseconds in which so many of a hundred were told."""
        return statistics.quantiles(self.waits, n=100)[percent - 1] * 1000


class Source(Protocol):
    """Whatever tells watchers something: where it listens, and its process."""

    port: int
    pid: int
    path: str

    def act(self) -> float:
        """Cause one telling, and give the instant from which it could begin."""


def measure(*, short: bool) -> Iterator[Figure]:
    """Let everybody watch a hall of its own on the loopback, and then the bare loop."""
    load = (SHORT_WATCHERS, SHORT_ROUNDS) if short else (WATCHERS, ROUNDS)
    alone, served = in_a_hall(*load)
    bare = in_a_bare_loop(served.told, *load)
    name = f"hall, {load[0]} watchers"
    yield Figure(f"{name}: brought to each", len(served.told), "B")
    yield Figure(f"{name}: an act for one, CPU", alone.cpu * 1e3, "ms")
    yield Figure(f"{name}: each more, CPU", more_cpu(alone, served, load[0]) * 1e6, "µs")
    yield Figure(f"{name}: bare loop, CPU each", bare.cpu * 1e6, "µs")
    for title, found in (("commit to all", served), ("bare loop", bare)):
        yield Figure(f"{name}: {title}, p50", found.within(50), "ms")
        yield Figure(f"{name}: {title}, p99", found.within(99), "ms")
    yield Figure(f"{name}: p99 / bare loop", served.within(99) / bare.within(99), "ratio")


def more_cpu(alone: Found, all_: Found, number: int) -> float:
    """Give what a delivered frame costs beside the act, its rendering and the first delivery."""
    return (all_.cpu * number - alone.cpu) / (number - 1)


def in_a_hall(number: int, rounds: int) -> tuple[Found, Found]:
    """Measure a served hall whose unlock window is open: one watcher, then all."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        site = Site(Path(folder), extra={"PACE": "law", "ROOM_CAMERA": "synthetic"})
        code, session = site.python(HALL).split()[-2:]
        site.start("--no-worker")
        try:
            hall = Hall(site, code, session)
            alone = asyncio.run(watched(hall, 1, rounds))
            return alone, asyncio.run(watched(hall, number, rounds))
        finally:
            site.stop()


def in_a_bare_loop(told: bytes, number: int, rounds: int) -> Found:
    """Measure a process that does nothing but write."""
    with socket.create_server((HOST, 0), backlog=number) as listener:
        words = (listener, number, told)
        writer = multiprocessing.get_context("fork").Process(target=write_to_all, args=words)
        writer.start()
        try:
            port, pid = listener.getsockname()[1], writer.pid or 0
            return asyncio.run(watched(Bare(port, pid), number, rounds))
        finally:
            writer.kill()
            writer.join()


def write_to_all(listener: socket.socket, number: int, told: bytes) -> None:
    """Write the same bytes to every watcher: once it is there, and when the first line says so."""
    first, lines = listener.accept()[0], []
    while len(lines) < number:
        lines.append(listener.accept()[0])
        lines[-1].sendall(told)
    while first.recv(1):
        for line in lines:
            line.sendall(told)


class Hall:
    """One hall on the loopback, with its host's session."""

    def __init__(self, site: Site, code: str, session: str) -> None:
        self.port = site.port
        self.pid = site.child.process.pid if site.child else 0
        self.stream = f"opening.{code}.whole"
        self.path = f"/live/{self.stream}?since=0&parts=zh-hans"
        self.database = f"file:{site.var / 'yangguang.sqlite3'}?mode=ro"
        headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
        self.request = Request(  # noqa: S310 - our own server
            f"{site.url}/halls/{code}/whole/extend/",
            data=urlencode({"minutes": 1, "reason": "网络拥堵"}).encode(),
            headers=headers | {"Accept": "application/json"},
        )

    def act(self) -> float:
        """Give more time as the host, and see on the database when it is committed."""
        with ThreadPoolExecutor(1) as other:
            number = self.number()
            pressed = other.submit(self.press)
            while self.number() == number and not pressed.done():
                sleep(LOOK)
            committed = perf_counter()
            pressed.result()
        return committed

    def press(self) -> None:
        """Send the form."""
        with urlopen(self.request, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
            if json.load(answer)["done"] is not True:
                raise RuntimeError("no more time was given")

    def number(self) -> int:
        """Read the number of the hall's newest fact."""
        with sqlite3.connect(self.database, uri=True) as database:
            found = "SELECT number FROM ledger_head WHERE stream = ?"
            return int(database.execute(found, [self.stream]).fetchone()[0])


class Bare:
    """The bare loop, by its first line."""

    path = "/"

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self.first = socket.create_connection((HOST, port))

    def act(self) -> float:
        """Let it write."""
        begun = perf_counter()
        self.first.send(b"\n")
        return begun


async def watched(
    source: Source, number: int, rounds: int, beside: AbstractContextManager[object] | None = None
) -> Found:
    """Let so many watch, and time round after round, with something else going on beside them; the
    first is not counted.
    """
    lines = await asyncio.gather(*(line_to(source) for _ in range(number)))
    await idle(source)
    await one_round(source, lines)
    await idle(source)
    waits: list[float] = []
    told, spent = b"", processor_time(source.pid)
    with beside or nullcontext():
        for _ in range(rounds):
            await asyncio.sleep(QUIET)
            waited, told = await one_round(source, lines)
            waits += waited
    return Found(waits, told, (processor_time(source.pid) - spent) / len(waits))


async def line_to(source: Source) -> Line:
    """Open a line, and read what was told before: from then on nothing is missed."""
    reader, writer = await asyncio.open_connection(HOST, source.port, limit=LARGEST)
    writer.write(f"GET {source.path} HTTP/1.1\r\nHost: {HOST}:{source.port}\r\n\r\n".encode())
    await told_on(reader)
    return reader, writer


async def idle(source: Source) -> None:
    """Wait until the source rests: for each who has come it looks again whether more happened."""
    spent, before = processor_time(source.pid), -1.0
    while spent - before > IDLE * QUIET:
        await asyncio.sleep(QUIET)
        before, spent = spent, processor_time(source.pid)


async def one_round(source: Source, lines: list[Line]) -> tuple[list[float], bytes]:
    """Cause one telling, and wait until every watcher has all of it."""
    seeing = [asyncio.ensure_future(told_on(reader)) for reader, _writer in lines]
    begun = await asyncio.to_thread(source.act)
    seen = await asyncio.wait_for(asyncio.gather(*seeing), PATIENCE)
    return [at - begun for at, _told in seen], seen[0][1]


async def told_on(reader: asyncio.StreamReader) -> tuple[float, bytes]:
    """Read on to the next event, and tell when it was there; a heartbeat is none."""
    while not (line := await reader.readline()).startswith(b"data: "):
        if not line:
            raise RuntimeError("the line was lost")
    return perf_counter(), line


def processor_time(pid: int) -> float:
    """Give the seconds all threads of a process have run."""
    ran = Path("/proc", str(pid), "task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in ran) / 1e9
