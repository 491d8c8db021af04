"""Bids of a discount rate (下浮率): compare what is left to pay of a hundred."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Fix the form of the price; everything else is as with the lowest price."""
    return {
        "market": "procurement",
        "price_form": "rate",
        "benchmark": {"kind": "lowest"},
        "curve": {"kind": "ratio", "full": params["full"]},
    }


FORMULA = Formula(
    slug="discount_rate_ratio",
    title=_("下浮率报价：低价优先法"),
    explanation=_("评审价 ＝ 100 － 下浮率；价格分 ＝ 满分 × 最低评审价 ÷ 评审价。"),
    markets=("procurement", "construction"),
    params=(Param("full", _("价格分满分"), "30", "10", "100"),),
    steps=steps,
    monotone=False,
)
