"""A line before one thread, which takes together whatever has come while it was busy.

Groups grow by themselves when there is much to do, and nobody ever waits for a group to fill.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection

from kernel.errors import DomainError
from kernel.text import gettext_noop as _

LIMIT: Final = 512
LOST: Final = (OperationalError, InterfaceError)
"""What the database raises when it is gone or locked: nobody's fault, and worth a second try."""

Job = TypeVar("Job")


class Busy(DomainError):
    """The door cannot take more now, or could not write; the same request again is safe."""

    status = 503


def busy() -> Busy:
    """Say that the request was not kept and should come again."""
    return Busy("intake.busy", _("系统繁忙，本次请求未保存。请稍后用同样的内容重试。"))


class Line(Generic[Job]):
    """The queue and its thread, which starts with the first job."""

    def __init__(
        self,
        name: str,
        serve: Callable[[Sequence[Job]], None],
        most: int,
        end: Callable[[], None] = lambda: connection.close(),  # noqa: PLW0108 - the thread's own
    ) -> None:
        self.name, self.serve, self.most, self.end = name, serve, most, end
        self.jobs: queue.Queue[Job | None] = queue.Queue(LIMIT)
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def join(self, job: Job) -> None:
        """Stand in line; refused when the line is too long."""
        try:
            self.jobs.put_nowait(job)
        except queue.Full:
            raise busy() from None
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self.thread.start()

    def is_empty(self) -> bool:
        """Tell whether nobody waits."""
        return self.jobs.empty()

    def stop(self) -> None:
        """Serve who stands in line and end the thread."""
        with self.starting:
            thread, self.thread = self.thread, None
        if thread is not None and thread.is_alive():
            self.jobs.put(None)
            thread.join()

    def _run(self) -> None:
        while group := self._next():
            self.serve(group)
        self.end()

    def _next(self) -> list[Job]:
        """Wait for a job, then take what else has come; nothing when told to stop."""
        group: list[Job] = []
        with contextlib.suppress(queue.Empty):
            group = [job] if (job := self.jobs.get()) is not None else []
            while group and len(group) < self.most:
                job = self.jobs.get_nowait()
                if job is None:
                    self.jobs.put(None)
                    break
                group.append(job)
        return group


def together(work: Callable[[Sequence[Any]], Sequence[Any]], items: Sequence[Any]) -> list[Any]:
    """Do work for all items at once; when that fails, for each alone, so that what one of them does
    wrong never touches the others. What an item alone raises is its outcome.
    """
    try:
        return list(work(items))
    except LOST:
        raise
    except Exception as failure:  # noqa: BLE001 - handed to whoever waits for the item
        if len(items) == 1:
            return [failure]
    return [outcome for item in items for outcome in together(work, [item])]
