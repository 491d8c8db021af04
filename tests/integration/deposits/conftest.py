"""Money around a bid by itself: what a tender's facts start is called as portal/reactions does."""

import pytest

from ledger import services
from portal.reactions import REACTIONS
from tests import tenders
from tests.deposited import ASKED, Till

OURS = (
    "tender.terminated",
    "tender.resumed",
    "tender.archived",
    "lot.failed",
    "award.notified",
    "contract.signed",
    "framework.notified",
    "framework.signed",
    "framework.terminated",
    "award.passed_over",
    "tender.reevaluated",
)


@pytest.fixture(autouse=True)
def ours_alone(monkeypatch):
    """Leave the reactions of the apps above out of it."""
    mine = {
        kind: tuple(act for act in REACTIONS[kind] if act.__module__.startswith("deposits."))
        for kind in OURS
    }
    monkeypatch.setattr(services, "_reactions", lambda: mine)


@pytest.fixture
def till(world):
    """A tender that takes bids and asks a deposit."""
    return Till(tenders.announced(world, bid_security=ASKED))
