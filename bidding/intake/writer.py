"""One writer a process: drains its line, one transaction a drain, and answers after COMMIT.

Group commit is what makes the deadline rush survivable: a hundred bids share one fsync and one read
of their tender, and no two threads of a process ever wait for each other's lock (performance.md 2,
docs/adr/0015-commits-in-groups.md).
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection, transaction

from bidding.intake.line import Line, Room, busy, together
from bidding.services import bids
from bidding.services.examining import Examined

BATCH: Final = 128

logger = logging.getLogger(__name__)

Act = Callable[[], Any]


@dataclass(frozen=True)
class Job:
    """A commit to be decided together with others, or any other act; and who waits for it."""

    what: Examined | Act
    answer: "Future[Any]"


class Writer:
    """The line of what is to be written, and how a group of it is."""

    def __init__(self) -> None:
        self.line: Line[Job] = Line("intake-writer", self._write, Room(BATCH))

    def submit(self, act: Act) -> "Future[Any]":
        """Queue an act; its result is known when it is durable. Refuses when the line is full."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not undo it
        self.line.join(Job(act, answer))
        return answer

    def decide(self, examined: Examined, answer: "Future[Any]") -> None:
        """Queue a commit, whose answer is set when the decision is durable."""
        self.line.join(Job(examined, answer))

    def stop(self) -> None:
        """Finish what is queued and end the thread."""
        self.line.stop()

    def _write(self, batch: Sequence[Job]) -> None:
        try:
            with transaction.atomic():
                outcomes = _outcomes(batch)
        except (DatabaseError, InterfaceError) as failure:
            logger.error("intake: a group of %d was not written: %s", len(batch), type(failure))  # noqa: TRY400 - its text could quote a row
            connection.close()
            outcomes = [(job, busy()) for job in batch]
        for job, outcome in outcomes:
            tell(job.answer, outcome)


def _outcomes(batch: Sequence[Job]) -> list[tuple[Job, Any]]:
    """Decide all commits in one savepoint, then do the acts, each in a savepoint of its own.

    Always in this order, so that two processes never wait for each other in a ring, and so that a
    commit that is noted as late finds what was accepted before it.
    """
    commits = [job for job in batch if isinstance(job.what, Examined)]
    acts = [job for job in batch if not isinstance(job.what, Examined)]
    decided = together(bids.accept_all, [job.what for job in commits]) if commits else []
    done = [together(_act, [job.what])[0] for job in acts]
    return list(zip(commits + acts, decided + done, strict=True))


def _act(acts: Sequence[Act]) -> list[Any]:
    with transaction.atomic():
        return [act() for act in acts]


def tell(answer: "Future[Any]", outcome: object) -> None:
    """Give whoever waits what came of it: a result, or what refused it."""
    if isinstance(outcome, BaseException):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)


WRITER = Writer()
