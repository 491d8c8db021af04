"""A terminated tender opens nothing."""

import pytest

from bidding.models import OpeningSession
from ledger.services import Entry
from tests import tenders
from trading import services as trading

pytestmark = pytest.mark.django_db


def test_terminating_a_tender_cancels_its_opening_and_says_so_once(world):
    story = tenders.announced(world)
    lin = world.actor("lin", story.at)
    trading.terminate_tender(actor=lin, code=story.code, reason="任务取消", at=story.at)
    session = OpeningSession.objects.get(tender=story.tender)
    assert (session.state, session.next_due_at) == ("cancelled", None)
    told = Entry.objects.filter(stream=session.stream).order_by("number")
    assert list(told.values_list("kind", flat=True)) == ["opening.scheduled", "opening.cancelled"]
