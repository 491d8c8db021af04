"""Who may call off from a framework agreement beside the purchaser that made it (适用框架协议的
采购人范围, M110), and for how much each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.errors import Conflict, Invalid
from kernel.money import CENT
from kernel.text import gettext_noop as _
from trading.domain.call_offs import MOST_AMOUNT

OWN, NAMED, REGION = "own", "named", "region"
SCOPES: Final[Mapping[str, str]] = {
    OWN: _("仅本采购人"),
    NAMED: _("本采购人和列明的采购人"),
    REGION: _("项目所属行政区划的全部采购人"),
}
"""Who the document says may call off."""
SPLIT: Final = re.compile(r"[\s,，、;；]+")
MOST_NAMED: Final = 500


@dataclass(frozen=True)
class Buyer:
    """An organisation that would call off: its code, and where it belongs."""

    uscc: str
    region: str


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check the form of what a draft says of those who may call off."""
    scope = str(given.get("scope") or OWN)
    if scope not in SCOPES:
        raise Invalid("framework.scope", _("请选择适用框架协议的采购人范围。"), field="scope")
    named = _codes(given.get("named") or ())
    if len(named) > MOST_NAMED:
        raise Invalid(
            "framework.named", _("最多列明 %(most)s 家采购人。"), most=MOST_NAMED, field="named"
        )
    limit = _limit(given.get("limit"))
    return {"scope": scope, "named": named if scope == NAMED else [], "limit": limit}


def _codes(given: object) -> list[str]:
    if not isinstance(given, (str, list, tuple)):
        raise Invalid(
            "framework.named", _("最多列明 %(most)s 家采购人。"), most=MOST_NAMED, field="named"
        )
    listed = SPLIT.split(given) if isinstance(given, str) else [str(one) for one in given]
    return list(dict.fromkeys(code.upper() for code in listed if code))


def _limit(given: object) -> str:
    try:
        limit = Decimal(str(given or 0))
    except ArithmeticError:
        limit = Decimal("NaN")
    sound = limit.is_finite() and 0 <= limit <= MOST_AMOUNT
    if not sound or limit != limit.quantize(CENT):
        raise Invalid(
            "framework.limit", _("累计采购金额上限应为不小于 0 的金额，精确到分。"), field="limit"
        )
    return f"{limit:.2f}"


def may_buy(said: Mapping[str, Any], maker: Buyer, region: str, buyer: Buyer) -> bool:
    """Tell whether the document lets an organisation call off: whoever made the agreement, those
    it names, or all of its region.
    """
    if buyer.uscc == maker.uscc:
        return True
    scope = said.get("scope", OWN)
    if scope == NAMED:
        return buyer.uscc in said["named"]
    return scope == REGION and buyer.region == region


def limit_of(said: Mapping[str, Any]) -> Decimal:
    """Give for how much each purchaser may call off over the whole term; nothing: no limit."""
    return Decimal(said.get("limit", 0))


def require_within(said: Mapping[str, Any], spent: Decimal, amount: Decimal) -> None:
    """Refuse what takes a purchaser beyond the limit the document sets for each."""
    limit = limit_of(said)
    if limit and spent + amount > limit:
        raise Conflict(
            "call_off.above_limit",
            _("累计采购上限 %(limit)s 元，已采购 %(spent)s 元，再采购 %(amount)s 元将超过上限。"),
            limit=f"{limit:.2f}",
            spent=f"{spent:.2f}",
            amount=f"{amount:.2f}",
        )


def require_no_own_supplier(buyer: int, supplier: int) -> None:
    """Refuse to buy from oneself."""
    if buyer == supplier:
        raise Conflict("call_off.own_supplier", _("采购人不能向本单位采购，请选择其他供应商。"))
