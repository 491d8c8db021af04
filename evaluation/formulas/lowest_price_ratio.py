"""Lowest price as the benchmark (低价优先法): full marks times lowest over own evaluated price."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Fix benchmark, curve and tie-break of M87 art. 55 and 57."""
    return {
        "market": "procurement",
        "benchmark": {"kind": "lowest"},
        "curve": {"kind": "ratio", "full": params["full"]},
        "tie_break": ["price_low"],
    }


FORMULA = Formula(
    slug="lowest_price_ratio",
    title=_("综合评分法：低价优先法计算价格分"),
    explanation=_("价格分 ＝ 满分 × 最低评审价 ÷ 评审价；总分 ＝ 价格分与其他各项得分之和。"),
    markets=("procurement",),
    params=(
        Param(
            "full",
            _("价格分满分"),
            "30",
            "10",
            "100",
            "《政府采购货物和服务招标投标管理办法》第五十五条",
        ),
    ),
    steps=steps,
    monotone=True,
    scale_free=True,
)
