"""The demo's framework agreement: three suppliers are shortlisted, and the purchaser calls off in
turn: the first refuses, the second takes it on.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.demo import files
from portal.demo.opening import actor
from trading import queries
from trading import services as trading
from trading.domain.files import Upload
from trading.models import Tender


def sign(code: str, buyer: str, at: datetime) -> None:
    """Sign with everybody shortlisted."""
    tender = Tender.objects.get(code=code)
    text = ["征集人与入围供应商依照征集文件和响应文件订立本框架协议。"]
    upload = Upload("other", "框架协议.pdf", files.pdf(f"{tender.title}框架协议", text))
    for made in queries.agreements_of(tender):
        trading.sign_framework(
            actor=actor(buyer, at),
            code=code,
            number=made.lot.number,
            place=made.place,
            document=upload,
            at=at,
        )


def call(code: str, buyer: str, bidders: tuple[str, str], at: datetime) -> None:
    """Call off once: the first in turn refuses, the second accepts, the result is published."""
    order = trading.Order("一个季度的院内物业保洁", Decimal(3), "自签订合同之日起三个月")
    made = trading.place_call_off(actor=actor(buyer, at), code=code, number=1, order=order, at=at)
    given: dict[str, Any] = {"code": code, "number": 1, "serial": made.number}
    first, second = bidders
    at += timedelta(hours=3)
    reason = "本季度人员已全部排班，无法按要求到岗。"
    trading.refuse_call_off(actor=actor(first, at), **given, reason=reason, at=at)
    at += timedelta(hours=2)
    trading.accept_call_off(actor=actor(second, at), **given, at=at)
    at += timedelta(hours=18)
    trading.publish_call_off(actor=actor(buyer, at), **given, at=at)
