"""Whoever was to have a lot falls away (BLR 55, M87 71): on which grounds, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
DEALS: Final = {
    "gave_up": _("放弃成交"),
    "force_majeure": _("因不可抗力不能履行合同"),
    "no_security": _("未按文件要求提交履约保证金"),
    "unlawful": _("被查实存在影响成交结果的违法行为"),
    redress.GROUND: GROUNDS[redress.GROUND],
}
"""The same where there is a deal and no winner of a tender."""
REFUSALS: Final = frozenset({"gave_up", "no_security"})
"""The grounds by which whoever had a lot would not have it: of what is sold, a default (AL 39)."""
FOUND: Final = {"disqualified": _("经监督部门查实弄虚作假、行贿或者串通，取消资格")}
"""For what the authority alone takes somebody's place away: a purchaser never gives this ground."""
VOID: Final = _("成交结果无效，可以依法重新组织；已交保证金的，是否退还另行决定。")
UNTOUCHED: Final = _("其报价不再计入排序，成交结果不受影响；已交保证金的，是否退还另行决定。")
"""What follows where whoever is found out touched the result, or did not."""


@dataclass(frozen=True)
class Passing:
    """What a law says of a winner who falls away: its article, which notices and facts cite, its
    words and the names of its grounds; what follows is said by the notice.
    """

    article: str
    said: str
    choice: str
    follows: Mapping[str, str]
    grounds: Mapping[str, str] = field(default_factory=lambda: GROUNDS)

    def ground(self, name: str) -> str:
        """Say for what somebody fell away."""
        return {**self.grounds, **FOUND}[name]


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
DEALING: Final = replace(PURCHASING, grounds=DEALS)
"""Where a panel talked with suppliers, or where those of a framework competed."""
SELLING: Final = Passing(
    article="《招标投标法实施条例》第五十五条",
    said=_(
        "排名在前的投标人放弃、因不可抗力不能履行合同，或者被查实存在影响成交结果的违法行为的，取消其资格；可以按照评标排序确定下一名，也可以重新组织（招标投标法实施条例第五十五条）。低于底价的报价不能成交。公告发布后不能撤销。"
    ),
    choice=_("招标投标法实施条例第五十五条：可以按照评标排序确定下一名，也可以重新组织。"),
    follows={
        "pass_over": _("按照评标排序，由不低于底价的下一名取得"),
        "retender": _("本标的不成交，可以依法重新组织"),
    },
    grounds=DEALS,
)
"""Where land or state property is offered by tender: nobody below the floor has a place."""


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


def because(law: Passing, passed_over: Sequence[Mapping[str, Any]], most: int = 300) -> str:
    """Say why a later candidate has a lot: who before it fell away, and for what."""
    return "；".join(f"{one['name']}：{law.ground(one['ground'])}" for one in passed_over)[:most]


def require_upheld(ground: str, *, was_upheld: bool) -> None:
    """Refuse to say that a challenge or complaint was right where none was."""
    if ground == redress.GROUND and not was_upheld:
        raise Conflict(
            "pass_over.not_upheld",
            _("本项目没有成立的质疑（异议）或者投诉，不能以此为由。"),
            field="ground",
        )


def require_ground(law: Passing, ground: str, standing: Standing, on: date) -> str:
    """Take one of the grounds of the law; want of a security only once its last day is over."""
    if ground not in law.grounds:
        raise Invalid("award.ground", _("请选择依法可以依次确定的情形。"), field="ground")
    if standing.is_signed:
        raise Conflict("pass_over.signed", _("合同已经签订，不能取消其资格。"))
    if ground == "no_security":
        _require_want(standing, on)
    return ground


def _require_want(standing: Standing, on: date) -> None:
    if not standing.is_notified or standing.asked <= 0:
        raise Invalid(
            "pass_over.no_security_asked",
            _("尚未发出中标（成交）通知书，或者文件没有要求履约保证金，不能以此为由。"),
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
            _("没有其他候选人，只能重新招标（采购）。"),
            field="retender",
        )
