"""Closing waits for those who came in time: arrivals are stamped and counted at one gate.

A commit is stamped when its last byte has arrived, before any processing, and stays registered
until it is decided. Closing asks whether anybody who came before the deadline is still inside
(sealing.md 6.3: server slowness never costs a bidder). Several processes on PostgreSQL ask each
other through advisory locks named after the second of arrival.
"""

import threading
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

SPAN: Final = 120
SETTLE: Final = timedelta(seconds=1)
_CLASS: Final = 0x5EA1


class Gate:
    """The arrivals of this process that are not decided yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[datetime] = Counter()

    def enter(self, clock: Callable[[], datetime]) -> datetime:
        """Stamp an arrival; the lock leaves no instant between the stamp and its registration."""
        with self._lock:
            stamp = clock()
            self._inside[stamp] += 1
        return stamp

    def leave(self, stamp: datetime) -> None:
        """Take note that an arrival is decided."""
        with self._lock:
            self._inside[stamp] -= 1
            if not self._inside[stamp]:
                del self._inside[stamp]

    def inside(self) -> set[datetime]:
        """Give the arrivals of this process that are not decided yet."""
        with self._lock:
            return set(self._inside)

    def is_clear(self, deadline: datetime) -> bool:
        """Tell whether nobody who came before the deadline is still being decided here."""
        with self._lock:
            return all(stamp >= deadline for stamp in self._inside)


GATE = Gate()


class Hold:
    """The advisory locks a writer holds for what it is deciding (PostgreSQL only).

    The next batch's locks are taken before the last one's are given back, so that closing never
    finds a gap between two batches.
    """

    def __init__(self) -> None:
        self._held: set[int] = set()

    def take(self, arrivals: AbstractSet[datetime]) -> None:
        """Hold the seconds of these arrivals, and no longer those of the last batch."""
        if connection.vendor != "postgresql":
            return
        wanted = {int(stamp.timestamp()) for stamp in arrivals}
        _call("pg_advisory_lock_shared", wanted - self._held)
        _call("pg_advisory_unlock_shared", self._held - wanted)
        self._held = wanted

    def give_back(self) -> None:
        """Hold nothing while nobody waits to be decided."""
        with suppress(DatabaseError, InterfaceError):
            self.take(set())

    def forget(self) -> None:
        """Know that the connection is gone, and its locks with it."""
        self._held = set()


def _call(function: str, seconds: AbstractSet[int]) -> None:
    with connection.cursor() as cursor:
        for second in sorted(seconds):
            cursor.execute(f"SELECT {function}(%s, %s)", [_CLASS, second])


def all_decided(deadline: datetime, at: datetime) -> bool:
    """Tell whether every commit that came before the deadline, to any process, is decided."""
    if not GATE.is_clear(deadline):
        return False
    return connection.vendor != "postgresql" or _others_decided(deadline, at)


def _others_decided(deadline: datetime, at: datetime) -> bool:
    """Try the locks other writers hold; the settling second covers a stamp not yet queued."""
    if at < deadline + SETTLE:
        return False
    last = int(deadline.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_try_advisory_xact_lock(%s, second))"
            " FROM generate_series(%s::int, %s::int) AS second",
            [_CLASS, last - SPAN, last],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
