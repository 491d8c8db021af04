"""A line before one thread, which takes together whatever has come while it was busy.

Groups grow by themselves when there is much to do, and nobody ever waits for a group to fill.
"""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, connection

from kernel.errors import DomainError
from kernel.text import gettext_noop as _

LIMIT: Final = 512
REST_SECONDS: Final = 0.05
"""After so long without anybody in line its thread gives back what it need not hold."""
LOST: Final = (OperationalError, InterfaceError)
"""What the database raises when it is gone or locked: nobody's fault, and worth a second try."""

logger = logging.getLogger(__name__)


class Answerable(Protocol):
    """What a waiting one looks at: a future, or what does as one."""

    def done(self) -> bool:
        """Tell whether the answer is known."""

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - each line has answers of its own
        """Give the answer."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Give what is raised in place of an answer."""


class Waited(Protocol):
    """A job whose answer somebody waits for."""

    @property
    def answer(self) -> Answerable:
        """Give what the waiting one looks at."""


Job = TypeVar("Job", bound=Waited)


class Busy(DomainError):
    """The door cannot take more now, or could not write; the same request again is safe."""

    status = 503


class Fault(DomainError):
    """A fault of ours; whoever meets it learns no more than that."""

    status = 500


def fault() -> Fault:
    """Say that the fault is ours."""
    return Fault(
        "intake.fault",
        _("系统内部错误，未能确认本次请求。请用同样的内容重试；如仍失败，请联系交易中心。"),
    )


def busy() -> Busy:
    """Say that the request was not kept and should come again."""
    return Busy("intake.busy", _("系统繁忙，本次请求未保存。请稍后用同样的内容重试。"))


class Turns(Generic[Job]):
    """Who stands in line, by lanes: where not all find room in a group, each lane has one of its
    jobs in it by turns, so that a full lane makes nobody in another wait long. Within its lane
    everybody keeps the order of arrival.
    """

    def __init__(self, lane: Callable[[Job], Hashable]) -> None:
        self.lane = lane
        self.waiting: dict[Hashable, deque[Job]] = {}
        self.order: deque[Hashable] = deque()
        self.number = 0

    def add(self, job: Job) -> None:
        """Let a job stand at the end of its lane."""
        lane, self.number = self.lane(job), self.number + 1
        jobs = self.waiting.get(lane)
        if jobs is None:
            jobs = self.waiting[lane] = deque()
            self.order.append(lane)
        jobs.append(job)

    def take(self, most: int) -> list[Job]:
        """Take so many at most; the lane whose turn comes next begins the next group."""
        group: list[Job] = []
        while self.order and len(group) < most:
            lane = self.order.popleft()
            jobs = self.waiting[lane]
            group.append(jobs.popleft())
            if jobs:
                self.order.append(lane)
            else:
                del self.waiting[lane]
        self.number -= len(group)
        return group


@dataclass(frozen=True)
class Room:
    """How many a line holds, how many of them are served together, and what it has lanes for."""

    most: int
    limit: int = LIMIT
    lane: Callable[[Any], Hashable] = lambda _job: None


class Line(Generic[Job]):
    """The queue and its thread, which starts with the first job."""

    def __init__(
        self,
        name: str,
        serve: Callable[[Sequence[Job]], None],
        room: Room,
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self.name, self.serve, self.room, self.rest = name, serve, room, rest
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.turns: Turns[Job] = Turns(room.lane)
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()
        self.is_over = False

    def join(self, job: Job) -> None:
        """Stand in line; refused when the line is too long, or the thread has been told to end."""
        with self.starting:
            if self.is_over or self.jobs.qsize() + self.turns.number >= self.room.limit:
                raise busy()
            self.jobs.put(job)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self.thread.start()

    def is_empty(self) -> bool:
        """Tell whether nobody waits."""
        return self.jobs.empty() and not self.turns.number

    def stop(self) -> None:
        """Serve who stands in line, let nobody else in, and end the thread."""
        with self.starting:
            thread, self.is_over = self.thread, True
            self.jobs.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        goes_on = True
        while goes_on or self.turns.number:
            goes_on = self._gather(goes_on=goes_on)
            group = self.turns.take(self.room.most)
            try:
                self.serve(group)
            except Exception as failure:  # noqa: BLE001 - a fault must not end the only thread
                logger.error("%s: a group of %d failed: %s", self.name, len(group), where(failure))  # noqa: TRY400 - its text could quote a row
                leave_none_waiting(group)
                connection.close()
        connection.close()

    def _gather(self, *, goes_on: bool) -> bool:
        """Take in whoever has come, waiting for the first; and tell whether others may follow."""
        while goes_on:
            if self.turns.number and self.jobs.empty():
                return True
            job = self.jobs.get() if self.turns.number else self._first()
            if job is None:
                return False
            self.turns.add(job)
        return False

    def _first(self) -> Job | None:
        """Wait for a job, and rest when none comes for a while."""
        try:
            return self.jobs.get(timeout=REST_SECONDS)
        except queue.Empty:
            self.rest()
        return self.jobs.get()


def leave_none_waiting(group: Sequence[Waited]) -> None:
    """Tell everybody who has no answer yet to come again: a job may be done twice, never lost."""
    for job in group:
        if not job.answer.done():
            job.answer.set_exception(busy())


def where(failure: BaseException) -> str:
    """Name a fault by its kind and place; its text could quote a row, which no log may hold."""
    place = failure.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    kind = type(failure).__name__
    return (
        kind if place is None else f"{kind}, {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}"
    )


def together(work: Callable[[Sequence[Any]], Sequence[Any]], items: Sequence[Any]) -> list[Any]:
    """Do work for all items at once; when that fails, for each half alone, so that what one of them
    does wrong never touches the others, and costs a rush little. What an item alone raises is its
    outcome.
    """
    try:
        return list(work(items))
    except LOST:
        raise
    except Exception as failure:  # noqa: BLE001 - handed to whoever waits for the item
        if len(items) == 1:
            return [failure]
    half = len(items) // 2
    return together(work, items[:half]) + together(work, items[half:])
