"""Weighted quotes (权重报价, rulebook 5.3): the price and other things promised, each with its
printed weight; what the price does not weigh, the others do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

MOST_ITEMS: Final = 8
LONGEST_ITEM: Final = 40
HUNDRED: Final = Decimal(100)
LARGEST_VALUE: Final = Decimal(10) ** 9


@dataclass(frozen=True)
class Weighed:
    """One thing that is scored beside the price: its weight in percent, and the ends of its
    scale.
    """

    title: str
    weight: Decimal
    worst: Decimal
    best: Decimal


def weighted(items: Sequence[Weighed]) -> dict[str, Any]:
    """Clean what is scored beside the price; the price has what the others leave of a hundred."""
    if not 0 < len(items) <= MOST_ITEMS:
        raise Invalid(
            "auction.items",
            _("请填写价格以外的评分项，最多 %(most)s 项。"),
            most=MOST_ITEMS,
            field="kind",
        )
    titles = [one.title.strip() for one in items]
    for one in items:
        _require_scale(one, titles)
    rest = HUNDRED - sum((one.weight for one in items), Decimal(0))
    if rest <= 0:
        raise Invalid(
            "auction.weights", _("各评分项权重之和应小于一百，其余为价格的权重。"), field="kind"
        )
    return {
        "weights": {
            "price": f"{rest / HUNDRED:f}",
            "items": [
                {
                    "code": one.title.strip(),
                    "weight": f"{one.weight / HUNDRED:f}",
                    "worst": f"{one.worst:f}",
                    "best": f"{one.best:f}",
                }
                for one in items
            ],
        }
    }


def _require_scale(one: Weighed, titles: Sequence[str]) -> None:
    title = one.title.strip()
    if not title or len(title) > LONGEST_ITEM or titles.count(title) > 1:
        raise Invalid(
            "auction.item_title", _("评分项的名称不能空缺、重复或超过 40 字。"), field="kind"
        )
    values = (one.weight, one.worst, one.best)
    if not all(value.is_finite() and 0 <= value <= LARGEST_VALUE for value in values):
        raise Invalid("auction.item_value", _("评分项的权重和两端的值应为有效的数。"), field="kind")
    if not one.weight or one.worst == one.best:
        raise Invalid(
            "auction.item_scale",
            _("评分项“%(item)s”应有权重，最好值与最差值不能相同。"),
            item=title,
            field="kind",
        )


def weighed_in(auction: Mapping[str, Any]) -> list[Weighed]:
    """Give back what `weighted` cleaned; nothing where the price alone counts."""
    return [
        Weighed(
            item["code"],
            Decimal(item["weight"]) * HUNDRED,
            Decimal(item["worst"]),
            Decimal(item["best"]),
        )
        for item in auction.get("weights", {}).get("items", ())
    ]
