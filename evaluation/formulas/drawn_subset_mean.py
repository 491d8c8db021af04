"""Deviation from the trimmed mean of a drawn subset of the bids (M8)."""

from collections.abc import Mapping

from evaluation.formulas.mean_deviation import TIERS
from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Draw which bids enter, trim and average them, float down, deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {
            "kind": "mean",
            "drawn_bids": int(params["drawn_bids"]),
            "trim": TIERS,
            "factor": params["factor"],
        },
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="drawn_subset_mean",
    title=_("抽取部分投标的平均价偏差法"),
    explanation=_("基准价 ＝ 抽中的若干家去掉最高、最低后的平均价 × 系数；抽取可由任何人重算。"),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("drawn_bids", _("抽取家数"), "9", "1", "100", whole=True),
        Param("factor", _("抽取的系数"), "1", "0.80", "1"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
    drawn=True,
)
