"""What the town sells by tender: a parcel whose reserve is sealed, bid for, judged and granted."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from accounts.domain import SYSTEM
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, deposits, files, judging, opening
from portal.demo.opening import actor
from portal.demo.parcels import parcel
from trading import services as trading
from trading.domain.files import Upload

ROOM: Final = "清河市公共资源交易中心第三开标室（不见面开标大厅）"
NAME: Final = "清政储〔2026〕6 号地块"
PARCEL: Final = parcel(
    "清河市新区文华路以东、纬二路以北",
    "东至经四路，南至纬二路，西至文华路，北至规划公园",
    "35218.6",
    "城镇住宅用地（兼容社区服务设施）",
    "七十年",
    "大于 1.0 且不大于 2.0",
)
LOT: Final = {
    "title": NAME,
    "delivery": "合同签订后一个月内缴纳 50%，余款六个月内缴清；缴清后一个月内交地",
    "budget": "262000000.00",
    "start_price": "275000000.00",
    "deposit": "52400000.00",
    "particulars": PARCEL,
}
RESERVE: Final = "288000000"
OFFERS: Final = {"heng": "301000000", "jin": "296500000", "xin": "283000000"}
SCHEME: Final[dict[str, Any]] = {
    "method": "best_offer",
    "price": {"weight": "60"},
    "criteria": [
        {
            "code": "T",
            "part": "technical",
            "title": "开发建设方案",
            "children": [
                {
                    "code": code,
                    "title": title,
                    "full": "20",
                    "subjective": True,
                    "rule": "优 16—20，良 10—15，一般 0—9。",
                }
                for code, title in (("T1", "规划与建筑设计"), ("T2", "社区服务设施与运营"))
            ],
        }
    ],
}
CHANGES: Final = {
    "summary": (
        "经清河市人民政府批准，以招标方式出让下列国有建设用地使用权。按综合评标价得分最高、且报价"
        "不低于底价的原则确定中标人；出让人设有底价。"
    ),
    "plan_number": "清政土〔2026〕16号",
    "contact_name": "耿岩",
    "contact_phone": "0393-8801014",
    "place": ROOM,
    "qualification": [
        {"text": "境内外法人和其他组织，无拖欠土地出让价款等失信行为", "evidence": "承诺书"}
    ],
    "conformity": [
        {"text": "承诺按规划条件开发建设并配建社区服务设施", "evidence": "投标函"},
        {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
    ],
    "scheme": SCHEME,
}
OF_A_SALE: Final = {
    "place": ROOM,
    "conformity": [
        {"text": "承诺继续履行标的企业的供气特许经营协议", "evidence": "投标函"},
        {"text": "投标有效期不少于 90 日", "evidence": "投标函"},
    ],
    "scheme": {
        **SCHEME,
        "criteria": [
            {
                "code": "T1",
                "part": "technical",
                "title": "经营与服务方案",
                "full": "40",
                "subjective": True,
                "rule": "优 31—40，良 20—30，一般 0—19。",
            }
        ],
    },
}
"""What a sale by tender says besides what every sale does."""
DAYS: Final = -18


def make(at: datetime) -> str:
    """Grant the parcel: announced, bid for, judged, confirmed; its result is published."""
    day = WorkCalendar().add_working_days(local_date(at), DAYS).due
    closes = datetime.combine(day, time(9), SHANGHAI)
    code = _announce(closes - timedelta(days=26), closes)
    _bid(code, closes)
    trading.close_tender(actor=SYSTEM, code=code, at=closes + timedelta(seconds=1))
    opening.hold(code, "whole", closes, host="geng")
    judging.gather(code, closes + timedelta(hours=2))
    judging.judge(code, closes + timedelta(hours=4))
    _grant(code, closes + timedelta(days=1))
    return code


def _announce(at: datetime, closes: datetime) -> str:
    geng, tan = actor("geng", at), actor("tan", at)
    tender = trading.draft_tender(
        actor=geng,
        purchaser=clients.actor_organisation("tan", at),
        category="residence",
        title=f"{NAME}国有建设用地使用权",
        market="land",
        method="land_tender",
        at=at,
    )
    code = str(tender.code)
    trading.add_lot(actor=geng, code=code, lot=LOT, at=at)
    changes = {**CHANGES, "bids_close_at": closes}
    trading.change_tender(actor=geng, code=code, changes=changes, at=at)
    text = ["一、招标公告。二、投标须知。三、评标办法。四、规划条件。五、出让合同文本。"]
    document = Upload("tender_document", "招标出让文件.docx", files.word(NAME, text))
    trading.attach_document(actor=geng, code=code, document=document, at=at)
    name_custodians(code, "geng", "tan", at)
    trading.submit_tender(actor=geng, code=code, at=at + timedelta(minutes=30))
    trading.approve_tender(actor=tan, code=code, at=at + timedelta(minutes=50))
    trading.publish_tender(actor=geng, code=code, at=at + timedelta(minutes=60))
    trading.seal_reserve(
        actor=tan,
        code=code,
        number=1,
        price=RESERVE,
        decision="清自然资会纪〔2026〕15号",
        at=at + timedelta(days=2),
    )
    return code


def name_custodians(code: str, agency: str, owner: str, at: datetime) -> None:
    """Let the agency name who holds the keys, its principal among them, and each register one."""
    for person, office in ((owner, "purchaser"), ("qian", "centre"), ("feng", "notary")):
        named = {"code": code, "person": person, "office": office}
        trading.name_custodian(actor=actor(agency, at), **named, at=at)
        keys = clients.public_keys(person, code, ("whole",))
        own = actor(person, at)
        trading.register_custodian_key(actor=own, code=code, public_keys=keys, at=at)


def _bid(code: str, closes: datetime) -> None:
    text = ["一、投标函", "二、资格证明文件", "三、开发建设方案", "四、资金安排"]
    content = {"投标文件.docx": files.word("投标文件", text)}
    for order, (name, price) in enumerate(OFFERS.items()):
        when = closes - timedelta(days=9 - order)
        own = actor(name, when)
        trading.register_for_lot(
            actor=own, code=code, number=1, contact=own.name, phone="139****0000", at=when
        )
        deposits.lay_down(code, [1], name, when + timedelta(hours=1))
        sent = closes - timedelta(hours=16 - order)
        said = {"validity_days": "90"}
        clients.submit(
            username=name, code=code, lot=1, price=price, files=content, said=said, at=sent
        )


def _grant(code: str, at: datetime) -> None:
    trading.confirm_winner(actor=actor("tan", at), code=code, choices={1: (1, "")}, at=at)
    told = at + timedelta(hours=3)
    trading.publish_result(actor=actor("geng", told), code=code, at=told)
    deposits.pay_back(code, at + timedelta(days=2))
    signed = at + timedelta(days=6)
    text = ["出让人、受让人依照成交确认书订立本合同。"]
    contract = Upload("other", "出让合同.pdf", files.pdf(f"{NAME}出让合同", text))
    tan = actor("tan", signed)
    trading.sign_contract(actor=tan, code=code, number=1, document=contract, at=signed)
