"""A tunnel nobody can specify yet: technical proposals are in, and its document is being made."""

from datetime import datetime, time, timedelta
from typing import Any

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, files, works
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.files import Upload
from trading.domain.gates import Application

TITLE = "济水过江通道新建工程施工"
SUMMARY = "新建过江通道一处，双向六车道，全长约 2.8 公里，穿越岩溶与深厚砂层，工法待技术建议论证。"
LOT = {
    "title": "过江段主体工程",
    "description": SUMMARY,
    "quantity": "2.8 公里",
    "delivery": "1095 日历天",
    "budget": "1280000000.00",
    "ceiling": "0.00",
}
PROPOSERS = {
    "luo_b": "建议采用大直径泥水盾构，刀盘常压换刀，砂层段地面预加固。",
    "meng": "建议采用沉管隧道，干坞设在下游右岸，岩溶区换填处理。",
    "tao": "建议江中段盾构、岸边段明挖，岩溶区超前探测并注浆。",
}


def make(at: datetime) -> str:
    """Take one first stage to its end, the day after proposals closed."""
    closes_on = WorkCalendar().add_working_days(local_date(at), -1).due
    closes = datetime.combine(closes_on, time(9), SHANGHAI)
    begun = closes - timedelta(days=21)
    code = _publish(begun, closes)
    for number, (name, statement) in enumerate(PROPOSERS.items()):
        _propose(code, name, statement, begun + timedelta(days=5, hours=number))
    trading.close_proposals(code=code, at=closes + timedelta(seconds=2))
    return code


def _publish(at: datetime, closes: datetime) -> str:
    sun, cheng, on = actor("sun", at), actor("cheng", at), local_date(at)
    kind = {"market": "construction", "method": "two_stage_tender", "category": "works"}
    owner = clients.actor_organisation("cheng", at)
    tender = trading.draft_tender(actor=sun, purchaser=owner, title=TITLE, **kind, at=at)
    given: dict[str, Any] = {"actor": sun, "code": str(tender.code), "at": at}
    trading.add_lot(**given, lot=LOT)
    changes = {
        "summary": SUMMARY,
        "contact_name": "孙洁",
        "contact_phone": "0393-8800102",
        "trade_class": "A10",
        "plan_number": "2606-410900-04-01-118275",
        "funding": "财政资金",
        "qualification": works.QUALIFICATION,
        "proposals_from": on,
        "proposals_until": on + timedelta(days=7),
        "proposals_close_at": closes,
    }
    trading.change_tender(**given, changes=changes)
    title = "第一阶段招标文件"
    document = Upload("first_stage", f"{title}.docx", files.word(TITLE, [title, SUMMARY]))
    trading.attach_document(**given, document=document)
    trading.submit_tender(**given)
    trading.approve_tender(**{**given, "actor": cheng})
    works.hand_in(str(tender.code), at)
    works.register(str(tender.code), at)
    trading.publish_first_stage(**given)
    return str(tender.code)


def _propose(code: str, name: str, statement: str, at: datetime) -> None:
    own = actor(name, at)
    file = files.word("技术建议书", ["一、总体方案", "二、关键技术", "三、对技术标准的建议"])
    sent = Upload("application", "技术建议书.docx", file)
    application = Application(statement, own.name, "139****0000", sent)
    trading.submit_proposal(actor=own, code=code, application=application, at=at)
