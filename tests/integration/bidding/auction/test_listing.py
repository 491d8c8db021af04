"""A listing through the services: offers, quiet hour, question, timed phase, end."""

import json

import pytest

from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.queries import offers as offered
from deposits.models import Refund
from kernel.calendar import local_date
from ledger import queries as record
from tests import grants
from tests.world import AT
from trading.models import Tender

pytestmark = pytest.mark.django_db
CYCLE = 300


@pytest.fixture
def held(world):
    return grants.listed(world, AT, "chen", "zhao", "hu").begin()


def state_of(held):
    return Tender.objects.get(code=held.code).state


def test_who_has_not_paid_by_the_deadline_is_not_let_in(world):
    story = grants.closed(world, AT, "chen", unpaid=("zhao",))
    auction = Auction.objects.get(lot__tender__code=story.code)
    assert auction.entrants.count() == 1
    refused = grants.Listed(world, auction)
    with pytest.raises(Exception, match="竞买资格"):
        refused.offer("zhao", "400000000", refused.moment("opens_at", 60))


def test_nobody_paid_and_the_parcel_is_not_granted(world):
    story = grants.closed(world, AT, unpaid=("zhao",))
    lot = story.tender.lots.get()
    assert (story.tender.state, "足额" in lot.failure) == ("failed", True)


def test_listing_quiet_inquiry_timed_auction_and_deal(held):
    assert (held.auction.phase, state_of(held)) == ("open", "bidding")
    first = held.moment("opens_at", 3600)
    assert held.offer("zhao", "400000000", first).accepted
    assert held.offer("chen", "405000000", held.moment("opens_at", 86_400)).accepted
    refused = held.offer("zhao", "407000000", held.moment("opens_at", 90_000))
    assert refused.reason == "not_higher"

    quiet = held.moment("closes_at", -held.auction.terms["quiet_s"])
    assert held.at(quiet).phase == "quiet"
    refused = held.offer("zhao", "410000000", held.moment("closes_at", -60))
    assert (refused.accepted, refused.reason, refused.facts["phase"]) == (
        False,
        "wrong_phase",
        "quiet",
    )
    asked = held.ask()
    assert held.auction.phase == "inquiry"
    assert held.say("zhao", "join", asked).accepted
    assert held.say("hu", "decline", asked).accepted
    assert held.say("hu", "join", held.moment("closes_at", 9)).reason == "already_answered"
    assert held.auction.shown["joined"] == []

    begins = held.moment("closes_at", 240)
    assert held.at(begins).phase == "closing"
    assert held.auction.shown["joined"] == [held.code_of("zhao")]
    assert held.offer("chen", "410000000", begins).reason == "not_joined"
    late = held.moment("closes_at", 240 + CYCLE - 1)
    assert held.offer("zhao", "410000000", late).accepted
    assert held.at(held.moment("closes_at", 240 + 2 * CYCLE - 1)).phase == "ended"
    assert (state_of(held), held.auction.shown["outcome"]) == ("priced", "sold")
    told = replay_case(offered.log_of(held.auction))
    assert (told["winner"], told["price"]) == (held.code_of("zhao"), "410000000")
    [candidate] = Tender.objects.get(code=held.code).lots.get().candidates
    assert (candidate["uscc"], candidate["price"]) == (held.uscc("zhao"), "410000000.00")


def test_nobody_goes_on_and_the_listing_offer_wins(held):
    held.offer("chen", "400000000", held.moment("opens_at", 60))
    held.ask()
    assert held.at(held.moment("closes_at", 240)).phase == "ended"
    assert (held.auction.shown["leader"], held.auction.shown["outcome"]) == (
        held.code_of("chen"),
        "sold",
    )


def test_a_listing_without_an_offer_is_not_concluded(held):
    held.ask()
    assert (held.auction.phase, held.auction.shown["outcome"]) == ("ended", "unsold")
    tender = Tender.objects.get(code=held.code)
    assert tender.state == "failed"
    assert "不成交公告" in tender.notices.get(kind="failure").title


def test_answers_are_told_to_nobody_while_they_are_asked_for(world, held):
    held.offer("chen", "400000000", held.moment("opens_at", 60))
    asked = held.ask()
    before = record.last_number(held.auction.stream)
    held.say("zhao", "join", asked)
    assert record.last_number(held.auction.stream) == before
    shown = json.dumps(held.at(asked).shown)
    assert held.code_of("zhao") not in shown
    told = [entry.data for entry in record.entries_since(held.auction.sealed_stream, 0)]
    assert "join" not in json.dumps(told)


def test_the_others_money_is_due_back_five_working_days_after_the_end(held):
    held.offer("chen", "400000000", held.moment("opens_at", 60))
    held.ask()
    ends = held.moment("closes_at", 240)
    held.at(ends)
    last = grants.WORK.add_working_days(local_date(ends), 5).due
    rows = Refund.objects.filter(deposit__tender__code=held.code)
    due = {(row.deposit.bidder.uscc, row.outcome, row.due_on) for row in rows}
    assert due == {(held.uscc(name), "not_awarded", last) for name in ("zhao", "hu")}
