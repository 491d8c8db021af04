"""One sequencer a process: takes the acts that came while it was busy and decides them together.

Between processes, and before the acts of pages, the auction's row is the fence
(services/auction/table.py).
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from accounts import queries as accounts
from bidding.intake.desk import no_token
from bidding.intake.line import Line, busy, together
from bidding.services import auction
from bidding.services.auction import Answer, Handed
from bidding.services.auction.deciding import Early
from kernel.errors import DomainError

MOST: Final = 512
LOOK_AGAIN_SECONDS: Final = 0.05

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """An act, the token it came under, and who waits for its answer."""

    handed: Handed
    token: str
    answer: "Future[Any]"


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
        new = [knock for knock in dict(knocks).items() if knock[0] not in self.known]
        for (token, _at), bearer in zip(new, accounts.intake_bearers(new), strict=True):
            self.known[token] = bearer.uscc if bearer else None
        return self.known


class Sequencer:
    """The line of acts, and how a group of it is decided."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.passes = Passes()
        self.line: Line[Job] = Line("auction-sequencer", self._serve, MOST)

    def submit(self, handed: Handed, token: str) -> "Future[Any]":
        """Queue an act; its answer is known when it is durable. Refuses when the line is full."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not undo it
        self.line.join(Job(handed, token, answer))
        return answer

    def stop(self) -> None:
        """Decide what is queued and end the thread."""
        self.line.stop()

    def _serve(self, jobs: Sequence[Job]) -> None:
        if not jobs:
            return  # the line has been told to end, and nobody stands in it
        try:
            outcomes = together(self._decided, jobs)
        except (DatabaseError, InterfaceError) as failure:
            logger.error("auction: a group of %d was not decided: %s", len(jobs), type(failure))  # noqa: TRY400 - its text could quote a row
            connection.close()
            outcomes = [busy()] * len(jobs)
        if connection.vendor == "postgresql" and self.line.is_empty():
            connection.close()  # pooled; in a rush it is kept, to stand in no second line
        for job, outcome in zip(jobs, outcomes, strict=True):
            self._tell(job, outcome)

    def _decided(self, jobs: Sequence[Job]) -> list[Answer | DomainError]:
        """Find out who acts, as of the arrival, and decide for those who may."""
        owners = self.passes.owners([(job.token, job.handed.at) for job in jobs])
        may = [job for job in jobs if owners[job.token] == job.handed.owner]
        decided = iter(auction.decide_all([job.handed for job in may], self.clock()))
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


SEQUENCER = Sequencer()
