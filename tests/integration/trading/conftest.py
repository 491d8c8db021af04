"""Trading by itself: what higher apps do when a tender moves is tested where it belongs."""

import pytest

from ledger import services


@pytest.fixture(autouse=True)
def nothing_above(monkeypatch):
    """Leave the reactions of the apps above out of it."""
    monkeypatch.setattr(services, "_reactions", dict)
