"""The sales of state property of the town: those whose auctions begin minutes after the start, one
told of in advance, one in disclosure, one still being drafted.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from accounts import queries as accounts
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, files, sold, tendered
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.completeness import CLOSING_GRACE
from trading.domain.files import Upload
from trading.domain.priority import Holder, PriorityTerms
from trading.domain.rooms import USUAL_CYCLE, AuctionTerms, Weighed
from trading.domain.viewing import Viewing

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
    kind: str = "dynamic"
    method: str = "online_bidding"
    items: tuple[Weighed, ...] = ()
    """What is scored beside the price."""
    from_price: str = "0"
    """Where a price falls: what it is called from."""
    right: str = "none"
    holders: tuple[str, ...] = ()
    """How priority rights are exercised, and whose they are."""
    approved_days_ago: int = 0
    """Where it hands over control: how long ago that was approved."""


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
WITH_PRIORITY = Sale(
    "清河公交传媒有限公司 40% 股权转让项目",
    "equity",
    "live",
    "清河公交传媒有限公司经营公交车身与站亭广告。转让国有股权 40%，控制权不变，职工安置不涉及。"
    "股东众和系统集成有限公司未放弃优先购买权，在竞价中行使。价款一次付清。",
    "清河公交传媒有限公司 40% 股权",
    "40%",
    "3200000.00",
    "20000.00",
    "0.00",
    ("chen", "zhao", "hu"),
    right="in_room_equal",
    holders=("hu",),
)
WITH_QUOTES = Sale(
    "清河宾馆家具设备整体转让项目",
    "assets",
    "live",
    "清河宾馆停业后闲置的客房家具、厨房与洗衣设备，按现状整体转让，不拆零，价款一次付清，自行拆运。",
    "清河宾馆家具设备一批",
    "一批",
    "860000.00",
    "0",
    "0.00",
    ("chen", "zhao", "hu"),
    kind="multi_shot",
)
CALLED = Sale(
    "清河市机关旧址家具字画拍卖项目",
    "assets",
    "live",
    "市机关旧址腾退的硬木家具和字画一批，按现状整体拍卖，不作真伪和品质担保，价款一次付清，自行提取。",
    "硬木家具和字画一批",
    "一批",
    "380000.00",
    "5000.00",
    "0.00",
    ("chen", "zhao", "hu"),
    kind="english",
    method="auction",
)
WEIGHTED = Sale(
    "清河市老年公寓经营权转让项目",
    "assets",
    "live",
    "转让清河市老年公寓十年经营权，现有床位 120 张。受让方承诺的付款期限、留用职工人数与价格"
    "一并计分。",
    "老年公寓十年经营权",
    "十年",
    "960000.00",
    "0",
    "0.00",
    ("chen", "zhao", "hu"),
    kind="weighted",
    items=(
        Weighed("付款期限（日）", Decimal(25), Decimal(60), Decimal(0)),
        Weighed("留用职工（人）", Decimal(15), Decimal(0), Decimal(30)),
    ),
)
FALLING = Sale(
    "清河市粮库旧设备降价拍卖项目",
    "assets",
    "live",
    "市粮库更新后闲置的输送机、清理筛和除尘设备一批，按现状整体拍卖，从起叫价逐级降价，第一个应价者得。",
    "粮库旧设备一批",
    "一批",
    "260000.00",
    "5000.00",
    "0.00",
    ("chen", "zhao", "hu"),
    kind="dutch",
    method="auction",
    from_price="380000.00",
)
LEAD = timedelta(minutes=2)
"""How long after the start of the demo its auction opens."""

SALES = (
    LIVE,
    WITH_PRIORITY,
    WITH_QUOTES,
    CALLED,
    FALLING,
    WEIGHTED,
    Sale(
        "清河供水有限公司 30% 股权转让项目",
        "equity",
        "announced",
        "清河供水有限公司注册资本 5000 万元，主营城区自来水生产与供应。本次转让国有股权 30%，转让后"
        "控制权不变，职工安置不涉及，债权债务由标的企业继续承担；其他股东享有优先购买权。最近"
        "一期审计：资产总额 18,460 万元，负债 9,130 万元，净利润 612 万元。价款一次付清。",
        "清河供水有限公司 30% 股权",
        "30%",
        "28600000.00",
        "200000.00",
        "5000000.00",
        ("zhao", "hu"),
        days=11,
        right="after_close_once",
        holders=("zhao", "su"),
    ),
    Sale(
        "清河市燃气有限公司 25% 股权招标转让项目",
        "equity",
        "announced",
        "清河市燃气有限公司注册资本 8000 万元，持有城区管道燃气特许经营权。转让国有股权 25%，转让后"
        "控制权不变；经营与服务方案和价格一并评审。股东绿源净水设备有限公司未放弃优先购买权。",
        "清河市燃气有限公司 25% 股权",
        "25%",
        "41200000.00",
        "0",
        "8000000.00",
        days=13,
        method="tender",
        right="after_close_once",
        holders=("su",),
    ),
    Sale(
        "清河市旅游客运有限公司 70% 股权转让项目",
        "equity",
        "pre_disclosed",
        "清河市旅游客运有限公司注册资本 2000 万元，有大中型客车 46 辆，经营县际班线与旅游包车。"
        "转让国有股权 70%，实际控制权随之转移。价款一次付清。",
        "清河市旅游客运有限公司 70% 股权",
        "70%",
        "16800000.00",
        "100000.00",
        "3000000.00",
        days=110,
        approved_days_ago=3,
    ),
    Sale(
        "清河市机关公务车辆一批转让项目",
        "assets",
        "certified",
        "清河市机关公务用车改革后封存的轿车、商务车共九辆，按现状转让，车辆照片和检测报告见附件。",
        "机关公务车辆九辆",
        "九辆",
        "420000.00",
        "5000.00",
        "0.00",
        ("chen", "zhao"),
        days=-12,
        kind="one_shot",
    ),
    Sale(
        "清河粮库旧仓房转让项目",
        "assets",
        "lapsed",
        "位于清河市北郊的旧仓房三栋，建筑面积 5,200 平方米，空置，产权清晰，无抵押，按现状转让。",
        "北郊旧仓房三栋",
        "5200 平方米",
        "6800000.00",
        "50000.00",
        "1000000.00",
        days=-5,
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
    return tuple(sale for sale in SALES if works or sale.state != "live")


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
    if sale.state == "certified":
        sold.conclude(code, closes)
    if sale.state == "lapsed":
        trading.lapse_tender(code=code, at=closes + CLOSING_GRACE)
    return code


STATED = {
    "approvals": "转让方董事会 2026 年 9 月 3 日决议，清河市国资委清国资〔2026〕41号批准。",
    "valuation": "评估结果经清河市国资委备案，基准日 2026 年 6 月 30 日；审计报告随披露文件提供。",
    "staff": "不涉及职工安置；债权债务由标的企业继续承担。",
    "management": "标的企业管理层不参与受让。",
    "deposit": "受让方的保证金转为价款，其余三个工作日内退还；退出、拒绝签约或者串通的不予退还。",
    "special": "无。",
}


def _draft(sale: Sale, at: datetime) -> str:
    wei = actor("wei", at)
    tender = trading.draft_tender(
        actor=wei,
        purchaser=clients.actor_organisation("du", at),
        category=sale.category,
        title=sale.title,
        market="property",
        method=sale.method,
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
        "particulars": STATED,
        "bids_close_at": closes,
        "extension": {} if sale.state == "lapsed" else {"rounds": 2, "days": 5},
        "pre_disclosure": _told_first(sale, at),
    }
    if sale.method == "tender":
        changes |= tendered.OF_A_SALE
        tendered.name_custodians(code, "wei", "du", at)
    trading.change_tender(actor=wei, code=code, changes=changes, at=at)
    if sale.method != "tender":
        _set_auction(sale, code, at, closes, opens)
    right = _priority(sale, at, closes)
    trading.change_priority(actor=wei, code=code, number=1, right=right, at=at)
    text = [
        sale.summary,
        "一、转让标的。二、转让条件。三、受让方资格。四、成交办法。五、特别事项。",
    ]
    disclosure = Upload("tender_document", "产权转让公告.docx", files.word(sale.title, text))
    trading.attach_document(actor=wei, code=code, document=disclosure, at=at)


def _set_auction(
    sale: Sale, code: str, at: datetime, closes: datetime, opens: datetime | None
) -> None:
    wei, day = actor("wei", at), WORK.add_working_days(local_date(closes), 2).due
    terms = AuctionTerms(
        kind=sale.kind,
        opens_at=opens or datetime.combine(day, time(10), SHANGHAI),
        free_minutes=5 if opens else 120,
        increment=Decimal(sale.increment),
        cycle_s=60 if opens else USUAL_CYCLE,
        rounds=3,
        round_minutes=5,
        items=sale.items,
        from_price=Decimal(sale.from_price),
    )
    last = local_date(closes) - timedelta(days=1)
    shown = Viewing(last - timedelta(days=4), last, "清河市中心路 1 号机关旧址一楼，工作时间")
    trading.change_auction(actor=wei, code=code, number=1, auction=terms, shown=shown, at=at)


def _told_first(sale: Sale, at: datetime) -> dict[str, object]:
    """Say whether control is handed over, and what is then told of the enterprise first."""
    if not sale.approved_days_ago:
        return {"control_changes": False}
    return {
        "control_changes": True,
        "approved_on": local_date(at) - timedelta(days=sale.approved_days_ago),
        "subject": sale.summary,
        "holders": "清河市国有资本运营有限公司 70%；清河市旅游客运有限公司工会 30%。",
        "decisions": "转让方董事会决议；清河市国资委批复（清国资〔2026〕47号）。",
        "accounts": "上年度审计：营业收入 3,120 万元，净利润 186 万元，资产总额 5,460 万元。",
    }


def _priority(sale: Sale, at: datetime, closes: datetime) -> PriorityTerms:
    holders = [
        Holder(body.name, body.uscc)
        for name in sale.holders
        if (body := accounts.organisation(clients.actor_organisation(name, at)))
    ]
    if not holders:
        return PriorityTerms(sale.right)
    told = local_date(closes) - timedelta(days=45)
    return PriorityTerms(sale.right, holders, window_minutes=30, notified_on=told)


def _announce(sale: Sale, code: str, begun: datetime) -> None:
    later = [begun + timedelta(minutes=minutes) for minutes in (30, 50, 60)]
    trading.submit_tender(actor=actor("wei", later[0]), code=code, at=later[0])
    trading.approve_tender(actor=actor("du", later[1]), code=code, at=later[1])
    if sale.state == "pre_disclosed":
        trading.pre_disclose_tender(actor=actor("wei", later[2]), code=code, at=later[2])
        return
    trading.publish_tender(actor=actor("wei", later[2]), code=code, at=later[2])
    for order, name in enumerate(sale.takers, start=2):
        when = begun + timedelta(days=order)
        own = actor(name, when)
        trading.register_for_lot(
            actor=own, code=code, number=1, contact=own.name, phone="139****0000", at=when
        )
