"""What a public amendment may change of a lot that takes bids (BL 23, BLR 21, GPR 31)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding

LOT_FIELDS: Final = frozenset({"title", "description", "quantity", "delivery", "ceiling", "items"})
"""What may change of a lot; its estimate stays, for what a law asks by the sum hangs on it."""
AFFECTING: Final = frozenset(
    {"scheme", "qualification", "conformity", "tender_document"}
    | {f"lot.{name}" for name in LOT_FIELDS - {"title"}}
)
"""What bids are worked out from: a change of it affects them."""


def require_amendable(names: Collection[str], state: str, called: str) -> None:
    """Refuse what an amendment does not change, and a lot that takes no bids any more."""
    if unknown := sorted(set(names) - LOT_FIELDS):
        raise Invalid("lot.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    if state != "open":
        message = _("%(lot)s已经结束，不能再更正。")
        raise Conflict("amend.lot_over", message, lot=called)


def require_said(changed: Iterable[str], *, affects_bids: bool) -> None:
    """Refuse to call a change of what bids are worked out from one that does not affect them."""
    if AFFECTING & set(changed) and not affects_bids:
        raise Invalid(
            "amend.affects_bids",
            _(
                "评审办法、资格条件、符合性条款或者采购（招标）文件，最高限价、分项、内容、数量或者期限的改动会影响投标文件编制，请勾选“可能影响投标文件编制”。"
            ),
            field="affects_bids",
        )


def require_lawful(before: Sequence[Finding], after: Sequence[Finding]) -> None:
    """Refuse a change after which the text breaks a rule that it kept."""
    if broken := [one.text() for one in after if one not in before]:
        message = _("这样更正后不合规则：%(items)s请改正后再发布。")
        raise Conflict("amend.unlawful", message, items=" ".join(broken))
