"""One writer a process: drains its queue, one transaction a drain, and answers after COMMIT.

Group commit is what makes the deadline rush survivable: a hundred bids share one fsync, and no two
threads of a process ever wait for each other's lock (performance.md 2).
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from bidding import gate
from bidding.services.bids import Glance
from kernel.errors import DomainError
from kernel.text import gettext_noop as _

LIMIT: Final = 512
BATCH: Final = 128

logger = logging.getLogger(__name__)


class Busy(DomainError):
    """The door cannot take more now, or could not write; the same request again is safe."""

    status = 503


def busy() -> Busy:
    """Say that the request was not kept and should come again."""
    return Busy("intake.busy", _("系统繁忙，本次请求未保存。请稍后用同样的内容重试。"))


Work = Callable[[Glance], Any]


@dataclass(frozen=True)
class Job:
    """Something to write, the arrival that must not be overtaken by closing, and who waits."""

    work: Work
    arrival: datetime | None
    answer: "Future[Any]"


Outcome = tuple[Any, BaseException | None]


class Writer:
    """The queue and its thread, which starts with the first job."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[Job | None] = queue.Queue(LIMIT)
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def submit(self, work: "Work", arrival: datetime | None = None) -> "Future[Any]":
        """Queue a job; its result is known when it is durable. Refuses when the queue is full."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not undo it
        try:
            self.jobs.put_nowait(Job(work, arrival, answer))
        except queue.Full:
            raise busy() from None
        self._start()
        return answer

    def _start(self) -> None:
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
                self.thread.start()

    def stop(self) -> None:
        """Finish what is queued and end the thread."""
        with self.starting:
            thread, self.thread = self.thread, None
        if thread is not None and thread.is_alive():
            self.jobs.put(None)
            thread.join()

    def _run(self) -> None:
        with gate.Hold() as hold:
            while (batch := self._next()) is not None:
                self._write(batch, hold)
        connection.close()

    def _next(self) -> list[Job] | None:
        """Wait for a job, then take what else has come; None when told to stop."""
        batch: list[Job] = []
        with contextlib.suppress(queue.Empty):
            batch = [job] if (job := self.jobs.get()) else []
            while batch and len(batch) < BATCH:
                job = self.jobs.get_nowait()
                if job is None:
                    self.jobs.put(None)
                    break
                batch.append(job)
        return batch or None

    def _write(self, batch: Sequence[Job], hold: "gate.Hold") -> None:
        try:
            hold.take({job.arrival for job in batch if job.arrival is not None})
            with transaction.atomic():
                outcomes = list(_outcomes(batch))
        except (DatabaseError, InterfaceError) as failure:
            logger.error("intake: a group of %d was not written: %s", len(batch), type(failure))  # noqa: TRY400 - its text could quote a row
            hold.forget()
            connection.close()
            outcomes = [(None, busy())] * len(batch)
        if self.jobs.empty():
            hold.give_back()
        for job, outcome in zip(batch, outcomes, strict=True):
            _tell(job, outcome)


def _outcomes(batch: Sequence[Job]) -> Iterator[Outcome]:
    """Do each job in a savepoint of its own, so that a refusal undoes nobody else's."""
    glance = Glance()
    for job in batch:
        outcome: Outcome
        try:
            with transaction.atomic():
                outcome = job.work(glance), None
        except (OperationalError, InterfaceError):
            raise
        except Exception as refusal:  # noqa: BLE001 - handed to whoever asked for the job
            outcome = None, refusal
        yield outcome


def _tell(job: Job, outcome: Outcome) -> None:
    result, refusal = outcome
    if refusal is None:
        job.answer.set_result(result)
    else:
        job.answer.set_exception(refusal)


WRITER = Writer()
