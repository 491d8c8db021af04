"""A bridge whose bidders are found first: applications are in, and half of them reviewed."""

from datetime import datetime, time, timedelta
from typing import Any

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, files, works
from portal.demo.opening import actor
from trading import queries
from trading import services as trading
from trading.domain.files import Upload
from trading.domain.gates import Application

TITLE = "清河特大桥（跨济水段）新建工程施工"
SUMMARY = "新建跨河特大桥一座，全长 1.36 公里，主跨 160 米连续刚构，含引道与照明。"
LOT = {
    "title": "主桥及引道工程",
    "description": SUMMARY,
    "quantity": "1.36 公里",
    "delivery": "720 日历天",
    "budget": "168000000.00",
    "ceiling": "166000000.00",
}
APPLICANTS = {
    "luo_b": "近五年承建主跨 120 米以上连续刚构桥两座，项目负责人为一级注册建造师（公路）。",
    "meng": "近五年承建特大桥一座、大桥三座，桥梁专业人员与设备清单见申请文件。",
    "tao": "具有公路、市政总承包一级资质，正在实施的特大桥一座，资信证明见申请文件。",
    "kang": "具有市政总承包三级资质，承建中桥两座。",
}
REASON = "申请文件中未附有效的安全生产许可证，所附许可证已于本年九月到期。"


def make(at: datetime) -> str:
    """Take one prequalification to its review, the day after applications closed."""
    closes_on = WorkCalendar().add_working_days(local_date(at), -1).due
    closes = datetime.combine(closes_on, time(9), SHANGHAI)
    begun = closes - timedelta(days=13)
    code = _publish(begun, closes)
    for number, (name, statement) in enumerate(APPLICANTS.items()):
        _apply(code, name, statement, begun + timedelta(days=3, hours=number))
    at = closes + timedelta(seconds=2)
    trading.close_applications(code=code, at=at)
    _review(code, at + timedelta(hours=2))
    return code


def _publish(at: datetime, closes: datetime) -> str:
    sun, cheng, on = actor("sun", at), actor("cheng", at), local_date(at)
    kind = {"market": "construction", "method": "prequalified_tender", "category": "works"}
    owner = clients.actor_organisation("cheng", at)
    tender = trading.draft_tender(actor=sun, purchaser=owner, title=TITLE, **kind, at=at)
    given: dict[str, Any] = {"actor": sun, "code": str(tender.code), "at": at}
    trading.add_lot(**given, lot=LOT)
    first = local_date(closes) + timedelta(days=7)
    changes = {
        "summary": SUMMARY,
        "contact_name": "孙洁",
        "contact_phone": "0393-8800102",
        "trade_class": "A10",
        "plan_number": "2606-410900-04-01-118260",
        "funding": "财政资金",
        "place": works.ROOM,
        "qualification": works.QUALIFICATION,
        "conformity": works.CONFORMITY,
        "scheme": works.SCHEME,
        "prequalification_from": on,
        "prequalification_until": on + timedelta(days=6),
        "prequalification_close_at": closes,
        "documents_from": first,
        "documents_until": first + timedelta(days=7),
        "bids_close_at": datetime.combine(first + timedelta(days=28), time(9), SHANGHAI),
    }
    trading.change_tender(**given, changes=changes)
    for part, title in (("prequalification", "资格预审文件"), ("tender_document", "招标文件")):
        document = Upload(part, f"{title}.docx", files.word(TITLE, [title, SUMMARY]))
        trading.attach_document(**given, document=document)
    for person, office in works.CUSTODIANS:
        trading.name_custodian(**given, person=person, office=office)
        keys = clients.public_keys(person, tender.code, ("whole",))
        own = actor(person, at)
        trading.register_custodian_key(**{**given, "actor": own}, public_keys=keys)
    trading.submit_tender(**given)
    trading.approve_tender(**{**given, "actor": cheng})
    works.hand_in(str(tender.code), at)
    works.register(str(tender.code), at)
    trading.publish_prequal(**given)
    return str(tender.code)


def _apply(code: str, name: str, statement: str, at: datetime) -> None:
    own = actor(name, at)
    file = files.word("资格预审申请文件", ["一、资质证书", "二、类似业绩", "三、拟派项目负责人"])
    sent = Upload("application", "资格预审申请文件.docx", file)
    application = Application(statement, own.name, "139****0000", sent)
    trading.submit_prequal(actor=own, code=code, application=application, at=at)


def _review(code: str, at: datetime) -> None:
    """Review two of them, one of which lacks a licence."""
    sun = actor("sun", at)
    tender = queries.tender_for(sun, code, at)
    lacking = clients.actor_organisation("kang", at)
    for filed in queries.filed_for_review(tender)[-2:]:
        unmet = {"Q3": REASON} if filed.owner == lacking else {}
        given: dict[str, Any] = {"code": code, "application": filed.row, "unmet": unmet}
        trading.review_prequal(actor=sun, **given, at=at)
