"""Trading by itself: what higher apps do when a tender moves is tested where it belongs.

Pages and API read the clock themselves, and statutory days are counted from it: every test begins
on the same working morning, whatever day it is and however near midnight.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from ledger import services
from tests.world import AT

NOW = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_above(monkeypatch):
    """Leave the reactions of the apps above out of it."""
    monkeypatch.setattr(services, "_reactions", dict)


@pytest.fixture(autouse=True)
def _that_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield
