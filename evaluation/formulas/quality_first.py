"""Quality first (质量优先法, framework agreements): quality alone ranks (M110).

A price need only keep within its limit; of equals the lower comes first.
"""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula
from kernel.text import gettext_noop as _


def steps(_params: Mapping[str, str]) -> dict[str, object]:
    """Score no price."""
    return {"market": "procurement", "tie_break": ["price_low"]}


FORMULA = Formula(
    slug="quality_first",
    title=_("质量优先法"),
    explanation=_("按质量评分由高到低排列，价格不计分；得分相同的，报价低的在前。"),
    markets=("procurement",),
    params=(),
    steps=steps,
    monotone=True,
    scale_free=True,
    needs=("technical",),
)
