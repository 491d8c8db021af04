"""Closing waits for those who came in time: arrivals are stamped and counted at one gate.

A commit is stamped when its last byte has arrived, before any processing, and stays registered
until it is decided. Closing asks whether anybody who came before the deadline is still inside
(sealing.md 6.3: server slowness never costs a bidder). Several processes on PostgreSQL ask each
other through advisory locks named after the second of arrival, held from before it begins.
"""

import logging
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

SPAN: Final = 120
SETTLE: Final = timedelta(seconds=1)
AHEAD: Final = 5  # seconds that are held from before they begin
BEAT: Final = 0.2  # how often it is looked whether those inside have left
_CLASS: Final = 0x5EA1
_TAKE: Final = "SELECT pg_advisory_lock_shared(%s, second) FROM unnest(%s::int[]) AS second"
_GIVE_BACK: Final = "SELECT pg_advisory_unlock_shared(%s, second) FROM unnest(%s::int[]) AS second"

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
    """The advisory locks by which other processes see who is, or may be, inside here (PostgreSQL
    only).

    New locks are taken before old ones are given back, so that closing never finds a gap.
    """

    def __init__(self) -> None:
        self.seconds: set[int] = set()

    def take(self, wanted: AbstractSet[int]) -> None:
        """Hold these seconds, and no longer any other."""
        _call(_TAKE, wanted - self.seconds)
        _call(_GIVE_BACK, self.seconds - wanted)
        self.seconds = set(wanted)

    def forget(self) -> None:
        """Throw away a connection in an unknown state; whatever locks it had go with it."""
        self.seconds = set()
        if connection.connection is not None:
            connection.connection.close()  # else it would go back to the pool, locks and all
        connection.close()


class Keeper:
    """The thread that holds the locks of this second and the next few, and of whoever is inside.

    A second is held before it begins and until nobody stamped in it is undecided: however slow this
    process is, closing in another one finds the lock of an arrival that is not shown yet, and
    waits. A process that dies loses its connection, and with it its locks; one that hangs holds up
    closing until it goes on or is ended, because nobody else can tell whom it has inside.
    """

    def __init__(self, gate: Gate, clock: Callable[[], datetime] = timezone.now) -> None:
        self.gate, self.clock, self.hold = gate, clock, Hold()
        self.woken = threading.Event()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None
        self.is_over = False

    def watch(self) -> None:
        """See to it that arrivals are shown, from before they come."""
        if self._is_watching() or connection.vendor != "postgresql":
            return
        with self.starting:
            if not self._is_watching():
                self.is_over = False
                self.thread = threading.Thread(target=self._run, name="intake-gate", daemon=True)
                self.thread.start()

    def _is_watching(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def arrived(self) -> None:
        """Show who has just come in, should this second not be held yet."""
        self.watch()
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
            self.look()
            self.woken.wait(BEAT)
            self.woken.clear()
        self._take(set())
        connection.close()

    def look(self) -> None:
        """Hold what must be held now."""
        now = int(self.clock().timestamp())  # read before looking inside, so that none is missed
        inside = {int(stamp.timestamp()) for stamp in self.gate.inside()}
        self._take(inside | set(range(now, now + AHEAD)))

    def _take(self, wanted: AbstractSet[int]) -> None:
        try:
            if wanted != self.hold.seconds:
                self.hold.take(wanted)
        except (DatabaseError, InterfaceError) as failure:
            logger.error("intake: arrivals could not be shown: %s", type(failure))  # noqa: TRY400 - its text could quote a row
            self.hold.forget()


KEEPER = Keeper(GATE)


@contextmanager
def arrival(clock: Callable[[], datetime]) -> Iterator[datetime]:
    """Stamp whoever comes in, and keep them registered until the block is left."""
    KEEPER.watch()
    stamp = GATE.enter(clock)
    KEEPER.arrived()
    try:
        yield stamp
    finally:
        GATE.leave(stamp)


def _call(statement: str, seconds: AbstractSet[int]) -> None:
    if seconds:
        with connection.cursor() as cursor:
            cursor.execute(statement, [_CLASS, sorted(seconds)])


def all_decided(deadline: datetime, at: datetime) -> bool:
    """Tell whether every commit that came before the deadline, to any process, is decided."""
    if not GATE.is_clear(deadline):
        return False
    return connection.vendor != "postgresql" or _others_decided(deadline, at)


def _others_decided(deadline: datetime, at: datetime) -> bool:
    """Try the locks of every second before the deadline; the settling second covers the stamp of a
    process that has only just begun.
    """
    if at < deadline + SETTLE:
        return False
    last = math.ceil(deadline.timestamp()) - 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_try_advisory_xact_lock(%s, second))"
            " FROM generate_series(%s::int, %s::int) AS second",
            [_CLASS, last - SPAN, last],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
