"""Deviation from a mean that first loses its highest price, later both ends (M2b)."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _

TIERS = [{"from_bids": 4, "high": 1}, {"from_bids": 7, "high": 1, "low": 1}]


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Trim the highest from four bids on, both ends from seven on; average; deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim": TIERS, "factor": params["factor"]},
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="upper_trimmed_mean",
    title=_("平均价偏差法（先去最高价）"),
    explanation=_(
        "基准价 ＝ 四家起去掉最高价、七家起再去掉最低价后的平均价 × 系数；每偏离 1% 按方向扣分。"
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
)
