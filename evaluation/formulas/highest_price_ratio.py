"""Highest price as the benchmark (高价优先): full marks times own price over the highest."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Fix the direction, the benchmark and the curve: the seller's better price is the higher."""
    return {
        "market": "property",
        "direction": "high",
        "benchmark": {"kind": "highest"},
        "curve": {"kind": "ratio", "full": params["full"]},
    }


FORMULA = Formula(
    slug="highest_price_ratio",
    title=_("综合评分法：价格越高得分越高"),
    explanation=_("价格分 ＝ 满分 × 报价 ÷ 最高报价；总分 ＝ 价格分与其他各项得分之和。"),
    markets=("property", "land"),
    params=(Param("full", _("价格分满分"), "60", "1", "100"),),
    steps=steps,
    monotone=True,
    scale_free=True,
)
