"""Closing waits for those who came in time: arrivals are stamped and counted at one gate.

A commit is stamped when its last byte has arrived, before any processing, and stays registered
until it is decided. Closing asks whether anybody who came before the deadline is still inside
(sealing.md 6.3: server slowness never costs a bidder). Several processes on PostgreSQL ask each
other through advisory locks named after the second of arrival.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

SPAN: Final = 120
SETTLE: Final = timedelta(seconds=1)
BEAT: Final = 0.1  # how often it is looked whether those inside have left
_CLASS: Final = 0x5EA1

logger = logging.getLogger(__name__)


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
    """The advisory locks by which other processes see who is inside here (PostgreSQL only).

    New locks are taken before old ones are given back, so that closing never finds a gap.
    """

    def __init__(self) -> None:
        self.seconds: set[int] = set()

    def take(self, arrivals: AbstractSet[datetime]) -> None:
        """Hold the seconds of these arrivals, and no longer those of who has left."""
        wanted = {int(stamp.timestamp()) for stamp in arrivals}
        _call("pg_advisory_lock_shared", wanted - self.seconds)
        _call("pg_advisory_unlock_shared", self.seconds - wanted)
        self.seconds = wanted

    def forget(self) -> None:
        """Know that the connection is gone, and its locks with it."""
        self.seconds = set()


class Keeper:
    """The thread that holds the locks of whoever is inside, from arrival until decided.

    A thread and a connection of its own: however long examining or writing takes, and however many
    stand in line before them, other processes see an arrival well within the settling second.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate, self.hold = gate, Hold()
        self.woken = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None
        self.is_over = False

    def arrived(self) -> None:
        """See to it that who has just come in is shown."""
        if connection.vendor != "postgresql":
            return
        with self.starting:
            if self.thread is None:
                self.is_over = False
                self.thread = threading.Thread(target=self._run, name="intake-gate", daemon=True)
                self.thread.start()
        self.woken.set()

    def stop(self) -> None:
        """Let go and end the thread; whoever stops has had everybody decided."""
        with self.starting:
            thread, self.thread = self.thread, None
        self.is_over = True
        self.woken.set()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while not self.is_over:
            self.woken.wait(BEAT if self.hold.seconds else None)
            self.woken.clear()
            self._look()
        connection.close()

    def _look(self) -> None:
        inside = self.gate.inside()
        try:
            if inside or self.hold.seconds:
                self.hold.take(inside)
        except (DatabaseError, InterfaceError) as failure:
            logger.error("intake: arrivals could not be shown: %s", type(failure))  # noqa: TRY400 - its text could quote a row
            self.hold.forget()
            self.woken.set()
            time.sleep(BEAT)
        if not self.hold.seconds:
            connection.close()


KEEPER = Keeper(GATE)


def _call(function: str, seconds: AbstractSet[int]) -> None:
    if not seconds:
        return
    with connection.cursor() as cursor:
        for second in sorted(seconds):
            cursor.execute(f"SELECT {function}(%s, %s)", [_CLASS, second])


def all_decided(deadline: datetime, at: datetime) -> bool:
    """Tell whether every commit that came before the deadline, to any process, is decided."""
    if not GATE.is_clear(deadline):
        return False
    return connection.vendor != "postgresql" or _others_decided(deadline, at)


def _others_decided(deadline: datetime, at: datetime) -> bool:
    """Try the locks other processes hold; the settling second covers a stamp not yet shown."""
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
