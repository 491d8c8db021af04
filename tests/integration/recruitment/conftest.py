"""Every test of recruitment begins on the same working morning; pages read the clock themselves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.world import AT

NOW = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _that_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield
