"""Deviation from the mean of the bids at or below the first mean (M6b)."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Average, average again whoever is not above, deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {"kind": "second_mean"},
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="second_mean",
    title=_("二次平均法（不高于平均价者再平均）"),
    explanation=_("基准价 ＝ 不高于平均价的报价的再平均；每偏离 1% 按方向扣分。"),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
)
