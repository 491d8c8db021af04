"""Quality and cost (质量和费用): both scored out of a hundred, then weighed."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Weigh price and technical score; whoever misses the technical minimum is out before."""
    weight = Decimal(params["price_weight"])
    return {
        "market": "construction",
        "benchmark": {"kind": "lowest"},
        "curve": {"kind": "ratio", "full": "100"},
        "experts": {"min_total": params["least_technical"]},
        "weights": {"price": f"{weight:f}", "technical": f"{1 - weight:f}"},
        "tie_break": ["technical_high"],
    }


FORMULA = Formula(
    slug="quality_and_cost",
    title=_("质量和费用加权法"),
    explanation=_(
        "总分 ＝ 技术分 × 权重 ＋ 价格分 × 权重，两项满分均为 100；技术分低于最低分的先行否决。"
    ),
    markets=("construction",),
    params=(
        Param("price_weight", _("价格权重"), "0.20", "0", "0.90"),
        Param("least_technical", _("技术最低分"), "0", "0", "100"),
    ),
    steps=steps,
    monotone=True,
    scale_free=True,
    needs=("technical",),
)
