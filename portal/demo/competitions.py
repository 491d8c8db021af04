"""The demo's second competition: two suppliers of a framework bid a price down, minutes after the
start.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo.opening import actor
from trading import services as trading
from trading.domain.rooms import AuctionTerms
from trading.models import Tender

LOT: Final = "台式计算机"
BEGUN_BEFORE: Final = timedelta(days=15)
LEAD: Final = timedelta(minutes=2)
CONTENT: Final = (
    "门诊和住院部更换办公计算机 60 台，配置不低于框架协议约定，送货上门、安装并迁移数据。"
)


def ask(at: datetime) -> None:
    """Let the purchaser of a framework ask those shortlisted, and open the room soon."""
    source = Tender.objects.filter(framework__way="competition", state="contracted").first()
    if source is None:
        return
    begun = at - BEGUN_BEFORE
    tender = trading.open_competition(
        actor=actor("lin", begun),
        code=source.code,
        number=1,
        title="门诊办公计算机更新",
        content=CONTENT,
        quantity=Decimal(60),
        delivery="合同签订后 10 日内",
        at=begun,
    )
    day = WorkCalendar().add_working_days(local_date(begun), 2).due
    closes = datetime.combine(day, time(17), SHANGHAI)
    sun, lin, code = actor("sun", begun), actor("lin", begun), tender.code
    trading.change_tender(actor=sun, code=code, changes={"bids_close_at": closes}, at=begun)
    room = AuctionTerms("reverse", at + LEAD, 5, Decimal(1000))
    trading.change_auction(actor=sun, code=code, number=1, auction=room, at=begun)
    trading.submit_tender(actor=sun, code=code, at=begun)
    trading.approve_tender(actor=lin, code=code, at=begun)
    trading.publish_tender(actor=sun, code=code, at=begun)
