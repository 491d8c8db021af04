"""Sales of state property in every state, made by the ordinary services from the cast.

story = announced(world)            # a sale in disclosure
sold = priced(world, "chen", "zhao")  # a sale whose price is formed, the first taker's the highest
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from tests.deposited import Till
from tests.tenders import Story
from tests.world import World
from trading import services
from trading.domain.files import Upload
from trading.domain.priority import Holder, PriorityTerms
from trading.domain.rooms import AuctionTerms
from trading.domain.settlement import Given
from trading.models import Contract

DOCUMENT = Upload("tender_document", "产权转让公告.pdf", b"%PDF-1.7\n% disclosure\n%%EOF\n")
SIGNED = Upload("contract_draft", "产权交易合同.pdf", b"%PDF-1.7\n% contract\n%%EOF\n")
STATED = {
    "approvals": "2026 年 9 月 3 日董事会决议，市国资委清国资〔2026〕41号批准。",
    "valuation": "中信评报字〔2026〕第 88 号，基准日 2026 年 6 月 30 日；上年度净利润 312 万元。",
    "staff": "职工劳动关系不变；债权债务由标的企业继续承担。",
    "management": "标的企业管理层不参与受让。",
    "deposit": "受让方的保证金转为价款，其余三个工作日内退还；拒绝签约、串通的不予退还。",
    "special": "无。",
}
FIELDS: dict[str, Any] = {
    "summary": "转让清河供水有限公司 30% 股权，无优先购买权人，职工不受影响。",
    "plan_number": "清国资〔2026〕41号",
    "contact_name": "孙洁",
    "contact_phone": "0393-8800102",
    "pre_disclosure": {"control_changes": False},
    "particulars": STATED,
}
LOT: dict[str, Any] = {
    "title": "清河供水有限公司 30% 股权",
    "quantity": "30%",
    "delivery": "合同生效后五个工作日内一次付清",
    "budget": "2600000.00",
    "start_price": "2600000.00",
    "deposit": "500000.00",
}
WORK = WorkCalendar()


def closing(at: datetime, days: int = 21) -> datetime:
    """Give five in the afternoon of a working day so many working days later."""
    day = WORK.add_working_days(local_date(at), days).due
    return datetime(day.year, day.month, day.day, 17, tzinfo=SHANGHAI)


def opening(closes: datetime) -> datetime:
    """Give ten in the morning of the second working day after a disclosure."""
    day = WORK.add_working_days(local_date(closes), 2).due
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def terms(closes: datetime, **changes: Any) -> AuctionTerms:
    """Give the terms of an auction as an ordinary sale has them."""
    given = {
        "kind": "dynamic",
        "increment": Decimal(20_000),
        "opens_at": opening(closes),
        "free_minutes": 120,
        "cycle_s": 180,
    }
    return AuctionTerms(**(given | changes))


def priority(world: World, *holders: str, **changes: Any) -> PriorityTerms:
    """Give the priority rights of these organisations; nobody named, and there are none."""
    if not holders:
        return PriorityTerms("none")
    bodies = [world.organisation_of(name) for name in holders]
    given = {
        "mode": "in_room_equal",
        "holders": [Holder(body.name, body.uscc) for body in bodies],
        "notified_on": local_date(world.at) - timedelta(days=30),
    }
    return PriorityTerms(**(given | changes))


def begun(
    world: World, at: datetime, category: str = "equity", method: str = "online_bidding"
) -> Story:
    """Begin a draft in which nothing is written yet."""
    made = services.draft_tender(
        actor=world.actor("sun", at),
        purchaser=world.organisation_of("lin").uscc,
        category=category,
        title="清河供水有限公司 30% 股权转让",
        market="property",
        method=method,
        at=at,
    )
    return Story(world, made.code, at)


def draft(world: World, at: datetime, *, lots: int = 1, rounds: int = 0, days: int = 21) -> Story:
    """Write a whole draft; `rounds` says how often it goes on while nobody has registered."""
    story, sun, closes = begun(world, at), world.actor("sun", at), closing(at, days)
    changes = {**FIELDS, "bids_close_at": closes, "extension": {"rounds": rounds, "days": 5}}
    services.change_tender(actor=sun, code=story.code, changes=changes, at=at)
    for number in range(1, lots + 1):
        services.add_lot(actor=sun, code=story.code, lot=LOT, at=at)
        services.change_auction(
            actor=sun, code=story.code, number=number, auction=terms(closes), at=at
        )
        services.change_priority(
            actor=sun, code=story.code, number=number, right=priority(world), at=at
        )
    services.attach_document(actor=sun, code=story.code, document=DOCUMENT, at=at)
    return story


def announced(world: World, at: datetime, **changes: Any) -> Story:
    """Disclose a sale."""
    story = draft(world, at, **changes)
    sun, lin = world.actor("sun", at), world.actor("lin", at)
    services.submit_tender(actor=sun, code=story.code, at=at)
    services.approve_tender(actor=lin, code=story.code, at=at)
    services.publish_tender(actor=sun, code=story.code, at=at)
    return story


def register(story: Story, name: str, *lots: int) -> None:
    """Register a taker for lots, the first when none is named."""
    services.register_for_lots(
        actor=story.world.actor(name, story.at),
        code=story.code,
        numbers=lots or (1,),
        contact="王建",
        phone="13900000000",
        at=story.at,
    )


def closed(world: World, at: datetime, *takers: str, **changes: Any) -> Story:
    """End a disclosure for which these takers have registered and paid, for every lot."""
    story = announced(world, at, **changes)
    till, lots = Till(story), list(story.tender.lots.values_list("number", flat=True))
    for name in takers:
        register(story, name, *lots)
        for number in lots:
            till.pay(name, LOT["deposit"], lot=number)
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


def concluded(story: Story, *, publish: bool = True) -> Story:
    """Sign, pay, certify and publish a sale whose taker is confirmed, as far as it is not yet."""
    world, at, code = story.world, story.at, story.code
    lin, sun = world.actor("lin", at), world.actor("sun", at)
    for contract in Contract.objects.filter(lot__tender=story.tender).select_related("lot"):
        number = contract.lot.number
        if contract.signed_at is None:
            services.sign_contract(actor=lin, code=code, number=number, document=SIGNED, at=at)
        payment = Given(contract.amount, local_date(at))
        services.record_payment(actor=sun, code=code, number=number, payment=payment, at=at)
    services.certify_tender(actor=sun, code=code, at=at)
    if publish:
        services.publish_result(actor=sun, code=code, at=at)
    return story


def priced(world: World, at: datetime, *takers: str, **changes: Any) -> Story:
    """Sell every lot; the takers stand in the order of their prices."""
    story = closed(world, at, *takers, **changes)
    story.at = opening(story.tender.bids_close_at) + timedelta(hours=2, minutes=8)
    services.start_auction(code=story.code, at=story.at - timedelta(hours=2))
    offers = [
        {
            "rank": rank,
            "uscc": world.organisation_of(name).uscc,
            "price": str(2_760_000 - 20_000 * rank),
        }
        for rank, name in enumerate(takers, start=1)
    ]
    for number in story.tender.lots.values_list("number", flat=True):
        services.form_price(code=story.code, number=number, candidates=offers, at=story.at)
    return story
