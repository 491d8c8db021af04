"""Bids accepted a second in one auction and in 200 at once, and from a bid to 500 watchers.

Every bid is higher than the last, and comes with its pass, as in life. Peers in the same run, each
with as many clients on one row and a durable transaction a bid: compare-and-swap and bid in one
statement (pgbench, a client in C); SELECT FOR UPDATE, update and bid (threads); and the same lock
around a whole bid of this platform, which reads the pass, decides by the same rules and keeps state
and record (threads). The limit of whoever commits alone are one-row transactions on the same disk.
"""

import asyncio
import json
import re
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.request import Request, urlopen

import psycopg

from tests.bench.figures import Figure
from tests.bench.intake import postgres_limit, sqlite_limit
from tests.bench.watchers import in_a_bare_loop, watched
from tests.rig import postgres_server
from tests.rig.site import Site

BIDDERS = 64
SECONDS, SHORT_SECONDS = 5, 1
AUCTIONS, SHORT_AUCTIONS, EACH = 200, 20, 5
WATCHERS, SHORT_WATCHERS = 500, 50
ROUNDS, SHORT_ROUNDS = 20, 5
PATIENCE = 30
PREPARED = (
    "from django.core.management import call_command as c;"
    "c('migrate', '--noinput', verbosity=0); c('createcachetable', verbosity=0);"
    "from tests.bench import auction_rush as rush; rush.{}"
)
SWAP = """WITH taken AS (UPDATE bench_auction SET price = price + 1, seq = seq + 1
 WHERE id = 1 AND price < :wish AND ends_at > now() RETURNING seq, price)
INSERT INTO bench_bid (seq, bidder, price, at) SELECT seq, :client_id, price, now() FROM taken;
"""
KEPT = "INSERT INTO bench_bid (seq, bidder, price, at) VALUES (%s, %s, %s, now())"
"""Every scheme keeps the bid it accepts, each in a transaction of its own (performance.md 3)."""


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure on SQLite and on PostgreSQL, each site in a process of its own."""
    seconds, number = (SHORT_SECONDS, SHORT_AUCTIONS) if short else (SECONDS, AUCTIONS)
    yield from _on_sqlite(seconds, number)
    yield from _on_postgres(seconds, number, short=short)
    load = (SHORT_WATCHERS, SHORT_ROUNDS) if short else (WATCHERS, ROUNDS)
    yield from _watched(*load)


def _on_sqlite(seconds: int, number: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        found = inside(Site(Path(folder)), f"climb({BIDDERS}, {seconds})")
        limit = sqlite_limit(Path(folder) / "limit.sqlite3")
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        many = inside(Site(Path(folder)), f"many({number}, {EACH}, {seconds})")
    yield from _accepted("auction", found, limit)
    yield from _at_once("auction", many, number)


def _on_postgres(seconds: int, number: int, *, short: bool) -> Iterator[Figure]:
    try:
        server = postgres_server.start(careless=False)
    except postgres_server.UnavailableError:
        return
    try:
        with _on(server) as (site, address):
            found = inside(site, f"climb({BIDDERS}, {seconds})")
            limit = postgres_limit(address, site.var)
            swaps, locks = _swaps(address, site.var, seconds), _locks(address, seconds)
        whole = 0.0 if short else _whole(server, seconds)
        with _on(server) as (site, _address):
            many = inside(site, f"many({number}, {EACH}, {seconds})")
    finally:
        server.stop()
    yield from _accepted("auction.postgres", found, limit)
    yield Figure("auction.postgres: compare-and-swap", swaps, "1/s")
    yield Figure("auction.postgres: SELECT FOR UPDATE", locks, "1/s")
    yield Figure("auction.postgres: accepted / compare-and-swap", found["rate"] / swaps, "ratio")
    yield Figure("auction.postgres: accepted / SELECT FOR UPDATE", found["rate"] / locks, "ratio")
    if whole:
        yield Figure("auction.postgres: whole bid, SELECT FOR UPDATE", whole, "1/s")
        yield Figure("auction.postgres: accepted / whole bid", found["rate"] / whole, "ratio")
    yield from _at_once("auction.postgres", many, number)


def _whole(server: postgres_server.PostgresServer, seconds: int) -> float:
    """Count the whole bids a second that a lock lets through; it needs a database of its own."""
    with _on(server) as (site, _address):
        return float(inside(site, f"alone({BIDDERS}, {seconds})")["rate"])


@contextmanager
def _on(server: postgres_server.PostgresServer) -> Iterator[tuple[Site, str]]:
    """Give a site on a new database of a server, and the database's address."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        address = server.create(f"b{uuid.uuid4().hex}")
        yield Site(Path(folder), extra={"DATABASE_URL": address}), address


def _accepted(name: str, found: dict[str, float], limit: float) -> Iterator[Figure]:
    yield Figure(f"{name}: accepted, {BIDDERS} bidders", found["rate"], "1/s")
    yield Figure(f"{name}: p99", found["p99"] * 1000, "ms")
    yield Figure(f"{name}: refused", found["refused"], "share")
    yield Figure(f"{name}: raw commit limit", limit, "1/s")
    yield Figure(f"{name}: accepted / raw commit limit", found["rate"] / limit, "ratio")


def _at_once(name: str, found: dict[str, float], number: int) -> Iterator[Figure]:
    yield Figure(f"{name}: {number} at once, accepted", found["rate"], "1/s")
    yield Figure(f"{name}: {number} at once, p99", found["p99"] * 1000, "ms")


def inside(site: Site, act: str) -> Any:
    """Do something of `auction_rush` in a process of the site's, and give what it found."""
    return json.loads(site.python(PREPARED.format(act), 900).splitlines()[-1])


def _table(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bench_auction (id int PRIMARY KEY, price bigint, seq bigint,"
            " ends_at timestamptz)"
        )
        connection.execute(
            "CREATE TABLE bench_bid (seq bigint PRIMARY KEY, bidder int, price bigint,"
            " at timestamptz)"
        )
        durable = connection.execute("SHOW synchronous_commit").fetchone()[0]
        if durable != "on":
            raise RuntimeError("a commit that is not durable is no peer")
        connection.execute("INSERT INTO bench_auction VALUES (1, 0, 0, now() + interval '1 hour')")


def _swaps(address: str, folder: Path, seconds: int) -> float:
    """Count the swaps of one row a second by pgbench, each a transaction of its own."""
    _table(address)
    script = folder / "swap.sql"
    script.write_text(SWAP.replace(":wish", str(2**60)))
    program = postgres_server.program("pgbench")
    load = ("-n", "-c", str(BIDDERS), "-j", "2", "-T", str(seconds), "-f", str(script))
    done = subprocess.run([program, *load, address], check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def _locks(address: str, seconds: int) -> float:
    """Count what as many threads accept a second when each locks the row, looks, and writes."""
    until, counted = perf_counter() + seconds, []

    def bid(bidder: int) -> None:
        done = 0
        with psycopg.connect(address) as connection:
            while perf_counter() < until:
                with connection.transaction():
                    price, seq = connection.execute(
                        "SELECT price, seq FROM bench_auction WHERE id = 1 FOR UPDATE"
                    ).fetchone()
                    connection.execute(
                        "UPDATE bench_auction SET price = %s, seq = %s WHERE id = 1",
                        [price + 1, seq + 1],
                    )
                    connection.execute(KEPT, [seq + 1, bidder, price + 1])
                done += 1
        counted.append(done)

    threads = [threading.Thread(target=bid, args=[bidder]) for bidder in range(BIDDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counted) / seconds


class Room:
    """One auction on the loopback, whose bidders outbid each other in turn."""

    def __init__(self, site: Site, code: str, tokens: list[str]) -> None:
        self.port = site.port
        self.pid = site.child.process.pid if site.child else 0
        self.path = f"/live/auction.{code}?since=0&parts=zh-hans"
        self.url, self.code, self.tokens, self.number = site.url, code, tokens, 0

    def act(self) -> float:
        """Bid a step more, and give the instant at which the bid left."""
        wish = {
            "auction": self.code,
            "kind": "bid",
            "price": str(2_600_000 + 20_000 * self.number),
            "key": f"k{self.number}",
        }
        token = self.tokens[self.number % len(self.tokens)]
        request = Request(  # noqa: S310 - our own server
            f"{self.url}/outcry/acts",
            data=json.dumps(wish).encode(),
            headers={"Authorization": f"Bearer {token}"},
        )
        self.number += 1
        begun = perf_counter()
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
            if json.load(answer)["accepted"] is not True:
                raise RuntimeError("a bid was refused")
        return begun


def _watched(number: int, rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        site = Site(Path(folder))
        [found] = inside(site, "rooms(1, 2)")
        site.start("--no-worker")
        try:
            served = asyncio.run(watched(Room(site, **found), number, rounds))
        finally:
            site.stop()
    bare = in_a_bare_loop(served.told, number, rounds)
    name = f"auction, {number} watchers"
    yield Figure(f"{name}: bid to all, p50", served.within(50), "ms")
    yield Figure(f"{name}: bid to all, p99", served.within(99), "ms")
    yield Figure(f"{name}: bare loop, p99", bare.within(99), "ms")
    yield Figure(f"{name}: each, CPU", served.cpu * 1e6, "µs")
