"""A tender by invitation after its closing is an open tender: opened, judged, awarded, archived."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from bidding.models import Bid, OpeningSession
from ledger import private
from tests import invited, works
from tests.world import AT, cast
from trading import queries, services
from trading.domain.files import Upload
from trading.models import Award

pytestmark = pytest.mark.django_db
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")


@pytest.fixture
def world():
    return cast(AT)


def test_those_invited_go_the_whole_way_to_the_archive(world):
    story = invited.invited_works(world)
    for name in invited.NAMES:
        services.register_for_lot(
            actor=world.actor(name),
            code=story.code,
            number=1,
            contact="联系人",
            phone="13900000000",
            at=story.at,
        )
    case = works.judged(world, story=story)
    works.notified(works.confirmed(works.publicised(case)))
    lin, sun, code = case.actor("lin"), case.actor("sun"), case.code
    services.sign_contract(actor=lin, code=code, number=1, document=CONTRACT, at=case.at)
    services.report_award(actor=sun, code=code, at=case.at)
    services.archive_tender(actor=sun, code=code, at=case.at)
    assert works.tender_of(case).state == "archived"
    winner = Organisation.objects.get(pk=Award.objects.get().supplier_id)
    assert winner.uscc in invited.chosen(story)
    page = world.client("public").get(f"/tenders/{code}/history/").content.decode()
    assert "邀请招标公告" in page
    assert queries.invitations_of(world.actor("chen", case.at + timedelta(days=1))) == []


def test_closing_publishes_a_tree_with_the_invitations_and_prepares_the_opening(world):
    story = invited.invited_works(world)
    services.register_for_lot(
        actor=world.actor("chen"),
        code=story.code,
        number=1,
        contact="联系人",
        phone="13900000000",
        at=story.at,
    )
    at = story.tender.bids_close_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=at)
    kinds = sorted(event.kind for event in private.events_in_tree(story.code))
    assert kinds == ["bidder.registered", "invitation.issued"]
    assert OpeningSession.objects.get(tender__code=story.code).stage == "whole"
    assert not Bid.objects.filter(tender__code=story.code).exists()
