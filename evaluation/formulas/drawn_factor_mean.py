"""Deviation from a trimmed mean times a factor drawn from a printed list (M4)."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.formulas.mean_deviation import TIERS
from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def printed(params: Mapping[str, str]) -> list[str]:
    """List the factors a document prints: evenly spaced from the smallest on."""
    first, step = Decimal(params["factor_from"]), Decimal(params["factor_step"])
    return [f"{first + n * step:f}" for n in range(int(params["factor_count"]))]


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Print the factors from low to high, draw one by commit and reveal, deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {
            "kind": "mean",
            "trim": TIERS,
            "factor_drawn_from": printed(params),
        },
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="drawn_factor_mean",
    title=_("平均价偏差法（现场抽取系数）"),
    explanation=_(
        "基准价 ＝ 去掉最高、最低后的平均价 × 从公布的系数中抽取的一个；抽取可由任何人重算。"
    ),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("factor_from", _("最小系数"), "0.95", "0.80", "1"),
        Param("factor_step", _("系数间隔"), "0.005", "0.001", "0.02"),
        Param("factor_count", _("系数个数"), "7", "1", "50", whole=True),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
    drawn=True,
)
