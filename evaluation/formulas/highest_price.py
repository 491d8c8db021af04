"""Highest price (价高者得): the right goes to whoever offers most."""

from collections.abc import Mapping

from evaluation.pipeline.formula import Formula
from kernel.text import gettext_noop as _


def steps(_params: Mapping[str, str]) -> dict[str, object]:
    """Fix the direction: the seller's better price is the higher one."""
    return {"market": "property", "direction": "high"}


FORMULA = Formula(
    slug="highest_price",
    title=_("价高者得"),
    explanation=_("按报价由高到低排列；相同的并列。"),
    markets=("property", "land"),
    params=(),
    steps=steps,
    monotone=True,
    scale_free=True,
)
