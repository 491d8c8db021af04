"""A contract that was signed and ends without being performed: on which ground, since which day
(CC 562, 563; GPL 50).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

LONGEST: Final = 500
STATUTORY: Final = "《民法典》第五百六十三条"
ORDERED: Final = "ordered"
"""The ground by which the authority cancels a contract that a complaint showed to be wrong."""
DEFAULT: Final = "default"
"""The ground by which whoever had a lot would not perform: of what is sold, a default (AL 39)."""


@dataclass(frozen=True)
class Ground:
    """Why a contract ends, by which article, and in which market where the law knows one alone;
    `is_ordered` where the authority alone says so.
    """

    title: str
    article: str
    market: str = ""
    is_ordered: bool = False


GROUNDS: Final[Mapping[str, Ground]] = {
    "agreed": Ground(_("双方协商一致解除合同"), "《民法典》第五百六十二条"),
    DEFAULT: Ground(_("合同相对方经催告仍不履行主要义务，依法解除合同"), STATUTORY),
    "own_default": Ground(_("本方未履行主要义务，合同相对方依法解除合同"), STATUTORY),
    "impossible": Ground(_("因不可抗力不能实现合同目的"), STATUTORY),
    "public": Ground(
        _("继续履行将损害国家利益和社会公共利益"), "《政府采购法》第五十条", "procurement"
    ),
    ORDERED: Ground(
        _("监督部门认定投诉成立，撤销合同"),
        "《政府采购法实施条例》第七十一条",
        "procurement",
        is_ordered=True,
    ),
    "ruled": Ground(_("人民法院或者仲裁机构裁判解除、撤销合同或者认定合同无效"), "生效裁判、裁决"),
}


@dataclass(frozen=True)
class Given:
    """How a contract ended, as its purchaser, transferor or grantor records it."""

    ground: str
    reason: str
    ended_on: date


def grounds_in(market: str) -> Mapping[str, Ground]:
    """Give the grounds a market knows, on which a party may say that a contract ended."""
    known = {name: one for name, one in GROUNDS.items() if not one.is_ordered}
    return {name: one for name, one in known.items() if one.market in {"", market}}


def read(given: Given, market: str, *, signed_on: date, today: date) -> Given:
    """Take a ground the market knows, a reason, and a day on which there was a contract."""
    if given.ground not in grounds_in(market):
        raise Invalid("ending.ground", _("请选择合同终止的情形。"), field="ground")
    reason = given.reason.strip()
    if not 0 < len(reason) <= LONGEST:
        raise Invalid(
            "text.required", _("请填写内容，不超过 %(most)s 字。"), most=LONGEST, field="reason"
        )
    if not signed_on <= given.ended_on <= today:
        raise Invalid("ending.day", _("合同终止日期应在签订合同之后、今天之前。"), field="ended_on")
    return Given(given.ground, reason, given.ended_on)


def require_unperformed(*, is_paid: bool) -> None:
    """Refuse to end what was performed: whether it is undone is for the parties and the courts."""
    if is_paid:
        raise Conflict(
            "ending.paid",
            _("合同价款已经付清，不能在此登记终止；其后的解除由当事人协商或者依法裁判。"),
        )


def require_in_force(*, is_ended: bool) -> None:
    """Refuse what is done with a contract in force alone."""
    if is_ended:
        raise Conflict("contract.ended", _("该合同已经终止，不再办理。"))
