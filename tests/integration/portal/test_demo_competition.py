"""The demo's second competition: those shortlisted are asked, and the room opens by the clock."""

from functools import partial

import pytest

from portal.demo import competitions, seed
from tests import world as worlds
from trading.models import Tender

pytestmark = pytest.mark.django_db


def test_a_competition_waits_for_its_room(monkeypatch):
    bought = tuple(one for one in seed.PURCHASES if one.framework.get("way") == "competition")
    monkeypatch.setattr(seed, "PURCHASES", bought)
    monkeypatch.setattr(seed, "rest", lambda at: [partial(competitions.ask, at)])
    seed.fill(worlds.AT)
    tender = Tender.objects.get(method="mini_competition")
    assert (tender.state, tender.lots.get().start_price) == ("announced", 276000)
