"""What the town's capital house transfers by agreement: one restructuring within the group."""

from datetime import datetime, timedelta

from portal.demo import clients, files
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.files import Upload

BEFORE = timedelta(days=10)
TITLE = "清河城建检测有限公司 49% 股权协议转让项目"
SUMMARY = (
    "清河城建检测有限公司注册资本 800 万元，从事建筑材料检测。为整合检测业务，将国有股权 49% "
    "协议转让给同一国家出资企业控股的清河市城市建设投资有限公司，职工和债权债务由标的企业继续承担。"
)


def make(now: datetime) -> str:
    """Draft, approve and publish it, some days ago; its transferor confirms next."""
    at = now - BEFORE
    wei, du = actor("wei", at), actor("du", at)
    made = trading.draft_tender(
        actor=wei,
        purchaser=clients.actor_organisation("du", at),
        category="equity",
        title=TITLE,
        market="property",
        method="direct_agreement",
        at=at,
    )
    fields = {
        "summary": SUMMARY,
        "plan_number": "清国资〔2026〕52号",
        "contact_name": "魏然",
        "contact_phone": "0393-8801009",
    }
    trading.change_tender(actor=wei, code=made.code, changes=fields, at=at)
    lot = {
        "title": "清河城建检测有限公司 49% 股权",
        "quantity": "49%",
        "delivery": "合同生效后五个工作日内一次付清",
        "budget": "5880000.00",
        "start_price": "5880000.00",
        "particulars": {
            "taker_uscc": clients.actor_organisation("cheng", at),
            "relation": "受让方为转让方所属国家出资企业的控股企业。",
            "ground": "restructuring",
            "reasons": "检测业务归并到城建板块，不引入外部股东。",
            "approver": "清河市国有资本运营有限公司",
        },
    }
    trading.add_lot(actor=wei, code=made.code, lot=lot, at=at)
    for kind, name in (("contract_draft", "股权转让协议.docx"), ("consent", "批准文件.docx")):
        upload = Upload(kind, name, files.word(TITLE, [SUMMARY]))
        trading.attach_document(actor=wei, code=made.code, document=upload, at=at)
    trading.submit_tender(actor=wei, code=made.code, at=at)
    trading.approve_tender(actor=du, code=made.code, at=at)
    trading.publish_tender(actor=wei, code=made.code, at=at)
    return str(made.code)
