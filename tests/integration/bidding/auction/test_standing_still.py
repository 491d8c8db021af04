"""An objection to the terms of a sale: its disclosure and its rooms wait, or end with it."""

from datetime import timedelta

import pytest

from bidding.models import Auction
from bidding.services import auction
from kernel.errors import Conflict
from tests import sales
from tests.deposited import Till
from tests.integration.trading.test_awarding import MATTERS
from tests.world import AT, cast
from trading import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def objected(story, name="hu", about="document"):
    given = {"code": story.code, "at": story.at}
    actor = story.world.actor(name, story.at)
    return services.file_challenge(actor=actor, about=about, **MATTERS, **given)


def accepted(story, filed):
    given = {"code": story.code, "number": filed.code, "at": story.at}
    services.accept_challenge(actor=story.world.actor("lin", story.at), **given)


def answered(story, filed, outcome, **undone):
    given = {"code": story.code, "number": filed.code, "at": story.at}
    said = {"outcome": outcome, "answer": "经核实，作出如下答复。"}
    lin = story.world.actor("lin", story.at)
    return services.answer_challenge(actor=lin, **given, **said, **undone)


def room(story):
    row = Auction.objects.get(lot__tender__code=story.code)
    return row.phase


def test_an_objection_taken_up_stops_a_disclosure_and_upheld_waits_for_the_amendment(world):
    story = sales.announced(world, AT)
    filed = objected(story)
    accepted(story, filed)
    assert len(services.open_reasons(story.tender)) == 1
    answered(story, filed, "upheld")
    [reason] = services.open_reasons(story.tender)
    assert filed.code in reason
    services.amend_tender(
        actor=world.actor("sun", story.at),
        code=story.code,
        changes={"summary": "更正：标的含附属设施，已取得权属证明。"},
        reason="异议成立，更正披露内容。",
        affects_bids=True,
        at=story.at,
    )
    assert services.open_reasons(story.tender) == []


def test_a_room_waits_for_the_answer_and_opens_as_much_later(world):
    story = sales.announced(world, AT)
    filed, till = objected(story), Till(story)
    for name in ("chen", "zhao"):
        sales.register(story, name)
        till.pay(name, sales.LOT["deposit"])
    story.at = story.tender.bids_close_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    opens = Auction.objects.get().next_due_at
    accepted(story, filed)
    assert room(story) == "paused"
    lin = world.actor("qian", story.at)
    order = {"code": Auction.objects.get().code, "reason": "故障排除。", "at": story.at}
    with pytest.raises(Conflict) as refusal:
        auction.resume_auction(actor=lin, **order)
    assert refusal.value.code == "tender.suspended"
    story.at += timedelta(days=1)
    answered(story, filed, "dismissed")
    row = Auction.objects.get()
    assert (row.phase, row.next_due_at) == ("scheduled", opens + timedelta(days=1))


def test_terms_found_wrong_after_the_disclosure_end_the_sale_and_its_room(world):
    story = sales.announced(world, AT)
    filed, till = objected(story), Till(story)
    for name in ("chen", "zhao"):
        sales.register(story, name)
        till.pay(name, sales.LOT["deposit"])
    story.at = story.tender.bids_close_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    accepted(story, filed)
    answered(story, filed, "upheld", redress="void")
    assert (story.tender.state, room(story)) == ("failed", "ended")
