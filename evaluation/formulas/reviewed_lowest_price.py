"""Reviewed lowest price (经评审的最低投标价法): price the deviations, the lowest wins."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula
from kernel.text import gettext_noop as _


def steps(_params: Mapping[str, str]) -> dict[str, object]:
    """Fix the market; corrections and priced facts come from the document (EV12 art. 30)."""
    return {"market": "construction", "arithmetic": "construction"}


FORMULA = Formula(
    slug="reviewed_lowest_price",
    title=_("经评审的最低投标价法"),
    explanation=_("评审价 ＝ 报价 ＋ 修正 ＋ 文件规定折价的各项因素；最低者优先。"),
    markets=("construction",),
    params=(),
    steps=steps,
    monotone=True,
    scale_free=True,
)
