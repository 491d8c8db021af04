"""A second competition among those shortlisted in a framework, through the services.

story = competing.announced(world)      # Chen, Zhao and Hu are asked; the room opens by itself
held = competing.room(story)            # registration is over, the room is ready
story, held = competing.priced(world, ("chen", "455000"))  # the bidding is over
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from bidding.models import Auction
from kernel.calendar import local_date
from ledger import services as ledger
from tests import frameworks, sales, tenders
from tests.auctions import SETTLED, Sale
from tests.frameworks import CONTRACT
from tests.tenders import Story
from tests.world import World
from trading import services
from trading.domain.rooms import AuctionTerms
from trading.models import Tender

QUANTITY = Decimal(100)
"""At the lowest agreed price of 4,600 yuan: 460,000 at most."""
SUMMARY = "采购办公用台式计算机，配置不低于框架协议约定，送货安装到位。"


def unwatched() -> Any:
    """Leave out what the apps above would do of a tender that is made without bids."""
    return patch.object(ledger, "_reactions", dict)


def signed(world: World, **changes: Any) -> Story:
    """Give a framework whose document has those shortlisted compete; made without bids."""
    with unwatched():
        return frameworks.signed(world, **{"terms": {"way": "competition"}, **changes})


def opened(source: Story, *, by: str = "lin", **changes: Any) -> Tender:
    """Let the purchaser begin a competition under a framework."""
    given = {
        "title": "办公计算机二次竞价",
        "content": SUMMARY,
        "quantity": QUANTITY,
        "delivery": "合同签订后 15 日内",
    }
    return services.open_competition(
        actor=source.world.actor(by, source.at),
        code=source.code,
        number=1,
        at=source.at,
        **given | changes,
    )


def terms(at: Any, **changes: Any) -> AuctionTerms:
    """Give the terms of a room: half an hour, five thousand down, three minutes, ten times."""
    given = {
        "kind": "reverse",
        "opens_at": at,
        "free_minutes": 30,
        "increment": Decimal(5000),
        "window_s": 180,
        "extend_s": 180,
        "extensions": 10,
    }
    return AuctionTerms(**given | changes)


def written(source: Story, **changes: Any) -> Story:
    """Write the whole draft of a competition."""
    world, at = source.world, source.at
    quantity = changes.pop("quantity", QUANTITY)
    story = Story(world, opened(source, quantity=quantity).code, at)
    sun, closes = world.actor("sun", at), sales.closing(at, 3)
    services.change_tender(actor=sun, code=story.code, changes={"bids_close_at": closes}, at=at)
    day = sales.WORK.add_working_days(local_date(closes), 1).due
    opens = closes.replace(year=day.year, month=day.month, day=day.day, hour=10)
    own = terms(opens, **changes)
    services.change_auction(actor=sun, code=story.code, number=1, auction=own, at=at)
    return story


def asked(story: Story) -> Story:
    """Approve a draft and ask those shortlisted."""
    world, at = story.world, story.at
    services.submit_tender(actor=world.actor("sun", at), code=story.code, at=at)
    services.approve_tender(actor=world.actor("lin", at), code=story.code, at=at)
    services.publish_tender(actor=world.actor("sun", at), code=story.code, at=at)
    return story


def announced(world: World, **changes: Any) -> Story:
    """Ask those shortlisted in a framework of their own."""
    return asked(written(signed(world), **changes))


def room(story: Story) -> Sale:
    """End the time to respond: the room is ready."""
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return Sale(story.world, Auction.objects.get(lot__tender__code=story.code))


def ends(held: Sale) -> datetime:
    """Give when the bidding is to end."""
    return datetime.fromisoformat(held.auction.terms["closes_at"])


def opens(held: Sale) -> datetime:
    """Give when the room opens."""
    return datetime.fromisoformat(held.auction.terms["opens_at"])


def offered(held: Sale, *offers: tuple[str, str]) -> None:
    """Offer downwards, a minute apart, and let the room end."""
    held.at(opens(held))
    kind = "quote" if held.auction.terms["kind"] == "one_shot" else "bid"
    for minute, (name, price) in enumerate(offers, start=1):
        at = opens(held) + timedelta(minutes=minute)
        held.at(at)
        answer = held.act(name, price, at, kind=kind)
        assert answer.accepted, answer.reason
    held.at(ends(held) + SETTLED)


def priced(world: World, *offers: tuple[str, str], **changes: Any) -> tuple[Story, Sale]:
    """Let offers be made in a room of its own, and the bidding end."""
    story = announced(world, **changes)
    held = room(story)
    offered(held, *offers)
    story.at = ends(held) + timedelta(minutes=5)
    return story, held


def code_of(refused: pytest.ExceptionInfo[Any]) -> str:
    """Give the code of a refusal."""
    return str(refused.value.code)


def explained(story: Story, name: str, at: datetime) -> None:
    """Let a supplier explain its low offer."""
    services.explain_price(
        actor=story.world.actor(name, at),
        code=story.code,
        number=1,
        explanation="库存机型，成本见附表。",
        at=at,
    )


def concluded(story: Story) -> None:
    """Confirm, publish, sign, publish and file the contract, and archive."""
    world, code, at = story.world, story.code, story.at
    lin, sun = world.actor("lin", at), world.actor("sun", at)
    services.confirm_winner(actor=lin, code=code, choices={1: (1, "")}, at=at)
    services.publish_result(actor=sun, code=code, at=at)
    services.sign_contract(actor=lin, code=code, number=1, document=CONTRACT, at=at)
    services.publish_contract(actor=lin, code=code, number=1, at=at)
    services.file_contract(actor=lin, code=code, number=1, at=at)
    tenders.accept(world, code, at)
    services.archive_tender(actor=lin, code=code, at=at)
