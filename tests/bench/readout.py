"""A hall of 300 bids opened with 3 of 5 custodians, through the services and the database (T6).

The database is synced as in production (SQLite, `synchronous=FULL`). Half of the bids are read line
by line, as a host does who reads each aloud; the rest at once. Beside it, in the same run: how long
this disk takes for one durable row.
"""

import os
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.figures import Figure, timed

BIDS = 300
FULL = 2
ROWS = 50
HOLDERS = ("lin", "zhou", "feng", "zheng", "tang")
OFFICES = ("purchaser", "centre", "notary", "centre", "supervisor")


def measure(*, short: bool) -> Iterator[Figure]:
    """Open a hall on a database of its own: each share, then keys to the first line and to all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - the other measurements need no Django

    django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

    sync_as_in_production()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        yield Figure("hall T6: one durable row on this disk", durable_row(), "s")
        yield from read_out(30 if short else BIDS)
    finally:
        teardown_databases(kept, verbosity=0)


def sync_as_in_production() -> None:
    """Tests do not sync their database; what is measured does."""
    from django.db import connection  # noqa: PLC0415 - Django has to be set up

    connection.close()
    connection.settings_dict["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone() != (FULL,):
            raise RuntimeError("the database would not sync")
    connection.close()


def durable_row() -> float:
    """Give the seconds one durable one-row transaction takes, the middle one of fifty."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "limit.sqlite3", isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x)"
        )
        for _ in range(ROWS):
            with timed() as writing:
                database.execute("INSERT INTO t VALUES (zeroblob(1024))")
            took.append(writing.seconds)
        database.close()
    return statistics.median(took)


def read_out(number: int) -> Iterator[Figure]:
    """Hand in every share, publish three keys of five, read out; all through the services."""
    from bidding.services import opening  # noqa: PLC0415 - Django has to be set up

    hall = crowd(number)
    hall.close()
    hall.to("unlocking")
    shares = {name: hall.share(name) for name, _lot in hall.offers}
    with timed() as handing:
        for name, share in shares.items():
            hall.hand_in(name, share=share)
    yield Figure("hall T6: a share handed in", handing.seconds / number, "s")
    hall.act("close_unlock")
    for place, name in enumerate(HOLDERS[:3], 1):
        hall.release(name, key=key_of(hall, place), index=place)
    begun = perf_counter()
    opening.due(hall.at)
    yield Figure(f"hall T6: keys to first of {number} lines", perf_counter() - begun, "s")
    if read_lines(hall) != 1:
        raise RuntimeError("the keys alone did not bring the first line")
    yield from line_by_line(hall, number // 2)
    left = number - read_lines(hall)
    with timed() as reading:
        hall.act("read_all")
    yield Figure(f"hall T6: {left} lines at once", reading.seconds, "s")
    yield Figure("hall T6: a line, of those at once", reading.seconds / left, "s")
    hall.act("read_next")
    if hall.session.state != "objecting" or read_lines(hall) != number:
        raise RuntimeError("not every bid was read out")


def line_by_line(hall: Any, until: int) -> Iterator[Figure]:
    """Read on one by one until so many are read."""
    took = []
    while read_lines(hall) < until:
        with timed() as reading:
            hall.act("read_next")
        took.append(reading.seconds)
    yield Figure("hall T6: a line, one by one", statistics.median(took), "s")
    yield Figure("hall T6: the slowest line", max(took), "s")


def read_lines(hall: Any) -> int:
    """Count what was read out."""
    from bidding.queries import opening as queries  # noqa: PLC0415

    return queries.read_count(hall.session)


def key_of(hall: Any, place: int) -> bytes:
    """Give a custodian's stage key."""
    from tests import sealed  # noqa: PLC0415

    return sealed.CUSTODIANS[place - 1].stage(hall.tender.code, hall.stage)


def crowd(number: int) -> Any:
    """Publish a tender under five custodians and let so many bidders seal and submit."""
    from datetime import timedelta  # noqa: PLC0415

    from tests import factories, openings, sealed  # noqa: PLC0415
    from tests import world as worlds  # noqa: PLC0415
    from trading.models import Custodian  # noqa: PLC0415

    world = worlds.cast()
    tender = sealed.published(world, openings.CLOSES_AT, custodians=(3, 5))
    tender.threshold = 3
    tender.save(update_fields=["threshold"])
    for place, (name, office) in enumerate(zip(HOLDERS, OFFICES, strict=True), 1):
        Custodian.objects.create(
            tender=tender, index=place, person=world.person(name), office=office
        )
    hall = openings.Hall(world, tender, "whole")
    for place in range(number):
        name = f"bidder{place}"
        world.organisations[name] = factories.organisation()
        world.people[name] = factories.person(name, f"投标人{place}")
        worlds.PEOPLE[name] = (name, "bidder", name)
        factories.role(world.people[name], "bidder", world.organisations[name])
        at = openings.CLOSES_AT - timedelta(hours=1) + timedelta(seconds=place)
        openings.submit(hall, name, 1, at)
    return hall
