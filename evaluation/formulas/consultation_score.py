"""Consultation (竞争性磋商, F4): the last quote scored by the lowest, weighed by the document."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Fix curve and tie-break of the consultation measures (C214 art. 24 and 25)."""
    return {
        "market": "procurement",
        "benchmark": {"kind": "lowest"},
        "curve": {"kind": "ratio", "full": f"{Decimal(params['weight']) * 100:f}"},
        "tie_break": ["price_low", "technical_high"],
    }


FORMULA = Formula(
    slug="consultation_score",
    title=_("竞争性磋商：综合评分法"),
    explanation=_("价格分 ＝ 最低最后报价 ÷ 最后报价 × 价格权重 × 100；同分依次比报价、技术。"),
    markets=("procurement",),
    params=(
        Param(
            "weight",
            _("价格权重（货物 0.30 至 0.60，服务 0.10 至 0.30）"),
            "0.30",
            "0.10",
            "0.60",
            "《政府采购竞争性磋商采购方式管理暂行办法》第二十四条",
        ),
    ),
    steps=steps,
    monotone=True,
    scale_free=True,
    needs=("technical",),
)
