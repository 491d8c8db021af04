"""Packages reserved for small and medium firms (专门面向中小企业): who is not of that size takes no
part in them, and nobody's price is lowered for its size (财库〔2020〕46号).
"""

from typing import Final

from kernel.errors import Denied, Invalid
from kernel.text import gettext_noop as _

ARTICLE: Final = "财库〔2020〕46号"
KINDS: Final = {
    "sme": _("专门面向中小企业采购"),
    "small": _("专门面向小微企业采购"),
}
"""For whom a package may be reserved."""
SIZES: Final = {
    "sme": frozenset({"micro", "small", "medium"}),
    "small": frozenset({"micro", "small"}),
}
"""The registered sizes that each of them is for."""
CLAUSE: Final = "供应商符合采购包专门面向的企业规模（财库〔2020〕46号）"
REASON: Final = "登记的企业规模不属于采购包专门面向的企业。"


def read(given: object) -> str:
    """Take for whom a package is reserved; nobody is the usual."""
    kind = str(given or "")
    if kind not in {"", *KINDS}:
        raise Invalid("lot.reserved", _("请选择采购包是否专门面向中小企业。"), field="reserved")
    return kind


def fits(size: str, kind: str) -> bool:
    """Tell whether a firm of that registered size may take part in a package."""
    return not kind or size in SIZES[kind]


def require_fits(size: str, kind: str, number: int) -> None:
    """Refuse a firm that declares another size than a package is reserved for."""
    if not fits(size, kind):
        raise Denied(
            "register.not_small",
            _(
                "第 %(number)s 包%(kind)s（%(article)s），贵单位登记的企业规模不在其列，不能参加；"
                "登记有误的，请先更正单位信息。"
            ),
            number=number,
            kind=KINDS[kind],
            article=ARTICLE,
        )
