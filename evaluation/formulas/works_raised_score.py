"""Works of small firms (F3): the price stays, the price score is raised by a share."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Fix that nothing is deducted from a price; who is raised stands in `bonus` (SME46 art. 9)."""
    return {
        "market": "construction",
        "deductions": [],
        "benchmark": {"kind": "lowest"},
        "curve": {"kind": "ratio", "full": params["full"]},
    }


FORMULA = Formula(
    slug="works_raised_score",
    title=_("工程项目：中小企业价格分加分"),
    explanation=_("价格分 ＝ 满分 × 最低报价 ÷ 报价；不扣除报价，符合条件的按比例增加价格分。"),
    markets=("construction",),
    params=(Param("full", _("价格分满分"), "30", "10", "100"),),
    steps=steps,
    monotone=True,
    scale_free=True,
)
