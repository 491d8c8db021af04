"""Deviation from a mean without a share of the highest and of the lowest prices (M2c)."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Trim the same share at both ends, the number rounded down; average; deduct by percent."""
    return {
        "market": "construction",
        "benchmark": {"kind": "mean", "trim_share": params["trim_share"]},
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="percent_trimmed_mean",
    title=_("平均价偏差法（按比例去高低价）"),
    explanation=_(
        "基准价 ＝ 最高、最低各去掉一定比例（家数向下取整）后的平均价；每偏离 1% 按方向扣分。"
    ),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("trim_share", _("两端各去掉的比例"), "0.20", "0", "0.40"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
)
