"""The deadline rush: commits accepted a second, and bodies taken in, against what the machine does.

Each commit is whole: token, signature, records, roots, chain, private tree, signed receipt; its
objects are uploaded beforehand, as in life. Limits, in the same run: one-row transactions on the
same disk (of SQLite with synchronous=FULL; of pgbench with as many clients), and what the
cryptography of a commit costs alone. A body's limit is SHA-256 over the same bytes.
"""

import json
import re
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from tests.bench import http_rush
from tests.bench.figures import Figure
from tests.rig import postgres_server
from tests.rig.site import Site

CLIENTS = 200
AT_ONCE = 256
SHORT = 64  # of everything, where a whole run would take too long
PREPARED = (
    "from django.core.management import call_command as c;"
    "c('migrate', '--noinput', verbosity=0); c('createcachetable', verbosity=0);"
    "from tests.bench import intake_rush as rush; rush.{}"
)
SECONDS = 3


def measure(*, short: bool) -> Iterator[Figure]:
    """Measure in processes of their own, each on a database of its own."""
    load = (SHORT, SHORT, SHORT) if short else (3 * AT_ONCE, CLIENTS, AT_ONCE)
    yield from _on_sqlite(*load)
    yield from _over_http(*load[:2])
    yield from _uploads(8 if short else 64)
    yield from _on_postgres(*load)


def _on_sqlite(bidders: int, clients: int, at_once: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        found = _inside(Site(Path(folder)), f"commits({bidders}, {clients}, {at_once})")
        limit = sqlite_limit(Path(folder) / "limit.sqlite3")
    yield from _commits("intake.commits", found, limit)


def _commits(name: str, found: dict[str, float], limit: float) -> Iterator[Figure]:
    yield Figure(name, found["rate"], "1/s")
    yield Figure(f"{name}.p99", found["p99"] * 1000, "ms")
    yield Figure(f"{name}.at_once_p99", found["at_once_p99"] * 1000, "ms")
    yield Figure(f"{name}.limit", limit, "1/s")
    yield Figure(f"{name}.share_of_limit", found["rate"] / limit, "ratio")
    yield Figure(f"{name}.cpu", found["cpu"] * 1000, "ms")
    yield Figure(f"{name}.floor_by_cpu", found["floor"] / found["cpu"], "ratio")


def _over_http(bidders: int, clients: int) -> Iterator[Figure]:
    """The same through the real daphne; the clients are this process, which only writes bytes."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        site = Site(Path(folder))
        requests = _inside(site, f"prepared({bidders})")
        site.start("--no-worker")
        try:
            found = http_rush.send(site.port, requests, clients)
        finally:
            site.stop()
        limit = sqlite_limit(Path(folder) / "limit.sqlite3")
    yield Figure("intake.http", found["rate"], "1/s")
    yield Figure("intake.http.p99", found["p99"] * 1000, "ms")
    yield Figure("intake.http.share_of_limit", found["rate"] / limit, "ratio")


def _uploads(parts: int) -> Iterator[Figure]:
    """T4: a body through the door by the processor's time, which waiting for a disk is not."""
    with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
        found = _inside(Site(Path(folder)), f"uploads({parts})")
    yield Figure("intake.upload", found["rate"], "MiB/s")
    yield Figure("intake.upload.by_cpu", found["by_cpu"], "MiB/s")
    yield Figure("intake.upload.sha256", found["sha256"], "MiB/s")
    yield Figure("intake T4: upload / SHA-256", found["by_cpu"] / found["sha256"], "ratio")


def _on_postgres(bidders: int, clients: int, at_once: int) -> Iterator[Figure]:
    try:
        server = postgres_server.start(careless=False)
    except postgres_server.UnavailableError:
        return
    name = f"b{uuid.uuid4().hex}"
    address = server.create(name)
    try:
        with tempfile.TemporaryDirectory(prefix="yangguang-bench-") as folder:
            site = Site(Path(folder), extra={"DATABASE_URL": address})
            found = _inside(site, f"commits({bidders}, {clients}, {at_once})")
            limit = postgres_limit(address, Path(folder))
    finally:
        server.stop()
    yield from _commits("intake.postgres", found, limit)


def _inside(site: Site, act: str) -> Any:
    """Do something of `intake_rush` in a process of the site's, and give what it found."""
    return json.loads(site.python(PREPARED.format(act), 900).splitlines()[-1])


def sqlite_limit(path: Path) -> float:
    """Count one-row transactions a second, each durable."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x);")
    begun, count = perf_counter(), 0
    while (seconds := perf_counter() - begun) < SECONDS:
        database.execute("INSERT INTO t VALUES (zeroblob(1024))")
        count += 1
    database.close()
    return count / seconds


def postgres_limit(address: str, folder: Path) -> float:
    """Count one-row transactions a second of pgbench, with as many clients as a server takes."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE pgbench_rows (x bytea)")
    script = folder / "insert.sql"
    script.write_text("INSERT INTO pgbench_rows VALUES (decode(repeat('00', 1024), 'hex'));\n")
    done = subprocess.run(
        [
            postgres_server.program("pgbench"),
            *("-n", "-c", "64", "-j", "2", "-T", str(SECONDS), "-f", str(script), address),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])
