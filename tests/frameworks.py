"""A procurement by framework agreement, through the services.

story = frameworks.signed(world)        # Chen, Zhao, Hu are shortlisted in this order, Qiu is not
frameworks.call(story, place=1)         # the purchaser asks Chen
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests import tenders
from tests.tenders import Story
from tests.world import World, fourth_bidder
from trading import services
from trading.domain.files import Upload
from trading.models import CallOff

TERMS: dict[str, Any] = {
    "way": "direct",
    "months": 12,
    "elimination": "20",
    "most": 0,
    "case": "",
}
SCHEME: dict[str, Any] = {"method": "price_first"}
LOT: dict[str, Any] = {
    "title": "台式计算机",
    "quantity": "约 400 台",
    "budget": "2000000.00",
    "ceiling": "5000.00",
    "items": [{"name": "台式计算机", "spec": "国产处理器", "quantity": "400", "unit": "台"}],
}
OFFERS = (("chen", "4600.00"), ("zhao", "4700.00"), ("hu", "4750.00"), ("qiu", "4900.00"))
AGREEMENT = Upload("contract_draft", "框架协议.pdf", b"%PDF-1.7\n% framework\n%%EOF\n")
CONTRACT = Upload("contract_draft", "合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")


def draft(world: World, **changes: Any) -> Story:
    """Draft everything but the custodians' keys; `terms` changes what is said of agreements."""
    terms = {**TERMS, **changes.pop("terms", {})}
    title = changes.pop("title", "台式计算机框架协议采购项目")
    lot = {**LOT, **changes.pop("lot", {})}
    given = {"scheme": SCHEME, **changes}
    story = tenders.draft(world, method="framework", title=title, framework=terms, **given)
    sun = world.actor("sun", story.at)
    services.change_lot(actor=sun, code=story.code, number=1, lot=lot, at=story.at)
    return story


def announced(world: World, **changes: Any) -> Story:
    """Publish: suppliers may respond."""
    return tenders.publish(tenders.register_keys(draft(world, **changes)))


def evaluated(world: World, offers: Any = OFFERS, **changes: Any) -> Story:
    """Close, open and hand in a report that ranks the offers in their order."""
    if "qiu" not in world.people:
        fourth_bidder(world)
    story = announced(world, **changes)
    closes_at = story.tender.bids_close_at
    assert closes_at is not None
    story.at = closes_at + timedelta(seconds=2)
    services.close_tender(code=story.code, at=story.at)
    qian = world.actor("qian", story.at)
    for step in (services.open_tender, services.confirm_record, services.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    services.receive_report(
        code=story.code,
        candidates=[ranked(world, *offer) for offer in enumerate(offers, start=1)],
        experts=["吴哲", "罗敏", "宋凯", "高岚", "谢军"],
        at=story.at,
    )
    return story


def ranked(world: World, rank: int, offer: tuple[Any, ...]) -> dict[str, Any]:
    """Give a candidate as a report does; a third value of the offer is its rank where it ties."""
    name, price, *other = offer
    organisation = world.organisation_of(name)
    return {
        "lot": 1,
        "rank": other[0] if other else rank,
        "supplier_uscc": organisation.uscc,
        "supplier": organisation.name,
        "bid": f"1-{name}",
        "price": price,
        "total": "",
    }


def told(world: World, **changes: Any) -> Story:
    """Shortlist and publish the result."""
    story = evaluated(world, **changes)
    lin, sun = world.actor("lin", story.at), world.actor("sun", story.at)
    services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    services.publish_result(actor=sun, code=story.code, at=story.at)
    return story


def signed(world: World, **changes: Any) -> Story:
    """Sign with everybody shortlisted: their places are 1 to 3."""
    story = told(world, **changes)
    for place in story.tender.lots.get().agreements.values_list("place", flat=True):
        sign(story, place)
    return story


def sign(story: Story, place: int) -> None:
    """Record the signed agreement of one supplier."""
    services.sign_framework(
        actor=story.world.actor("lin", story.at),
        code=story.code,
        number=1,
        place=place,
        document=AGREEMENT,
        at=story.at,
    )


def call(story: Story, *, by: str = "lin", **order: Any) -> CallOff:
    """Call ten computers off; `place` and `price` are those of a direct choice."""
    given = {"content": "办公用台式计算机", "quantity": Decimal(10), **order}
    return services.place_call_off(
        actor=story.world.actor(by, story.at),
        code=story.code,
        number=1,
        order=services.Order(**given),
        at=story.at,
    )


def answer(story: Story, name: str, *, accepts: bool = True, serial: int = 1) -> CallOff:
    """Let a supplier accept, or refuse for a reason."""
    given = {
        "actor": story.world.actor(name, story.at),
        "code": story.code,
        "number": 1,
        "serial": serial,
        "at": story.at,
    }
    if accepts:
        return services.accept_call_off(**given)
    return services.refuse_call_off(**given, reason="本月产能不足，无法按期供货。")
