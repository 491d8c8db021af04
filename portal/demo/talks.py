"""The demo's talks: a panel meets each supplier in two rounds, and each hands in its last quote."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bidding.models import Bid
from bidding.queries import windows
from bidding.services import quoting
from evaluation.models import Evaluation, Turn
from evaluation.queries import talks as queries
from evaluation.services import talks
from portal.demo import clients, files, judging
from portal.demo.opening import actor
from trading.domain.completeness import CLOSING_GRACE
from trading.models import Tender

SOON: Final = timedelta(seconds=8)
PAUSE: Final = timedelta(minutes=40)
CHANGE: Final = "服务响应时间由四小时调整为两小时，驻场人员由两名增加到三名，其余要求不变。"
ASKED: Final = (
    "请说明项目团队的驻场安排，以及与现有系统对接的分工和工期。",
    "请说明数据迁移失败时的回退方案，并给出恢复时间。",
    "请说明质保期满后的续保价格承诺和备件供应。",
    "请说明核心模块是否自主研发，并列明第三方软件的授权期限。",
)
SAID: Final = (
    "驻场由项目经理带队，对接工作分三个阶段，每阶段设验收点；详见响应文件第三章补充说明。",
    "同意上述变动，按新的要求重新响应；人员名单和响应时间承诺随最后报价一并有效。",
)


def hold(code: str, at: datetime) -> datetime:
    """Hold both rounds, the second with a change that goes to all; give when they were over."""
    asked = {bid.pk: ASKED[n % len(ASKED)] for n, bid in enumerate(_bids(code))}
    _round(code, asked, "", at)
    again = at + PAUSE
    _round(code, {}, CHANGE, again)
    return again + PAUSE


def _bids(code: str) -> list[Bid]:
    return queries.talking(Evaluation.objects.get(tender__code=code))


def _round(code: str, asked: Mapping[int, str], change: str, at: datetime) -> None:
    lead = judging.lead(code, at)
    made = talks.open_round(actor=lead, code=code, questions=asked, change=change, at=at)
    for turn in Turn.objects.filter(round=made).select_related("bid"):
        at += SOON / 2
        own = actor(_who(turn.bid), at)
        said = SAID[bool(change)]
        talks.answer_turn(actor=own, code=code, turn=turn.pk, text=said, at=at)


def _who(bid: Bid) -> str:
    return str(bid.submitted_by).removeprefix("person:")


def quote(code: str, prices: Mapping[int, Mapping[str, str]], at: datetime) -> datetime:
    """Ask for last quotes, let each be sealed and handed in, and close; give when that was."""
    talks.request_quotes(actor=judging.lead(code, at), code=code, minutes=60, at=at)
    text = ["一、最后报价函", "二、分项报价表"]
    for bid in _bids(code):
        at += SOON / 2
        name = _who(bid)
        clients.submit(
            username=name,
            code=code,
            lot=bid.lot.number,
            price=_last(prices[bid.lot.number][name]),
            files={"最后报价.docx": files.word("最后报价", text)},
            at=at,
        )
    closes = windows.stored_deadline(Tender.objects.get(code=code))
    over = (closes or at) + CLOSING_GRACE
    quoting.close_window(code=code, at=over)
    return over


def _last(price: str) -> str:
    """Come down a little from what one would have asked at first."""
    return str(int(Decimal(price) * Decimal("0.97")) // 1000 * 1000)
