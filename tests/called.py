"""Auctions with calls, from the draft on: state property and land, made by the ordinary services.

held = sold(world, at, "chen", "zhao")        # a sale of state property by auction, its room ready
held = granted(world, at, "chen", "zhao", "hu")  # the same of a parcel
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kernel.calendar import local_date
from tests import grants, sales
from tests.deposited import Till
from tests.grants import Listed
from tests.tenders import Story
from tests.world import World
from trading import services
from trading.domain.rooms import AuctionTerms
from trading.domain.viewing import Viewing

CALL = 30
FREE = 60


def terms(closes: datetime, **changes: Any) -> AuctionTerms:
    """Give the terms of an auction with calls: an hour of offers, then a call each half minute."""
    return sales.terms(closes, kind="english", free_minutes=FREE, call_s=CALL, **changes)


def viewing(closes: datetime) -> Viewing:
    """Give four days of viewing that end before the disclosure does."""
    last = local_date(closes) - timedelta(days=1)
    return Viewing(last - timedelta(days=4), last, "清河市中心路 15 号，工作时间，凭身份证进入")


def sale_draft(world: World, at: datetime, *, shown: Viewing | None = None) -> Story:
    """Write a whole draft of a sale by auction."""
    story, closes = sales.begun(world, at, method="auction"), sales.closing(at)
    return _written(
        story,
        closes,
        {**sales.FIELDS, "bids_close_at": closes},
        sales.LOT,
        sales.DOCUMENT,
        shown=viewing(closes) if shown is None else shown,
    )


def grant_draft(world: World, at: datetime) -> Story:
    """Write a whole draft of a grant by auction."""
    story, closes = grants.begun(world, at, method="land_auction"), grants.closing(at)
    fields = {**grants.FIELDS, "bids_close_at": closes}
    step = Decimal(5_000_000)
    return _written(story, closes, fields, grants.LOT, grants.DOCUMENT, increment=step)


def _written(
    story: Story, closes: datetime, fields: Any, lot: Any, document: Any, **given: Any
) -> Story:
    world, at, code = story.world, story.at, story.code
    sun, shown = world.actor("sun", at), given.pop("shown", Viewing())
    services.change_tender(actor=sun, code=code, changes=fields, at=at)
    services.add_lot(actor=sun, code=code, lot=lot, at=at)
    own = terms(closes, **given)
    services.change_auction(actor=sun, code=code, number=1, auction=own, shown=shown, at=at)
    if story.tender.market == "property":
        right = sales.priority(world)
        services.change_priority(actor=sun, code=code, number=1, right=right, at=at)
    services.attach_document(actor=sun, code=code, document=document, at=at)
    return story


def announced(story: Story) -> Story:
    """Announce what a whole draft says."""
    world, at = story.world, story.at
    services.submit_tender(actor=world.actor("sun", at), code=story.code, at=at)
    services.approve_tender(actor=world.actor("lin", at), code=story.code, at=at)
    services.publish_tender(actor=world.actor("sun", at), code=story.code, at=at)
    return story


def closed(story: Story, *takers: str, unpaid: tuple[str, ...] = ()) -> Story:
    """End the registration; the takers have paid, the unpaid ones only registered."""
    till = Till(story)
    for name in (*takers, *unpaid):
        sales.register(story, name)
        if name in takers:
            till.pay(name, f"{story.tender.lots.get().deposit:.2f}")
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


def sold(world: World, at: datetime, *takers: str) -> Listed:
    """Give a sale by auction whose takers are let in."""
    return grants.listed_of(closed(announced(sale_draft(world, at)), *takers))


def granted(world: World, at: datetime, *takers: str) -> Listed:
    """Give a grant by auction whose bidders are let in."""
    return grants.listed_of(closed(announced(grant_draft(world, at)), *takers))
