"""Tenders in every state, made by the ordinary services from the cast.

story = announced(world)            # a tender that takes bids
story.code, story.keys["lin"]["whole"]  # and the private keys of its custodians
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel.calendar import SHANGHAI, local_date
from ledger import private
from tests.world import World
from trading import services
from trading.domain import STAGES, acceptance
from trading.domain.files import Upload
from trading.models import Acceptance, Tender
from trading.queries.entering import needs_entry

CUSTODIANS = (("lin", "purchaser"), ("zhou", "centre"), ("feng", "notary"))
SCHEME: dict[str, Any] = {
    "method": "comprehensive",
    "price": {"weight": "30"},
    "criteria": [
        {
            "code": "T",
            "part": "technical",
            "title": "技术部分",
            "children": [
                {
                    "code": "T1",
                    "title": "技术参数响应",
                    "full": "30",
                    "subjective": False,
                    "rule": "全部满足得 30 分，每负偏离一项扣 2 分。",
                },
                {
                    "code": "T2",
                    "title": "实施与培训方案",
                    "full": "20",
                    "subjective": True,
                    "rule": "优 16—20 分，良 10—15 分，一般 0—9 分。",
                },
            ],
        },
        {
            "code": "B",
            "part": "commercial",
            "title": "商务部分",
            "children": [
                {
                    "code": "B1",
                    "title": "同类业绩",
                    "full": "15",
                    "subjective": False,
                    "rule": "近三年同类业绩每项 3 分，最多 15 分。",
                },
                {
                    "code": "B2",
                    "title": "售后服务",
                    "full": "5",
                    "subjective": False,
                    "rule": "质保每延长一年 1 分，最多 5 分。",
                },
            ],
        },
    ],
    "deductions": {"small_firm": "0.10", "consortium": "0.04"},
}
QUALIFICATION = [
    {"text": "具有独立承担民事责任的能力", "evidence": "营业执照"},
    {"text": "具有良好的商业信誉和健全的财务会计制度", "evidence": "上年度财务报表"},
]
CONFORMITY = [
    {"text": "投标报价未超过最高限价", "evidence": "开标一览表"},
    {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
]
LOT = {
    "title": "全自动生化分析仪",
    "description": "检验科用全自动生化分析仪及配套试剂、培训。",
    "quantity": "1 套",
    "delivery": "合同签订后 60 日内",
    "budget": "1200000.00",
    "ceiling": "1180000.00",
    "items": [
        {"name": "全自动生化分析仪", "spec": "不低于 800 测试/小时", "quantity": "1", "unit": "台"}
    ],
}
DOCUMENT = Upload("tender_document", "采购文件.pdf", b"%PDF-1.7\n% tender document\n%%EOF\n")
FIELDS: dict[str, Any] = {
    "summary": "采购全自动生化分析仪一套，用于检验科日常检测。",
    "contact_name": "孙洁",
    "contact_phone": "0393-8800102",
    "plan_number": "新财采计〔2026〕118号",
    "funding": "财政性资金",
    "place": "新安市公共资源交易中心第一开标室（不见面开标大厅）",
    "qualification": QUALIFICATION,
    "conformity": CONFORMITY,
    "scheme": SCHEME,
    "threshold": 2,
}


APPROVED = {
    "approval": "新财采批〔2026〕41号",
    "approval_by": "新安市财政局",
    "approval_text": "同意按申请采用该方式。",
}
GROUNDS: dict[str, dict[str, str]] = {
    "consultation": {"ground": "complex", "reason": "技术方案须与供应商磋商确定。", **APPROVED},
    "negotiation": {"ground": "urgent", "reason": "汛期检验设备损毁，急需恢复。", **APPROVED},
    "inquiry": {"ground": "standard", "reason": "通用设备，现货充足、价格平稳。", **APPROVED},
    "single_source": APPROVED,
}
"""Why each way of buying without a tender is used, and who approved it; the day is the draft's."""


@dataclass
class Story:
    """A tender under way: its code, and what the custodians keep to themselves."""

    world: World
    code: str
    at: datetime
    keys: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def tender(self) -> Tender:
        """Read the tender as it is now."""
        return Tender.objects.get(code=self.code)


def accept(world: World, code: str, at: datetime, number: int = 1, **changes: Any) -> Acceptance:
    """Let the purchaser write down that all was delivered as agreed."""
    items = Tender.objects.get(code=code).lots.get(number=number).items
    lines = [acceptance.Line("与合同约定一致。", passed=True) for _ in acceptance.parts(items)]
    told = {"held_on": local_date(at), "lines": lines, "reviewers": ("高远", "葛明")}
    report = acceptance.Report(**{**told, **changes})
    lin = world.actor("lin", at)
    return services.accept_contract(actor=lin, code=code, number=number, report=report, at=at)


def approved_on(at: datetime) -> str:
    """Give the day an authority agreed to a method that begins at an instant, four days before."""
    return (local_date(at) - timedelta(days=4)).isoformat()


def deadline(at: datetime, days: int = 21, hour: int = 9) -> datetime:
    """Give a lawful deadline for a publication at an instant."""
    return datetime.combine(local_date(at) + timedelta(days=days), time(hour), SHANGHAI)


def draft(
    world: World,
    at: datetime | None = None,
    *,
    lots: int = 1,
    title: str = "医用检验设备采购项目",
    method: str = "open_tender",
    **changes: Any,
) -> Story:
    """Draft everything but the custodians' keys."""
    when = at or world.at
    sun, lin = world.actor("sun", when), world.organisation_of("lin")
    tender = services.draft_tender(
        actor=sun, purchaser=lin.uscc, category="goods", title=title, method=method, at=when
    )
    closes = changes.pop("bids_close_at", deadline(when))
    dates = {
        "documents_from": local_date(when),
        "documents_until": local_date(when) + timedelta(days=9),
        "bids_close_at": closes,
    }
    for number in range(1, lots + 1):
        lot = {**LOT, "title": f"{LOT['title']}（{number} 包）" if lots > 1 else LOT["title"]}
        services.add_lot(actor=sun, code=tender.code, lot=lot, at=when)
    given = {**FIELDS, **dates, **changes}
    if method in GROUNDS:
        given.setdefault("grounds", GROUNDS[method] | {"approval_on": approved_on(when)})
    services.change_tender(actor=sun, code=tender.code, changes=given, at=when)
    services.attach_document(actor=sun, code=tender.code, document=DOCUMENT, at=when)
    for person, office in CUSTODIANS:
        services.name_custodian(actor=sun, code=tender.code, person=person, office=office, at=when)
    return Story(world, tender.code, when)


def register_keys(story: Story) -> Story:
    """Let every custodian make a key pair for each stage and register the public one."""
    for person, _office in CUSTODIANS:
        _register(story, person)
    return story


def _register(story: Story, person: str) -> None:
    pairs = {stage: X25519PrivateKey.generate() for stage in STAGES[story.tender.stages]}
    story.keys[person] = {stage: key.private_bytes_raw() for stage, key in pairs.items()}
    public = {
        stage: base64.urlsafe_b64encode(
            key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        )
        .rstrip(b"=")
        .decode()
        for stage, key in pairs.items()
    }
    services.register_custodian_key(
        actor=story.world.actor(person, story.at),
        code=story.code,
        public_keys=public,
        at=story.at,
    )


def register_recovery_keys(story: Story, held: Sequence[tuple[str, str]]) -> Story:
    """Let every custodian of a recovery set register a fresh key for each stage."""
    for person, _office in held:
        _register(story, person)
    return story


AGENCY_CONTRACT = "委托代理合同 XA-2026-031 号（2026年10月8日）"


def approve(story: Story) -> Story:
    """Hand a complete draft over and let it be approved."""
    sun, lin = story.world.actor("sun", story.at), story.world.actor("lin", story.at)
    services.submit_tender(actor=sun, code=story.code, at=story.at)
    services.approve_tender(actor=lin, code=story.code, at=story.at)
    return story


def enter(story: Story) -> Story:
    """Let the centre register what is approved, where its rules ask for that."""
    if needs_entry(story.tender, story.at):
        sun, qian = story.world.actor("sun", story.at), story.world.actor("qian", story.at)
        given: dict[str, Any] = {"code": story.code, "at": story.at}
        services.submit_entry(actor=sun, agency_contract=AGENCY_CONTRACT, **given)
        services.accept_entry(actor=qian, **given)
    return story


def publish(story: Story) -> Story:
    """Hand a complete draft over, approve it, register it and publish it."""
    enter(approve(story))
    sun = story.world.actor("sun", story.at)
    services.publish_tender(actor=sun, code=story.code, at=story.at)
    return story


def approved(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Draft, register the keys, submit, and approve."""
    return approve(register_keys(draft(world, at, **changes)))


def announced(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Publish: the tender takes bids."""
    story = approved(world, at, **changes)
    sun = world.actor("sun", story.at)
    services.publish_tender(actor=sun, code=story.code, at=story.at)
    return story


def closed(world: World, at: datetime | None = None, **changes: Any) -> Story:
    """Let the deadline pass."""
    story = announced(world, at, **changes)
    closes_at = story.tender.bids_close_at
    assert closes_at is not None
    story.at = closes_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


RANKED = ((1, "chen"), (2, "zhao"))
OFFERED = {1: ("980000.00", "91.20"), 2: ("1020000.00", "86.75"), 3: ("1050000.00", "80.10")}
"""What whoever has a rank offered, and its total."""


def evaluated(
    world: World,
    at: datetime | None = None,
    *,
    ranked: Sequence[tuple[int, str]] = RANKED,
    **changes: Any,
) -> Story:
    """Open, evaluate, and hand in a report that ranks two bidders and excludes one, in each lot."""
    story = closed(world, at, **changes)
    qian = world.actor("qian", story.at)
    for step in (services.open_tender, services.confirm_record, services.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    numbers = story.tender.lots.values_list("number", flat=True)
    services.receive_report(
        code=story.code,
        candidates=[
            _candidate(world, lot, rank, name, *OFFERED[rank])
            for lot in numbers
            for rank, name in ranked
        ],
        excluded=[
            {
                "lot": lot,
                "supplier_uscc": world.organisation_of("hu").uscc,
                "supplier": world.organisation_of("hu").name,
                "bid": f"{lot}-hu",
                "reason": "未提供上年度财务报表，资格审查不合格。",
            }
            for lot in numbers
            if "hu" not in [name for _rank, name in ranked]
        ],
        experts=["吴哲", "罗敏", "宋凯", "高岚", "谢军"],
        at=story.at,
    )
    return story


def _candidate(
    world: World, lot: int, rank: int, name: str, price: str, total: str
) -> dict[str, Any]:
    organisation = world.organisation_of(name)
    return {
        "lot": lot,
        "rank": rank,
        "supplier_uscc": organisation.uscc,
        "supplier": organisation.name,
        "bid": f"{lot}-{name}",
        "price": price,
        "total": total,
    }


def took_part(story, name):
    """Put a submission into the private tree, as the intake does."""
    private.withhold(
        tender=story.code,
        owner=story.world.organisation_of(name).uscc,
        kind="bid.submitted",
        actor=f"person:{name}",
        at=story.at,
        once=f"bid.{name}",
        lot=1,
    )
