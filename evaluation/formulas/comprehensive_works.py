"""Comprehensive evaluation of works (综合评估法, F12): price, design, management, credit."""

from collections.abc import Mapping

from evaluation.formulas.mean_deviation import TIERS
from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Score the price by deviation and add what design, management and credit earn."""
    return {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim": TIERS, "factor": params["factor"]},
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
        "tie_break": ["price_low", "design_high", "credit_high"],
    }


FORMULA = Formula(
    slug="comprehensive_works",
    title=_("综合评估法"),
    explanation=_(
        "总分 ＝ 价格分 ＋ 施工组织设计 ＋ 项目管理机构 ＋ 信用；价格分按平均价偏差法。"
        "同分依次比报价、设计、信用。"
    ),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("factor", _("抽取的系数"), "1", "0.80", "1"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
    needs=("design", "management", "credit"),
)
