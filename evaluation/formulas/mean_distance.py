"""Distance from the mean: a price as far below as above scores the same."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Average all valid prices and score by the distance from that."""
    return {
        "market": "construction",
        "benchmark": {"kind": "mean"},
        "curve": {"kind": "linear", "full": params["full"]},
    }


FORMULA = Formula(
    slug="mean_distance",
    title=_("平均价距离法"),
    explanation=_("价格分 ＝ 满分 ×（基准价 － |基准价 － 评审价|）÷ 基准价。"),
    markets=("construction",),
    params=(Param("full", _("价格分满分"), "30", "10", "100"),),
    steps=steps,
    monotone=False,
)
