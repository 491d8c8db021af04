"""The desk before the writer: commits that came together are examined together, without a lock.

Who hands in is read here, after the commit arrived and as of its arrival: no permission is
remembered from one group to the next.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from accounts import queries as accounts
from bidding.intake import objects
from bidding.intake.line import LOST, Line, Room, busy, together
from bidding.intake.writer import Writer, tell
from bidding.services.examining import Examined, Handover, Submission, examine_all
from kernel.errors import Denied, DomainError
from kernel.text import gettext_noop as _

MOST: Final = 64  # the parts of large bodies are read for a whole group: this bounds the memory

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Knock:
    """A commit as it arrived, with the token it came under; and who waits for the receipt."""

    token: str
    submission: Submission
    at: datetime
    answer: "Future[Any]"


class Desk:
    """Examines commits and hands on to the writer what is right."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.line: Line[Knock] = Line("intake-desk", self._serve, Room(MOST))

    def submit(self, token: str, submission: Submission, at: datetime) -> "Future[Any]":
        """Queue a commit; what was decided is known when it is durable."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # whoever stops waiting does not undo it
        self.line.join(Knock(token, submission, at, answer))
        return answer

    def stop(self) -> None:
        """Examine who stands in line and end the thread."""
        self.line.stop()

    def _serve(self, knocks: Sequence[Knock]) -> None:
        try:
            found = together(examined, knocks)
        except LOST as failure:
            logger.error("intake: %d commits were not examined: %s", len(knocks), type(failure))  # noqa: TRY400 - its text could quote a row
            connection.close()
            found = [busy()] * len(knocks)
        if connection.vendor == "postgresql" and self.line.is_empty():
            connection.close()  # pooled; in a rush it is kept, to stand in no second line
        for knock, outcome in zip(knocks, found, strict=True):
            self._hand_on(knock, outcome)

    def _hand_on(self, knock: Knock, outcome: Examined | Exception) -> None:
        if not isinstance(outcome, Examined):
            tell(knock.answer, outcome)
            return
        try:
            self.writer.decide(outcome, knock.answer)
        except DomainError as full:
            tell(knock.answer, full)


def examined(knocks: Sequence[Knock]) -> list[Examined | DomainError]:
    """Find out who knocks, and examine what they bring, in the order they came."""
    bearers = accounts.intake_bearers([(knock.token, knock.at) for knock in knocks])
    handovers = [
        bearer and Handover(bearer.actor, bearer.uscc, knock.submission, knock.at)
        for bearer, knock in zip(bearers, knocks, strict=True)
    ]
    known = iter(examine_all([given for given in handovers if given], objects.read_head))
    return [no_token() if given is None else next(known) for given in handovers]


def no_token() -> Denied:
    """Say that a token is forged, over or revoked."""
    return Denied(
        "intake.token", _("上传凭证无效或已过期（有效期 12 小时）。请重新登录取得凭证后再试。")
    )
