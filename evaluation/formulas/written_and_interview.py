"""Recruitment total (F14): written score and interview, weighed; no price."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Drop one highest and one lowest interview mark; equals go by the interview."""
    weight = Decimal(params["written_weight"])
    return {
        "market": "talent",
        "experts": {"drop_highest": 1, "drop_lowest": 1},
        "weights": {"written": f"{weight:f}", "interview": f"{1 - weight:f}"},
        "tie_break": ["interview_high"],
    }


FORMULA = Formula(
    slug="written_and_interview",
    title=_("笔试面试加权总成绩"),
    explanation=_("总成绩 ＝ 笔试 × 权重 ＋ 面试 ×（1 － 权重）；面试去掉一个最高分和一个最低分。"),
    markets=("talent",),
    params=(Param("written_weight", _("笔试权重"), "0.60", "0", "1"),),
    steps=steps,
    monotone=False,
    needs=("written", "interview"),
    priced=False,
)
