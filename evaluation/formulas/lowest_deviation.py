"""Deviation from the lowest valid price (M7): each percent above it costs points."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Take the lowest price, deduct by percent above it."""
    return {
        "market": "construction",
        "benchmark": {"kind": "lowest"},
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
        },
    }


FORMULA = Formula(
    slug="lowest_deviation",
    title=_("最低价偏差法"),
    explanation=_("基准价 ＝ 最低有效报价；每高 1% 按规定扣分。"),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
    ),
    steps=steps,
    monotone=True,
    scale_free=True,
)
