"""Who is let into an auction: who registered and laid down in full what the lot asks."""

from datetime import timedelta

from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from deposits.models import Deposit
from tests import sales
from tests.deposited import Till
from trading import services


def closed(world, paid):
    """End a disclosure for which these takers have registered, each with what it paid."""
    story = sales.announced(world, world.at)
    till = Till(story)
    for name, amount in paid.items():
        sales.register(story, name)
        if amount:
            till.pay(name, amount)
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


def let_in(world, story, name):
    auction = Auction.objects.get(lot__tender__code=story.code)
    tag = entrant_tag(auction.code, world.organisation_of(name).uscc)
    return Entrant.objects.filter(auction=auction, tag=tag).exists()


def refunds(story):
    rows = Deposit.objects.filter(tender__code=story.code).order_by("bidder__name")
    return {
        deposit.bidder.name: [refund.outcome for refund in deposit.refunds.all()]
        for deposit in rows
    }


def test_only_who_paid_in_full_may_bid_and_the_rest_gets_its_money_back(world):
    story = closed(world, {"chen": "500000.00", "zhao": "499999.99", "hu": ""})
    assert [let_in(world, story, name) for name in ("chen", "zhao", "hu")] == [True, False, False]
    names = {name: world.organisation_of(name).name for name in ("chen", "zhao")}
    assert refunds(story) == {names["chen"]: [], names["zhao"]: ["not_bid"]}


def test_a_lot_nobody_is_let_in_for_is_not_sold(world):
    story = closed(world, {"zhao": "1.00", "hu": ""})
    assert not Auction.objects.filter(lot__tender__code=story.code).exists()
    story.tender.refresh_from_db()
    [lot] = story.tender.lots.all()
    assert (story.tender.state, lot.state) == ("failed", "failed")
    assert "保证金" in lot.failure
    assert refunds(story) == {world.organisation_of("zhao").name: ["not_bid"]}
