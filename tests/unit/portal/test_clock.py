"""The due-work loop goes on whatever one piece of its work runs into."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from kernel.errors import Conflict
from portal import clock

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "failure",
    [
        Conflict("x.y", "no"),
        OperationalError("database is locked"),
        OSError("no space left on device"),
        ValueError("a fault of ours"),
    ],
)
def test_one_failing_work_does_not_keep_the_others_from_being_done(failure, monkeypatch):
    def fail(_at):
        raise failure

    monkeypatch.setattr(clock, "DUE_WORK", [fail, lambda _at: 2])
    monkeypatch.setattr(clock.sequencer, "sequence", lambda **_named: 1)
    assert clock.tick(AT) == 3
