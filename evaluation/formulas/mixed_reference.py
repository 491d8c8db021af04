"""Deviation from a mix of control price and trimmed mean (复合标底法)."""

from collections.abc import Mapping

from evaluation.formulas.mean_deviation import TIERS
from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Weigh the stated reference against the mean, then deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {
            "kind": "mixed",
            "reference": params["reference"],
            "reference_down": params["reference_down"],
            "reference_share": params["reference_share"],
            "trim": TIERS,
        },
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="mixed_reference",
    title=_("复合标底偏差法"),
    explanation=_(
        "基准价 ＝ 控制价 ×（1 － 下浮率）× 权重 ＋ 平均价 ×（1 － 权重）；每偏离 1% 按方向扣分。"
    ),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("reference", _("控制价（元）"), "1000000", "0.01", "10000000000000", of_lot=True),
        Param("reference_down", _("控制价下浮率"), "0", "0", "0.30"),
        Param("reference_share", _("控制价权重"), "0.4", "0", "1"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
)
