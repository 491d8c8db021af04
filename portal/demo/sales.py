"""The sales of state property of the town: one whose auction begins minutes after the start, one in
disclosure, one still being drafted.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, files
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.files import Upload
from trading.domain.sale import USUAL_CYCLE, AuctionTerms

WORK = WorkCalendar()
DRAFTED_BEFORE = timedelta(days=40)
"""Before the end of its disclosure: twenty working days and a holiday week lie between."""


@dataclass(frozen=True)
class Sale:
    """One thing the town sells: its money, the step of its auction, who has registered for it."""

    title: str
    category: str
    state: str
    summary: str
    lot: str
    quantity: str
    valuation: str
    increment: str
    deposit: str
    takers: tuple[str, ...] = ()
    days: int = 0
    """How many days from now the disclosure ends."""


LIVE = Sale(
    "清河市第一人民医院老门诊楼转让项目",
    "assets",
    "live",
    "位于清河市中心路 15 号的老门诊楼，建筑面积 3,860 平方米，土地为出让，空置，产权清晰，无抵押。"
    "按现状转让，价款一次付清。",
    "中心路 15 号老门诊楼及土地附着物",
    "3860 平方米",
    "8600000.00",
    "50000.00",
    "0.00",
    ("chen", "zhao", "hu"),
)
LEAD = timedelta(minutes=2)
"""How long after the start of the demo its auction opens."""

SALES = (
    LIVE,
    Sale(
        "清河供水有限公司 30% 股权转让项目",
        "equity",
        "announced",
        "清河供水有限公司注册资本 5000 万元，主营城区自来水生产与供应。本次转让国有股权 30%，转让后"
        "控制权不变，职工安置不涉及，债权债务由标的企业继续承担；其他股东已书面放弃优先购买权。最近"
        "一期审计：资产总额 18,460 万元，负债 9,130 万元，净利润 612 万元。价款一次付清。",
        "清河供水有限公司 30% 股权",
        "30%",
        "28600000.00",
        "200000.00",
        "5000000.00",
        ("zhao", "hu"),
        days=11,
    ),
    Sale(
        "原农机公司临街商业用房转让项目",
        "assets",
        "draft",
        "位于清河市人民路 126 号的两层临街商业用房，建筑面积 428 平方米，空置，产权清晰，无抵押。",
        "人民路 126 号商业用房",
        "428 平方米",
        "2600000.00",
        "20000.00",
        "500000.00",
    ),
)


def of_day(at: datetime) -> tuple[Sale, ...]:
    """Give the sales there are: an auction is held on a working day only."""
    works = WORK.is_working_day(local_date(at))
    return tuple(sale for sale in SALES if works or sale is not LIVE)


def make(sale: Sale, at: datetime) -> str:
    """Make one sale and take it as far as it has come."""
    today = local_date(at)
    day = WORK.roll_over(today + timedelta(days=sale.days))[0]
    opens = None
    if sale.state == "live":
        day = WORK.add_working_days(today, -1).due
        opens = at + LEAD
    closes = datetime.combine(day, time(17), SHANGHAI)
    begun = min(closes - DRAFTED_BEFORE, at - timedelta(hours=3))
    code = _draft(sale, begun)
    if sale.state != "draft":
        _complete(sale, code, begun, closes, opens)
        _announce(sale, code, begun)
    return code


def _draft(sale: Sale, at: datetime) -> str:
    wei = actor("wei", at)
    tender = trading.draft_tender(
        actor=wei,
        purchaser=clients.actor_organisation("du", at),
        category=sale.category,
        title=sale.title,
        market="property",
        method="online_bidding",
        at=at,
    )
    lot = {
        "title": sale.lot,
        "description": sale.summary,
        "quantity": sale.quantity,
        "delivery": "合同生效后五个工作日内一次付清",
        "budget": sale.valuation,
        "start_price": sale.valuation,
        "deposit": sale.deposit,
    }
    trading.add_lot(actor=wei, code=tender.code, lot=lot, at=at)
    return str(tender.code)


def _complete(
    sale: Sale, code: str, at: datetime, closes: datetime, opens: datetime | None
) -> None:
    wei = actor("wei", at)
    changes = {
        "summary": sale.summary,
        "plan_number": "清国资〔2026〕41号",
        "contact_name": "魏然",
        "contact_phone": "0393-8801009",
        "bids_close_at": closes,
        "extension": {"rounds": 2, "days": 5},
    }
    trading.change_tender(actor=wei, code=code, changes=changes, at=at)
    day = WORK.add_working_days(local_date(closes), 2).due
    terms = AuctionTerms(
        kind="dynamic",
        increment=Decimal(sale.increment),
        opens_at=opens or datetime.combine(day, time(10), SHANGHAI),
        free_minutes=5 if opens else 120,
        cycle_s=60 if opens else USUAL_CYCLE,
    )
    trading.change_auction(actor=wei, code=code, number=1, auction=terms, at=at)
    text = [
        sale.summary,
        "一、转让标的。二、转让条件。三、受让方资格。四、竞价规则。五、特别事项。",
    ]
    disclosure = Upload("tender_document", "产权转让公告.docx", files.word(sale.title, text))
    trading.attach_document(actor=wei, code=code, document=disclosure, at=at)


def _announce(sale: Sale, code: str, begun: datetime) -> None:
    later = [begun + timedelta(minutes=minutes) for minutes in (30, 50, 60)]
    trading.submit_tender(actor=actor("wei", later[0]), code=code, at=later[0])
    trading.approve_tender(actor=actor("du", later[1]), code=code, at=later[1])
    trading.publish_tender(actor=actor("wei", later[2]), code=code, at=later[2])
    for order, name in enumerate(sale.takers, start=2):
        when = begun + timedelta(days=order)
        own = actor(name, when)
        trading.register_for_lot(
            actor=own, code=code, number=1, contact=own.name, phone="139****0000", at=when
        )
