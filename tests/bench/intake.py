"""The deadline rush: commits accepted a second, against what the disk commits at most.

Each commit is whole: token, signature, records, roots, chain, private tree, signed receipt; its
objects are uploaded beforehand, as in life. The limit is one-row transactions of SQLite with
synchronous=FULL on the same disk in the same run.
"""

import asyncio
import json
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.figures import Figure
from tests.rig.site import Site

CLIENTS = 64
PREPARED = (
    "from django.core.management import call_command as c;"
    "c('migrate', '--noinput', verbosity=0); c('createcachetable', verbosity=0);"
    "from tests.bench import intake; intake.rush({bidders})"
)


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure in a process of its own, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        printed = Site(Path(folder)).python(PREPARED.format(bidders=60 if short else 600), 300)
    found = json.loads(printed.splitlines()[-1])
    yield Figure("intake.commits", found["commits"], "1/s")
    yield Figure("intake.p99", found["p99"] * 1000, "ms")
    yield Figure("intake.limit", found["limit"], "1/s")
    yield Figure("intake.share_of_limit", found["commits"] / found["limit"], "ratio")


def rush(bidders: int) -> None:
    """Seal and upload everything, then let all clients commit at once; runs inside the site."""
    from django.conf import settings  # noqa: PLC0415 - only the child process has Django
    from django.utils import timezone  # noqa: PLC0415 - as above

    from bidding.intake.application import Intake  # noqa: PLC0415 - as above
    from tests import sealed, world  # noqa: PLC0415 - as above

    now = timezone.now()
    cast = world.cast(now - timedelta(hours=1))
    tender = sealed.published(cast, now + timedelta(hours=1))
    requests = []
    for _ in range(bidders):
        person, organisation = sealed.newcomer(now - timedelta(hours=1))
        sealed.register_organisation(tender, organisation, person)
        offer = sealed.Offer(tender, organisation.uscc)
        request = offer.seal()
        sealed.store(offer, now)
        requests.append((sealed.token_of(person, organisation, now), request))
    took, seconds = asyncio.run(_send(Intake(), requests))
    found = {
        "commits": len(requests) / seconds,
        "p99": statistics.quantiles(took, n=100)[98],
        "limit": _limit(settings.VAR / "limit.sqlite3"),
    }
    print(json.dumps(found))  # noqa: T201 - read by the process that measures


async def _send(intake: Any, requests: list[tuple[str, dict]]) -> tuple[list[float], float]:
    from tests.sealed import Door  # noqa: PLC0415 - only the child process has Django

    took: list[float] = []
    waiting = iter(requests)

    async def client() -> None:
        for token, request in waiting:
            begun = perf_counter()
            status, answer = await Door(intake, token).commit(request)
            assert status == 201, answer
            took.append(perf_counter() - begun)

    begun = perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return took, perf_counter() - begun


def _limit(path: Path) -> float:
    """Count one-row transactions a second, each durable."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x);")
    begun, count = perf_counter(), 0
    while (seconds := perf_counter() - begun) < 1:
        database.execute("INSERT INTO t VALUES (zeroblob(1024))")
        count += 1
    database.close()
    return count / seconds
