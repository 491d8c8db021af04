"""A hall that is led step by step from outside the server, by the services themselves.

`obey` runs inside the site, in a process of its own, and takes a step for each line it is told: a
test may look at every step for as long as it likes.
"""

import sys
import time
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from bidding.queries import opening as queries
from bidding.services import opening
from tests import openings, world
from trading.domain.completeness import CLOSING_GRACE
from trading.services import close_tender

ROLES_SINCE = timedelta(days=90)
DEADLINE_IN = timedelta(seconds=45)


class Step(NamedTuple):
    """One step of the session script (rulebook 3.1)."""

    stage: tuple[str, ...]
    """What the stage says."""
    fact: str
    """The kind of the newest fact the log has to show."""
    acts: tuple[str, ...] = ()
    """What is done to reach it."""
    shares: int = 0
    """How many bids the wall marks whose share is in and that are not read yet."""


STEPS = (
    Step(("距投标截止与开标",), "opening.scheduled"),
    Step(("距投标截止与开标",), "attendance.signed_in", ("sign_in:chen", "sign_in:zhou")),
    Step(("投标已截止，名单已冻结",), "opening.counted", ("close",)),
    Step(("宣布开标纪律",), "opening.announced", ("act:announce",)),
    Step(("3",), "opening.listed", ("act:list",)),
    Step(("3",), "opening.seal_checked", ("act:check_seals", "checks:zhao")),
    Step(
        ("投标人解密", "1 / 3"),
        "opening.share_accepted",
        ("act:start_unlock", "hand_in:zhao"),
        shares=1,
    ),
    Step(
        ("托管人启封", "1 / 2"),
        "opening.key_released",
        ("hand_in:chen", "hand_in:hu", "act:close_unlock", "release:zhou"),
        shares=3,
    ),
    Step(
        ("启封成功，开始唱标",),
        "opening.reading_started",
        ("release:lin", "act:start_reading"),
        shares=3,
    ),
    Step(("晨光医疗科技有限公司", "¥ 800,000.00"), "bid.read", ("act:read_next",), shares=2),
    Step(
        ("现场异议",),
        "opening.objection_raised",
        ("act:read_all", "act:read_next", "objects:chen"),
    ),
    Step(
        ("确认开标记录", "1 / "),
        "opening.confirmed",
        ("answers", "act:invite_confirmation", "confirms:zhou"),
    ),
    Step(("开标结束",), "opening.ended", ("act:end",)),
)


class Led:
    """A hall in which three have submitted, and whoever acts in it."""

    def __init__(self) -> None:
        now = timezone.now()
        cast = world.cast(now - ROLES_SINCE)
        self.hall = openings.sealed_bids(cast, closes_at=now + DEADLINE_IN)

    def does(self, *acts: str) -> None:
        """Do several things one after another: `act:list`, `hand_in:chen`, `close`."""
        for act in acts:
            name, _colon, what = act.partition(":")
            self.hall.at = timezone.now()
            doing = getattr(self, name, None) or getattr(self.hall, name)
            doing(*what.split())

    def close(self) -> None:
        """Let the deadline pass, and close."""
        hall = self.hall
        due = hall.tender.bids_close_at + CLOSING_GRACE
        time.sleep(max(0.0, (due - hall.at).total_seconds()))
        close_tender(code=hall.tender.code, at=timezone.now())

    def _as(self, name: str) -> dict[str, Any]:
        return {"actor": self.hall.actor(name), **self.hall.place, "at": self.hall.at}

    def sign_in(self, name: str) -> None:
        """Be there."""
        opening.sign_in(**self._as(name))

    def checks(self, name: str) -> None:
        """Find the own seal intact."""
        opening.check_seals(**self._as(name), intact=True)

    def objects(self, name: str) -> None:
        """Raise an objection."""
        opening.raise_objection(**self._as(name), text="请说明第一份投标的提交时间。")

    def answers(self) -> None:
        """Answer it as the host."""
        (raised,) = queries.objections_of(self.hall.session)
        opening.answer_objection(
            **self._as("qian"), objection=raised.pk, text="以平台签名回执为准。"
        )

    def confirms(self, name: str) -> None:
        """Confirm the record."""
        opening.confirm(**self._as(name))


def obey() -> None:
    """Print the hall's code, then take a step for each line that comes."""
    led = Led()
    print(led.hall.tender.code, flush=True)  # noqa: T201 - the answer to the test
    for step, _line in zip(STEPS, sys.stdin, strict=False):
        led.does(*step.acts)
        print("done", flush=True)  # noqa: T201 - as above
