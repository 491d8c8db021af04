"""The construction of the town: a road in two sections whose result is objected to, a school before
the public, a sewer that takes bids, a building that is under contract, a path that the centre is to
register.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from accounts.domain import SYSTEM
from bidding.queries import opening as halls
from evaluation.services import factors
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, deposits, files, judging, opening
from portal.demo.opening import actor
from trading import services as trading
from trading.domain import separation
from trading.domain.files import Upload
from trading.models import Tender

CALENDAR = WorkCalendar()
CUSTODIANS = (("cheng", "purchaser"), ("qian", "centre"), ("feng", "notary"))
ROOM = "清河市公共资源交易中心第二开标室（不见面开标大厅）"
OFFERS = {
    "luo_b": (
        "符合国家现行验收规范，一次验收合格",
        "周建国",
        "二级注册建造师（市政）豫241191912345",
    ),
    "meng": ("符合现行验收规范", "吴永强", "二级注册建造师（市政）豫241202018876"),
    "tao": ("一次性验收合格，争创市级优良", "孙立军", "一级注册建造师（市政）豫141171703321"),
    "kang": ("符合现行验收规范", "郑海涛", "二级注册建造师（建筑）豫241181807754"),
}
"""What each contractor promises: the quality, and its manager with the certificate."""
QUALIFICATION = [
    {"text": "具有市政公用或者建筑工程施工总承包三级及以上资质", "evidence": "资质证书"},
    {"text": "项目负责人具有相应专业二级及以上注册建造师执业资格", "evidence": "注册证书"},
    {"text": "具有有效的安全生产许可证", "evidence": "安全生产许可证"},
]
CONFORMITY = [
    {"text": "投标报价未超过最高投标限价", "evidence": "开标一览表"},
    {"text": "工期不超过招标文件要求", "evidence": "投标函"},
    {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
]
TERMS = (
    ("T", "technical", "施工组织设计", (
        ("T1", "施工方案与技术措施", "18", "优 15—18，良 10—14，一般 0—9。", True),
        ("T2", "质量、安全与进度保障", "12", "优 10—12，良 6—9，一般 0—5。", True),
    )),
    ("B", "commercial", "项目管理机构与信用", (
        ("B1", "同类工程业绩", "6", "近五年同类工程每项 2 分，最多 6 分。", False),
        ("B2", "信用评价", "4", "A 级 4 分，B 级 2 分，其他 0 分。", False),
    )),
)  # fmt: skip
SCHEME = {
    "method": "drawn_mean",
    "price": {"weight": "60"},
    "criteria": [
        {
            "code": code,
            "part": part,
            "title": title,
            "children": [
                {"code": c, "title": t, "full": full, "rule": rule, "subjective": own}
                for c, t, full, rule, own in leaves
            ],
        }
        for code, part, title, leaves in TERMS
    ],
}


@dataclass(frozen=True)
class Work:
    """One thing the town builds: how far it has come, its sections, who bids at which price."""

    title: str
    state: str
    summary: str
    lots: tuple[tuple[str, str, str, str], ...]
    """Title, extent, estimate and ceiling of each section."""
    days: int
    prices: tuple[dict[str, str], ...] = ()
    deposit: str = "0"
    method: str = "open_tender"
    grounds: dict[str, str] = field(default_factory=dict)
    invited: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()
    """For whom the award committee votes, where evaluation and award are apart."""
    trade_class: str = "A02"
    performance: str = "0"


PUBLISHED_AFTER = timedelta(minutes=60)
"""How long after its draft a work is published: at night that is the next day."""
WORKS = (
    Work(
        "清河大道（滨河路至东环路）改造工程施工",
        "objected",
        "城市主干路改造，全长 4.6 公里，红线宽 40 米，含道路、雨污水、照明、交通设施与绿化。",
        (
            ("滨河路至文化路段", "2.4 公里", "18600000.00", "18200000.00"),
            ("文化路至东环路段", "2.2 公里", "16900000.00", "16500000.00"),
        ),
        -4,
        (
            {"luo_b": "17460000", "meng": "17820000", "tao": "17615000", "kang": "17990000"},
            {"luo_b": "15980000", "meng": "15760000", "tao": "16120000"},
        ),
        "600000.00",
    ),
    Work(
        "清河市第五小学新建教学楼工程施工",
        "publicity",
        "新建五层教学楼一栋，建筑面积 7,860 平方米，框架结构，含室外配套。",
        (("教学楼及室外配套工程", "7860 平方米", "24500000.00", "24000000.00"),),
        -3,
        ({"kang": "22980000", "luo_b": "23250000", "tao": "23410000"},),
        "400000.00",
        votes=("luo_b", "luo_b", "kang", "luo_b", "tao"),
        trade_class="A01",
    ),
    Work(
        "老城区雨污分流改造工程（一期）施工",
        "announced",
        "改造老城区雨污管网 11.3 公里，新建提升泵站一座，恢复路面与绿化。",
        (("雨污分流改造一期", "11.3 公里", "31200000.00", "30600000.00"),),
        9,
        ({"meng": "29480000", "tao": "29950000"},),
        "500000.00",
        performance="10",
    ),
    Work(
        "清河市档案馆库房维修加固工程施工",
        "archived",
        "档案库房结构加固、屋面防水与消防改造，建筑面积 3,200 平方米。",
        (("维修加固工程", "3200 平方米", "4860000.00", "4800000.00"),),
        -48,
        ({"kang": "4516000", "luo_b": "4588000", "meng": "4632000"},),
        "90000.00",
        trade_class="A01",
    ),
    Work(
        "清河铁路桥转体施工与防护工程",
        "announced",
        "跨既有铁路转体桥一座，主跨 128 米，含既有线防护与铁路营业线施工配合。",
        (("转体桥及营业线防护", "主跨 128 米", "38600000.00", "37900000.00"),),
        8,
        method="invited_tender",
        grounds={
            "ground": "few",
            "reason": "跨铁路营业线转体施工，具备同类业绩和铁路营业线施工资格的单位很少。",
            "approval": "清发改审〔2026〕57号",
            "approval_by": "清河市发展和改革委员会",
            "approval_on": "2026-03-16",
            "approval_text": "同意该工程施工采用邀请招标方式。",
        },
        invited=("luo_b", "meng", "kang"),
    ),
    Work(
        "西湖公园环湖步道提升改造工程施工",
        "entry_review",
        "改造环湖步道 5.1 公里，含铺装、照明、护栏与无障碍坡道。",
        (("环湖步道提升改造", "5.1 公里", "8600000.00", "8400000.00"),),
        26,
        deposit="150000.00",
    ),
)


def make(work: Work, at: datetime) -> str:
    """Make one tender and take it as far as it has come."""
    day = CALENDAR.roll_over(local_date(at) + timedelta(days=work.days))[0]
    while day >= local_date(at) and work.days < 0:
        day -= timedelta(days=1)
    closes = datetime.combine(day, time(9), SHANGHAI)
    begun = min(closes - timedelta(days=26), at - timedelta(hours=2))
    code = _announce(work, begun, closes)
    _bid(work, code, begun, closes)
    if work.state not in {"entry_review", "announced"}:
        _judge(code, closes)
        shown = closes + timedelta(hours=26)
        if work.votes:
            _decide(work, code, shown - timedelta(hours=2))
        trading.publish_candidates(actor=actor("sun", shown), code=code, at=shown)
    if work.state == "objected":
        _object(code, closes + timedelta(hours=50))
    if work.state == "archived":
        _complain(code, closes + timedelta(days=5))
        _finish(work, code, closes + timedelta(days=8))
    return code


def _announce(work: Work, at: datetime, closes: datetime) -> str:
    sun, cheng = actor("sun", at), actor("cheng", at)
    owner = clients.actor_organisation("cheng", at)
    kind = {"market": "construction", "method": work.method, "category": "works"}
    tender = trading.draft_tender(actor=sun, purchaser=owner, title=work.title, **kind, at=at)
    code = str(tender.code)
    for title, extent, estimate, ceiling in work.lots:
        lot = {"title": title, "description": work.summary, "quantity": extent}
        lot |= {"delivery": "300 日历天", "budget": estimate, "ceiling": ceiling}
        trading.add_lot(actor=sun, code=code, lot=lot, at=at)
    published = local_date(at + PUBLISHED_AFTER)
    changes = {
        "summary": work.summary,
        "contact_name": "孙洁",
        "contact_phone": "0393-8800102",
        "trade_class": work.trade_class,
        "performance_share": work.performance,
        "performance_forms": ["guarantee", "transfer"],
        "plan_number": f"2606-410900-04-01-{118200 + WORKS.index(work)}",
        "funding": "财政资金",
        "particulars": {"consortium": "不接受联合体投标"},
        "place": ROOM,
        "qualification": QUALIFICATION,
        "conformity": CONFORMITY,
        "scheme": SCHEME,
        "bid_security": work.deposit,
        "documents_from": published,
        "documents_until": published + timedelta(days=7),
        "bids_close_at": closes,
    }
    if work.votes:
        changes["award_way"] = "direct_vote"
    if work.grounds:
        changes["grounds"] = work.grounds
    trading.change_tender(actor=sun, code=code, changes=changes, at=at)
    if work.invited:
        asked = [clients.actor_organisation(name, at) for name in work.invited]
        trading.list_invited(actor=sun, code=code, suppliers=asked, at=at)
    text = [work.summary, "一、招标公告。二、投标人须知。三、评标办法。四、合同条款。五、图纸。"]
    document = Upload("tender_document", "招标文件.docx", files.word(work.title, text))
    trading.attach_document(actor=sun, code=code, document=document, at=at)
    for person, office in CUSTODIANS:
        trading.name_custodian(actor=sun, code=code, person=person, office=office, at=at)
        keys = clients.public_keys(person, code, ("whole",))
        own = actor(person, at)
        trading.register_custodian_key(actor=own, code=code, public_keys=keys, at=at)
    trading.submit_tender(actor=sun, code=code, at=at + timedelta(minutes=30))
    trading.approve_tender(actor=cheng, code=code, at=at + timedelta(minutes=50))
    hand_in(code, at + timedelta(minutes=52))
    if work.state != "entry_review":
        register(code, at + timedelta(minutes=55))
        trading.publish_tender(actor=sun, code=code, at=at + PUBLISHED_AFTER)
    return code


def hand_in(code: str, at: datetime) -> None:
    """Let the agency hand in what the centre looks at before an announcement."""
    contract = f"清建代〔2026〕{Tender.objects.get(code=code).pk:03} 号委托代理合同"
    trading.submit_entry(actor=actor("sun", at), code=code, agency_contract=contract, at=at)


def register(code: str, at: datetime) -> None:
    """Let the centre find the papers whole."""
    trading.accept_entry(actor=actor("qian", at), code=code, at=at)


def _bid(work: Work, code: str, begun: datetime, closes: datetime) -> None:
    bidders = dict.fromkeys(name for prices in work.prices for name in prices)
    for order, name in enumerate(bidders):
        numbers = [n for n, prices in enumerate(work.prices, 1) if name in prices]
        when = begun + timedelta(days=2, hours=order)
        own = actor(name, when)
        trading.register_for_lots(
            actor=own, code=code, numbers=numbers, contact=own.name, phone="139****0000", at=when
        )
        number = Tender.objects.get(code=code).attachments.get().pk
        trading.download_document(actor=own, code=code, number=number, at=when)
        deposits.lay_down(code, numbers, name, when + timedelta(hours=1))
        for number in numbers:
            sent = min(closes, begun + timedelta(days=26)) - timedelta(hours=9, minutes=7 * number)
            _send(work, code, number, name, max(sent, when + timedelta(hours=2)))


def _send(work: Work, code: str, lot: int, name: str, at: datetime) -> None:
    quality, manager, certificate = OFFERS[name]
    said = {"days": "300", "quality": quality, "manager": manager, "certificate": certificate}
    text = ["一、投标函及附录", "二、资格审查资料", "三、施工组织设计", "四、已标价工程量清单"]
    given = {"投标文件.docx": files.word(f"投标文件（第 {lot} 标段）", text)}
    price = work.prices[lot - 1][name]
    clients.submit(username=name, code=code, lot=lot, price=price, files=given, said=said, at=at)


def _judge(code: str, closes: datetime) -> None:
    trading.close_tender(actor=SYSTEM, code=code, at=closes + timedelta(seconds=1))
    opening.hold(code, halls.session_for(code, "whole").stage, closes)
    drawn = closes + timedelta(hours=1, minutes=30)
    nonce = "清河市公证处现场随机数 2026"
    factors.draw_factor(actor=actor("feng", drawn), code=code, nonce=nonce, at=drawn)
    judging.gather(code, closes + timedelta(hours=2))
    judging.judge(code, closes + timedelta(hours=3))


def _decide(work: Work, code: str, at: datetime) -> None:
    """Record the vote of the tenderer's award committee."""
    people = ("程远", "顾明", "段秋", "苏航", "丁雨")
    ballots = [
        separation.Ballot(
            person, "领导班子成员", (clients.actor_organisation(name, at),), "履约能力和同类业绩"
        )
        for person, name in zip(people, work.votes, strict=True)
    ]
    trading.decide_award(
        actor=actor("cheng", at),
        code=code,
        number=1,
        ballots=ballots,
        reason="同类学校工程业绩多，项目负责人到岗承诺可核查。",
        at=at,
    )


def _object(code: str, at: datetime) -> None:
    filed = trading.file_challenge(
        actor=actor("kang", at),
        code=code,
        about="result",
        matters="第一标段第一中标候选人所报同类工程业绩中，“东湖路工程”竣工日期在五年之外，不应得分。",
        claim="请核实业绩材料，重新评审业绩得分。",
        law="《招标投标法实施条例》第五十四条",
        lot=1,
        at=at,
    )
    when = at + timedelta(hours=3)
    given = {"code": code, "number": filed.code}
    trading.accept_challenge(actor=actor("cheng", when), **given, at=when)


def _complain(code: str, at: datetime) -> None:
    """Let a bidder complain of something that needs no objection first, and be told that it is
    wrong.
    """
    filed = trading.file_complaint(
        actor=actor("meng", at),
        code=code,
        ground="other",
        matters="招标代理在开标前与个别投标人单独联系，可能影响公平竞争。",
        claim="请调查处理。",
        law="《招标投标法》第二十二条、第六十条",
        known_on=local_date(at) - timedelta(days=2),
        at=at,
    )
    when, done = at + timedelta(hours=6), at + timedelta(days=2)
    number = filed.code
    trading.accept_complaint(actor=actor("shi", when), code=code, number=number, at=when)
    trading.decide_complaint(
        actor=actor("shi", done),
        code=code,
        number=number,
        outcome="dismissed",
        decision="经查，招标代理的联系是向全体投标人发送澄清通知，未泄露投标人信息，投诉事项不成立。",
        at=done,
    )


def _finish(work: Work, code: str, at: datetime) -> None:
    cheng, sun = actor("cheng", at), actor("sun", at)
    choices = {number: (1, "") for number, _lot in enumerate(work.lots, start=1)}
    trading.confirm_winner(actor=cheng, code=code, choices=choices, at=at)
    trading.publish_result(actor=sun, code=code, at=at + timedelta(hours=3))
    signed = at + timedelta(days=14)
    content = files.pdf(f"{work.title}合同", ["发包人、承包人依照招标文件和投标文件订立本合同。"])
    for number in choices:
        upload = Upload("other", "合同.pdf", content)
        trading.sign_contract(actor=cheng, code=code, number=number, document=upload, at=signed)
    deposits.pay_back(code, signed + timedelta(days=2))
    trading.report_award(actor=sun, code=code, at=at + timedelta(days=6))
    trading.archive_tender(actor=sun, code=code, at=signed + timedelta(days=6))
