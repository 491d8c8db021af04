"""Performance security (履约保证金): whether, how much and how a winner vouches for the contract
before it is signed (BL 46, BLR 58, GPR 48).
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Conflict, Invalid
from kernel.money import CENT, WIDE
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

FORMS: Final[Mapping[str, str]] = {"guarantee": _("保函"), "transfer": _("转账")}
PERCENT: Final = Decimal("0.01")
HUNDRED: Final = Decimal(100)


def read_forms(given: object) -> list[str]:
    """Take the forms in which a security may be lodged, each once, in their usual order."""
    if not isinstance(given, (list, tuple)) or set(map(str, given)) - set(FORMS):
        raise Invalid(
            "performance.form", _("请选择履约保证金的提交形式。"), field="performance_forms"
        )
    return [form for form in FORMS if form in given]


def read_share(given: object) -> Decimal:
    """Take a share in percent; what the law allows of it is checked with the draft."""
    try:
        share = Decimal(str(given))
    except InvalidOperation:
        share = Decimal("NaN")
    if not (share.is_finite() and 0 <= share < HUNDRED):
        raise Invalid(
            "performance.share", _("应为 0 至 100 之间的百分数。"), field="performance_share"
        )
    return share


def amount_of(price: Decimal, share: Decimal) -> Decimal:
    """Give what is asked of a contract, rounded down so that it never exceeds its share."""
    return (price * share * PERCENT).quantize(CENT, ROUND_FLOOR, context=WIDE)


def said(text: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a published text says of it as pages show it; nothing where none is asked."""
    asked = text.get("performance")
    if not asked:
        return {}
    return {"share": asked["share"], "forms": [FORMS[form] for form in asked["forms"]]}


def findings(facts: "TenderFacts") -> list[Finding]:
    """Say what is wrong with the security a draft asks."""
    share, row = facts.performance_share, facts.rules.find("performance_security_share", "max")
    found = []
    if row is not None and share > row.value:
        message = _("履约保证金超过合同金额的 %(most)s%%。")
        told = {"most": f"{row.value:f}"}
        found.append(Finding("basic.performance", "basic", message, told, row.basis.article))
    if share > 0 and not facts.performance_forms:
        message = _("要求履约保证金的，须写明可以用哪些形式提交。")
        found.append(Finding("basic.performance_forms", "basic", message))
    return found


def require_lodged(asked: Decimal, *, is_lodged: bool) -> None:
    """Refuse to sign a contract whose security was asked and is not there (BL 46, 60)."""
    if asked > 0 and not is_lodged:
        raise Conflict(
            "contract.no_security",
            _("中标人尚未提交履约保证金（%(amount)s 元），不能签订合同。"),
            amount=f"{asked:.2f}",
        )
