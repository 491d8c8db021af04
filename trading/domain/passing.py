"""Whoever was to have a lot falls away (BLR 55, M87 71): on which grounds, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import award, redress

GROUNDS: Final = {
    **award.GROUNDS,
    "gave_up": _("放弃中标"),
    redress.GROUND: _("质疑、投诉成立"),
}
"""For which somebody is passed over; where a committee chose, nobody stands before another."""


@dataclass(frozen=True)
class Passing:
    """What a market's law says of a winner who falls away: its article, which notices and facts
    cite, and its words; what follows is said by the notice.
    """

    article: str
    said: str
    choice: str
    follows: Mapping[str, str]


AGAIN: Final = {
    "decide_anew": _("定标委员会在其余候选人中重新定标，并重新公示"),
    "retender": _("该标段（包）重新招标（采购）"),
}
TENDERING: Final = Passing(
    article="《招标投标法实施条例》第五十五条",
    said=_(
        "拟中标的候选人放弃、因不可抗力不能履行合同、不按照招标文件要求提交履约保证金，或者被查实存在影响中标结果的违法行为的，取消其中标资格（招标投标法实施条例第五十五条）。公告发布后不能撤销。"
    ),
    choice=_("招标投标法实施条例第五十五条：可以依次确定其他中标候选人，也可以重新招标。"),
    follows={**AGAIN, "pass_over": _("按照中标候选人名单排序依次确定其他中标候选人")},
)
PURCHASING: Final = Passing(
    article="《政府采购法实施条例》第四十九条",
    said=_(
        "中标或者成交供应商拒绝与采购人签订合同的，可以按照评审报告推荐的候选人名单排序确定下一候选人，也可以重新开展采购活动（政府采购法实施条例第四十九条）。公告发布后不能撤销。"
    ),
    choice=_("政府采购法实施条例第四十九条：可以确定下一候选人，也可以重新开展采购活动。"),
    follows={
        **AGAIN,
        "pass_over": _("按照评审报告推荐的中标或者成交候选人名单排序，确定下一候选人"),
        "retender": _("该采购包重新开展采购活动"),
    },
)


@dataclass(frozen=True)
class Standing:
    """What decides whether somebody may be passed over: whether the award notice went out, what
    security the contract asks by when, whether it is there, and whether the contract is signed.
    """

    is_notified: bool = False
    asked: Decimal = Decimal(0)
    due_on: date | None = None
    is_secured: bool = False
    is_signed: bool = False


def before(
    passed_over: Sequence[Mapping[str, Any]], ranked: Sequence[Mapping[str, Any]], rank: int
) -> list[Mapping[str, Any]]:
    """List who fell away and stands before a rank now, or shares it: another evaluation may rank
    otherwise.
    """
    ahead = {one["uscc"] for one in ranked if one["rank"] <= rank}
    return [one for one in passed_over if one["uscc"] in ahead]


def because(passed_over: Sequence[Mapping[str, Any]], most: int = 300) -> str:
    """Say why a later candidate has a lot: who before it fell away, and for what."""
    return "；".join(f"{one['name']}：{GROUNDS[one['ground']]}" for one in passed_over)[:most]


def require_upheld(ground: str, *, was_upheld: bool) -> None:
    """Refuse to say that a challenge or complaint was right where none was."""
    if ground == redress.GROUND and not was_upheld:
        raise Conflict(
            "pass_over.not_upheld",
            _("本项目没有成立的质疑（异议）或者投诉，不能以此为由。"),
            field="ground",
        )


def require_ground(ground: str, standing: Standing, on: date) -> str:
    """Take one of the grounds of the law; want of a security only once its last day is over."""
    if ground not in GROUNDS:
        raise Invalid("award.ground", _("请选择依法可以依次确定的情形。"), field="ground")
    if standing.is_signed:
        raise Conflict("pass_over.signed", _("合同已经签订，不能取消中标资格。"))
    if ground == "no_security":
        _require_want(standing, on)
    return ground


def _require_want(standing: Standing, on: date) -> None:
    if not standing.is_notified or standing.asked <= 0:
        raise Invalid(
            "pass_over.no_security_asked",
            _("尚未发出中标通知书，或者招标文件没有要求履约保证金，不能以此为由。"),
            field="ground",
        )
    if standing.is_secured:
        raise Conflict("pass_over.secured", _("履约保证金已经提交，不能以此为由。"))
    if standing.due_on is not None and on <= standing.due_on:
        raise Conflict(
            "pass_over.not_due",
            _("提交履约保证金的期限到 %(until)s 为止，期满后才能以此为由。"),
            until=str(standing.due_on),
        )


def require_somebody(left: int, *, retender: bool) -> None:
    """Refuse to choose among the rest where nobody is left: then the lot is tendered anew."""
    if left == 0 and not retender:
        raise Invalid(
            "pass_over.nobody_left",
            _("没有其他中标候选人，只能重新招标（采购）。"),
            field="retender",
        )
