"""Lowest evaluated price (最低评标价法): no marks, the lowest price after deductions wins."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula
from kernel.text import gettext_noop as _


def steps(_params: Mapping[str, str]) -> dict[str, object]:
    """Fix that nothing but arithmetic correction and policy deductions adjusts a price (M87 54)."""
    return {"market": "procurement", "monetised": []}


FORMULA = Formula(
    slug="lowest_evaluated_price",
    title=_("最低评标价法"),
    explanation=_("按评审价由低到高排列；相同的并列。除算术修正和价格扣除外不调整报价。"),
    markets=("procurement",),
    params=(),
    steps=steps,
    monotone=True,
    scale_free=True,
)
