"""One sequencer a process: takes the acts that came while it was busy and decides them together.

Between processes, and before the acts of pages, the auction's row is the fence
(services/auction/table.py).
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from accounts import queries as accounts
from bidding.intake.desk import no_token
from bidding.intake.line import LOST, Answerable, Line, Room, busy, together
from bidding.services import auction
from bidding.services.auction import Answer, Handed
from bidding.services.auction.acting import Early
from kernel.errors import DomainError

MOST: Final = 512
INSIDE: Final = 16_384
"""How many acts may wait: all that a thousand bidders may have under way at once. None is refused
because there is much to do elsewhere, for at the last second there is no later.
"""
LOOK_AGAIN_SECONDS: Final = 0.05

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """An act, the token it came under, and who waits for its answer."""

    handed: Handed
    token: str
    answer: Answerable


ROOM: Final = Room(MOST, INSIDE, lambda job: job.handed.auction)
"""Each auction has a lane: a rush in one keeps nobody in another waiting for its whole length."""


class Passes:
    """Whom the passes of this second stand for; asked anew each second, so that one that was
    revoked opens nothing a second later.
    """

    def __init__(self) -> None:
        self.second = 0
        self.known: dict[str, str | None] = {}

    def owners(self, knocks: Sequence[tuple[str, datetime]]) -> dict[str, str | None]:
        """Give the organisation each pass stands for, or None."""
        second = max(int(at.timestamp()) for _token, at in knocks)
        if second != self.second:
            self.second, self.known = second, {}
        if new := [knock for knock in dict(knocks).items() if knock[0] not in self.known]:
            for (token, _at), bearer in zip(new, accounts.intake_bearers(new), strict=True):
                self.known[token] = bearer.uscc if bearer else None
        return self.known


class Bell:
    """Wakes the loops in which answers are waited for, those of a group together.

    Each call to a loop wakes it by a system call, at which the two threads may change places; a
    group of answers needs one.
    """

    def __init__(self) -> None:
        self.here = threading.local()

    def ring(self, ringing: "Waiting") -> None:
        """Wake whoever waits: now, or with the others of the group being told."""
        together = getattr(self.here, "together", None)
        if together is None:
            _wake(ringing.loop, [ringing])
        else:
            together[ringing.loop].append(ringing)

    @contextmanager
    def once(self) -> Iterator[None]:
        """Wake each loop once for all that are told in this block."""
        together: dict[asyncio.AbstractEventLoop, list[Waiting]] = defaultdict(list)
        self.here.together = together
        try:
            yield
        finally:
            del self.here.together
            for loop, those in together.items():
                _wake(loop, those)


class Waiting:
    """Somebody in a loop who waits for an answer; what is told comes with its whole group's."""

    __slots__ = ("bell", "loop", "told", "woken")

    def __init__(self, bell: Bell) -> None:
        self.bell, self.loop = bell, asyncio.get_running_loop()
        self.woken: asyncio.Future[Answer] = self.loop.create_future()
        self.told: Answer | BaseException | None = None

    def done(self) -> bool:
        """Tell whether the answer is known."""
        return self.told is not None

    def set_result(self, answer: Answer) -> None:
        """Give the answer."""
        self.told = answer
        self.bell.ring(self)

    def set_exception(self, refusal: BaseException) -> None:
        """Give what is raised in place of an answer."""
        self.told = refusal
        self.bell.ring(self)

    def wake(self) -> None:
        """Hand over what was told, in the loop; whoever has gone away wants nothing."""
        if self.woken.done():
            return
        if isinstance(self.told, BaseException):
            self.woken.set_exception(self.told)
        elif self.told is not None:
            self.woken.set_result(self.told)


def _wake(loop: asyncio.AbstractEventLoop, those: Sequence[Waiting]) -> None:
    def each() -> None:
        for one in those:
            one.wake()

    with suppress(RuntimeError):  # the loop is over: nobody waits
        loop.call_soon_threadsafe(each)


class Sequencer:
    """The line of acts, and how a group of it is decided."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.passes, self.bell = Passes(), Bell()
        self.line: Line[Job] = Line("auction-sequencer", self._serve, ROOM, _rest)

    def submit(self, handed: Handed, token: str) -> "Future[Any]":
        """Queue an act; its answer is known when it is durable. Refuses when the line is full."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not undo it
        self.line.join(Job(handed, token, answer))
        return answer

    async def decided(self, handed: Handed, token: str) -> Answer:
        """Queue an act and wait for its answer, which comes to the loop with its whole group's."""
        waiting = Waiting(self.bell)
        self.line.join(Job(handed, token, waiting))
        return await waiting.woken

    def stop(self) -> None:
        """Decide what is queued and end the thread."""
        self.line.stop()

    def _serve(self, jobs: Sequence[Job]) -> None:
        if not jobs:
            return  # the line has been told to end, and nobody stands in it
        outcomes = together(lambda some: _or_busy(self._decided, some), jobs)
        with self.bell.once():
            for job, outcome in zip(jobs, outcomes, strict=True):
                self._tell(job, outcome)

    def _decided(self, jobs: Sequence[Job]) -> list[Answer | DomainError]:
        """Find out who acts, as of the arrival, and decide for those who may."""
        owners = self.passes.owners([(job.token, job.handed.at) for job in jobs])
        may = [job for job in jobs if owners[job.token] == job.handed.owner]
        decided = iter(auction.decide_all([job.handed for job in may], self.clock(), _held))
        allowed = {id(job) for job in may}
        return [next(decided) if id(job) in allowed else no_token() for job in jobs]

    def _tell(self, job: Job, outcome: object) -> None:
        if isinstance(outcome, Early):
            again = threading.Timer(LOOK_AGAIN_SECONDS, self._again, [job])
            again.daemon = True
            again.start()
        elif isinstance(outcome, BaseException):
            job.answer.set_exception(outcome)
        else:
            job.answer.set_result(outcome)

    def _again(self, job: Job) -> None:
        try:
            self.line.join(job)
        except DomainError as full:
            job.answer.set_exception(full)


def _held(handed: Sequence[Handed], now: datetime) -> list[Any]:
    """Decide acts with the rows held; one that fails has no part in how the others fare, nor in
    what is known already of those decided beside them.
    """
    return together(
        lambda some: _or_busy(lambda those: auction.with_rows_held(those, now), some), handed
    )


def _or_busy(work: Callable[[Sequence[Any]], list[Any]], items: Sequence[Any]) -> list[Any]:
    """Do work for some, or say to these alone that they should come again."""
    try:
        return work(items)
    except LOST as failure:
        logger.error("auction: %d acts were not decided: %s", len(items), type(failure))  # noqa: TRY400 - its text could quote a row
        connection.close()
        return [busy()] * len(items)


def _rest() -> None:
    """Give a pooled connection back; in a rush it is kept, to stand in no second line."""
    if connection.vendor == "postgresql":
        connection.close()


SEQUENCER = Sequencer()
