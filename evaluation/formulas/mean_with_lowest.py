"""Deviation from the middle between mean and lowest price (二次平均, M6)."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Average the mean and the lowest price, deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {
            "kind": "weighted",
            "parts": [{"of": "mean", "share": "0.5"}, {"of": "lowest", "share": "0.5"}],
        },
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="mean_with_lowest",
    title=_("二次平均法（平均价与最低价）"),
    explanation=_("基准价 ＝（平均价 ＋ 最低价）÷ 2；每偏离 1% 按方向扣分。"),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
)
