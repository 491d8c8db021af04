"""The terms of the kinds of auction beside dynamic and sealed quotes: each as the room takes them.

Weighted quotes (权重报价, rulebook 5.3): the price and other things promised, each with its printed
weight; what the price does not weigh, the others do.

A falling price (降价拍卖): called from high above the start price of the lot down to it, step by
step by the clock; the first to accept has it.

A price that is bid down (反向竞价, rulebook 5.5): from the highest that is paid, by a step or more
each time; who offers shortly before the end gives everybody a while to answer, so many times.

An auction with calls (拍卖, rulebook 5.6): offers rise until the price has been called so often
without another. The platform calls by its own clock, in place of a host's voice; how often, the
rules say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel import money
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp
from trading.domain.bounds import require_within
from trading.domain.findings import Finding
from trading.periods import RuleSet
from trading.periods.rule import Bound

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

CALL_SECONDS: Final = (10, 120)
USUAL_CALL: Final = 30
FALL_SECONDS: Final = (10, 3600)
USUAL_FALL: Final = 60
MOST_FALLS: Final = 500
WINDOW_SECONDS: Final = (30, 600)
EXTEND_SECONDS: Final = (30, 600)
USUAL_EXTENSION: Final = 180
EXTENSIONS: Final = (1, 50)
USUAL_EXTENSIONS: Final = 10
MOST_ITEMS: Final = 8
LONGEST_ITEM: Final = 40
HUNDRED: Final = Decimal(100)
LARGEST_VALUE: Final = Decimal(10) ** 9


_COUNTED: Final[Mapping[str, tuple[str, Bound]]] = {
    "calls": ("calls", "exact"),
    "least_bidders": ("least_parties", "min"),
}
"""What the rules count of an auction with calls, by the names its terms have for them."""


@dataclass(frozen=True)
class Weighed:
    """One thing that is scored beside the price: its weight in percent, and the ends of its
    scale.
    """

    title: str
    weight: Decimal
    worst: Decimal
    best: Decimal


def called(
    increment: Decimal | None, call_s: int | None, start: Decimal, rules: RuleSet
) -> dict[str, Any]:
    """Clean how offers rise and how long lies between two calls; every offer begins them anew."""
    step = read_step(increment, start)
    length = require_within("call_s", call_s, CALL_SECONDS)
    return {
        "increment": step,
        "multiples_only": True,
        "extension": {"add_s": length, "from": "bid"},
        **_counts(rules),
        "self_outbid": False,
    }


def bid_down(
    increment: Decimal | None,
    window_s: int | None,
    extend_s: int | None,
    extensions: int | None,
    start: Decimal,
) -> dict[str, Any]:
    """Clean how offers fall and how often a late one moves the end; the first may be any that is
    not above the start price (EX-24).
    """
    return {
        "increment": read_step(increment, start),
        "multiples_only": False,
        "extension": {
            "window_s": require_within("window_s", window_s, WINDOW_SECONDS),
            "add_s": require_within("extend_s", extend_s, EXTEND_SECONDS),
            "from": "bid",
            "most": require_within("extensions", extensions, EXTENSIONS),
        },
        "self_outbid": False,
    }


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots whose calls are those of other rules than the notice will be under: a draft keeps
    the numbers of the day on which it was written.
    """
    for lot in facts.lots:
        written = {name: lot.auction[name] for name in _COUNTED if name in lot.auction}
        if written and written != _counts(facts.rules):
            message = _(
                "第 %(number)s 号的叫价次数或最少竞买人数与现行规则不一致，请重新保存竞价规则。"
            )
            yield Finding("auction.calls", "auction", message, {"number": lot.number})


def _counts(rules: RuleSet) -> dict[str, int]:
    return {name: int(rules.value(code, bound)) for name, (code, bound) in _COUNTED.items()}


def read_step(step: Decimal | None, start: Decimal) -> str:
    """Clean the step of the price: more than nothing, and not more than the start price."""
    if step is None or not 0 < step <= start:
        raise Invalid("auction.increment", _("幅度应大于零，且不超过起始价。"), field="increment")
    money.to_fen(step)
    return f"{step:.2f}"


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


def falling(
    from_price: Decimal | None,
    step: Decimal | None,
    every_s: int | None,
    floor: Decimal,
    opens_at: datetime,
) -> dict[str, Any]:
    """Clean how a price falls to the start price of the lot, which is its floor."""
    own = {
        "increment": read_step(step, floor),
        "every_s": require_within("every_s", every_s, FALL_SECONDS),
    }
    if from_price is None:
        raise Invalid("auction.from_price", _("请填写起叫价。"), field="from_price")
    money.to_fen(from_price)
    told = {
        **own,
        "start_price": f"{floor:.2f}",
        "from_price": f"{from_price:.2f}",
        "opens_at": timestamp(opens_at),
    }
    return told | {"closes_at": timestamp(falls_until(told))}


def falls_until(auction: Mapping[str, Any]) -> datetime:
    """Give when a price that falls has stood at its floor for its while; refuse one that would not
    arrive there.
    """
    fall = Decimal(auction["from_price"]) - Decimal(auction["start_price"])
    step = Decimal(auction["increment"])
    if fall <= 0 or fall % step or fall / step > MOST_FALLS:
        raise Invalid(
            "auction.from_price",
            _("起叫价应高于底价，并能按降价幅度的整数倍、不超过 %(most)s 次降到底价。"),
            most=MOST_FALLS,
            field="from_price",
        )
    times = int(fall / step) + 1
    return datetime.fromisoformat(auction["opens_at"]) + times * timedelta(
        seconds=auction["every_s"]
    )


def falls_elsewhere(auction: Mapping[str, Any]) -> bool:
    """Tell whether a price that falls no longer arrives at its floor when its terms say so."""
    if "from_price" not in auction:
        return False
    try:
        return timestamp(falls_until(auction)) != str(auction["closes_at"])
    except Invalid:
        return True


def refitted(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Let a price that falls arrive at a floor that has been lowered."""
    if "from_price" not in auction:
        return dict(auction)
    return {**auction, "closes_at": timestamp(falls_until(auction))}


def falling_in_room(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms of a price that falls as its room takes them: it starts where it is called
    from.
    """
    if "from_price" not in auction:
        return dict(auction)
    own = {"from_price", "every_s"}
    dutch = {"every_s": auction["every_s"], "floor": auction["start_price"]}
    kept = {name: value for name, value in auction.items() if name not in own}
    return {**kept, "start_price": auction["from_price"], "dutch": dutch}
