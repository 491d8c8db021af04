"""The terms of an auction in words, as the notice printed them."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from bidding.auction import kinds
from bidding.queries.auctions import falls
from kernel import money
from trading import queries as trading
from trading.domain import ceilings
from trading.queries.published import shown_quotes, shown_weights

if TYPE_CHECKING:
    from bidding.models import Auction

Terms = Mapping[str, Any]
Rule = tuple[str, str]


def rules_of(held: "Auction") -> list[Rule]:
    """Say the terms of an auction in words."""
    terms = held.terms
    rules = [
        (gettext("竞价方式"), gettext(kinds()[terms["kind"]].title)),
        (_start(terms), f"¥ {money.format_yuan(Decimal(terms['start_price']))}"),
    ]
    for term, told in SAID.items():
        if term in terms:
            rules += told(terms)
    if kept := trading.reserve_of(held.lot):
        said = gettext("设有底价，已密封；承诺 %(commitment)s，竞价结束时公布。")
        rules.append((gettext("底价"), said % {"commitment": kept.commitment}))
    rules.append((gettext("时间"), gettext("一律以平台收到报价的时间为准，截止的瞬间即为已截止。")))
    return rules


def _start(terms: Terms) -> str:
    return gettext("起始价（最高限价）") if falls(terms) else gettext("起始价")


def _step(terms: Terms) -> Iterator[Rule]:
    is_down = "dutch" in terms or falls(terms)
    title = gettext("降价幅度") if is_down else gettext("加价幅度")
    yield title, f"¥ {money.format_yuan(Decimal(terms['increment']))}"


def _quotes(terms: Terms) -> Iterator[Rule]:
    quotes = shown_quotes(terms["sealed"])
    if quotes["rounds"] > 1:
        said = gettext("共 %(rounds)s 轮，以后每轮 %(minutes)s 分钟")
        yield gettext("轮数"), said % quotes
    title = gettext("最低报价相同时") if falls(terms) else gettext("最高报价相同时")
    yield title, gettext(quotes["tie"])


def _weights(terms: Terms) -> Iterator[Rule]:
    shown = shown_weights(terms["weights"])
    said = gettext("满分 %(points)s 分：报价 ÷ 最高报价 × 满分")
    yield gettext("价格"), said % {"points": shown["price"]}
    said = gettext("满分 %(points)s 分：%(best)s 得满分，%(worst)s 得 0 分，其间按比例")
    for item in shown["items"]:
        yield item["code"], said % {**item, "points": item["percent"]}
    yield gettext("如何确定"), gettext("总分最高者得；相同的报价高者得，再相同的先报价者得。")


def _fall(terms: Terms) -> Iterator[Rule]:
    dutch = terms["dutch"]
    floor = f"¥ {money.format_yuan(Decimal(dutch['floor']))}"
    said = gettext("每 %(seconds)s 秒降一个幅度，降到 %(floor)s 为止；第一个应价者得。")
    yield gettext("降价"), said % {"seconds": dutch["every_s"], "floor": floor}


def _listing(terms: Terms) -> Iterator[Rule]:
    yield gettext("挂牌"), gettext("挂牌期内随时可以报价，结束时间固定。")
    if quiet := terms.get("quiet_s", 0):
        said = gettext("挂牌截止前 %(minutes)s 分钟不再接受报价。")
        yield gettext("停止报价"), said % {"minutes": quiet // 60}
    if "cap" in terms:
        cap = f"¥ {money.format_yuan(Decimal(terms['cap']))}"
        after = ceilings.shown(terms["after_cap"])
        said = gettext("%(cap)s；达到后停止竞价，以%(how)s决定。")
        yield gettext("最高限价"), said % {"cap": cap, "how": gettext(after["title"])}
    said = gettext("挂牌截止时询问每个竞买人是否继续，%(seconds)s 秒内不答复即不参加。")
    yield gettext("询问"), said % {"seconds": terms["inquiry_s"]}


def _cycle(terms: Terms) -> Iterator[Rule]:
    seconds = {"seconds": terms["extension"]["add_s"]}
    if most := terms["extension"].get("most"):
        window = terms["extension"]["window_s"]
        said = gettext(
            "结束前 %(window)s 秒内有报价的，截止时间顺延至报价后 %(seconds)s 秒，最多 %(most)s 次"
        )
        yield gettext("顺延"), said % {**seconds, "window": window, "most": most}
        return
    if calls := terms.get("calls"):
        said = gettext(
            "报价期满后每 %(seconds)s 秒叫价一次，共 %(calls)s 次，"
            "最后一次即落槌；有人报价即重新叫起。"
        )
        yield gettext("叫价"), said % {**seconds, "calls": calls}
    else:
        said = gettext("每次有效报价后重新计时 %(seconds)s 秒")
        yield gettext("限时竞价"), said % seconds


SAID: Final[Mapping[str, Callable[[Terms], Iterator[Rule]]]] = {
    "increment": _step,
    "dutch": _fall,
    "sealed": _quotes,
    "weights": _weights,
    "inquiry_s": _listing,
    "extension": _cycle,
}
"""What is said where the terms have a part, in this order."""
