"""What a centre reports of its deals (rulebook 6.3): sums and rates whose denominator is declared.

Figures that contradict each other are listed, never mended: a rate that follows from another
denominator, savings that are no difference, a mean of rates passed off as the total rate.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Final

from kernel.text import gettext_noop as _
from kernel.trace import WIDE, show
from trading.domain.statistics.contradictions import check_item, check_stated
from trading.domain.statistics.items import (
    DENOMINATORS,
    RATES,
    SELLING,
    ZERO,
    Item,
    Report,
    gain,
    rate_of,
    read_report,
    rounded,
    saved_by,
    under,
)

HUNDRED: Final = Decimal(100)
EXACTLY: Final = 3


def _has_rate(rate: str) -> Callable[[Item, Report], bool]:
    """Tell of which items a total rate is made."""
    return lambda item, report: rate_of(rate, item, report.denominator) is not None and item.is_paid


COUNTED: Final[Mapping[str, Callable[[Item, Report], bool]]] = {
    "items": lambda _item, _report: True,
    "planned": lambda item, _report: item.planned is not None,
    "concluded": lambda item, _report: item.is_concluded,
    "budget": lambda item, _report: item.is_paid and item.base is not None,
    "deal": lambda item, _report: item.is_paid,
    "saved": lambda item, _report: item.is_paid and saved_by(item) is not None,
    "saved_rate": _has_rate("saved"),
    "premium_rate": _has_rate("premium"),
    "appreciation": _has_rate("appreciation"),
    "appreciation_rate": _has_rate("appreciation"),
    "failed": lambda item, _report: item.outcome == "failed",
    "failure_rate": lambda item, _report: item.outcome != "open",
}
"""Which items are behind each figure."""


def run_stats(case: object) -> dict[str, object]:
    """Add up reported figures, form rates by a declared denominator, list contradictions."""
    report = read_report(case)
    for item in report.items:
        check_item(item, report)
    total = _summary(report.items, "", report)
    markets = sorted({item.market for item in report.items})
    by_market = {
        market: _summary([i for i in report.items if i.market == market], market, report)
        for market in markets
    }
    check_stated(total, report)
    return {
        "denominator": report.denominator,
        "denominator_words": DENOMINATORS[report.denominator],
        "total": total,
        "by_market": by_market,
        "items": [_item_line(item, report) for item in report.items],
        "inconsistencies": report.findings,
        "trace": [step.as_json() for step in report.trace.steps],
    }


def _summary(items: Sequence[Item], market: str, report: Report) -> dict[str, object]:
    """Give sums and rates of these items; only concluded lots count towards money."""
    behind = {
        name: [item for item in items if counts(item, report)] for name, counts in COUNTED.items()
    }
    done, saving, closed = behind["deal"], behind["saved"], behind["failure_rate"]
    failed, valued = behind["failed"], behind["appreciation"]
    bought = [i for i in done if i.market not in SELLING or saved_by(i) is not None]
    return {
        "items": len(items),
        "concluded": len(behind["concluded"]),
        "failed": len(failed),
        "planned": show(_sum(item.planned for item in items)),
        "budget": show(_sum(item.base for item in done)),
        "deal": show(_sum(item.deal for item in done)),
        "saved": show(_sum(saved_by(item) for item in saving)),
        "saved_rate": _total_rate("saved", bought, market, report),
        "premium_rate": _total_rate("premium", _with(done, "start"), market, report),
        "appreciation": show(_sum(gain("appreciation", item) for item in valued)),
        "appreciation_rate": _total_rate("appreciation", _with(done, "valuation"), market, report),
        "failure_rate": _share(
            "失败率 ＝ 失败项目数 ÷ 已结束项目数", len(failed), len(closed), market, report
        ),
        "divided_by": {
            **{f"{rate}_rate": _divisor(rate, done, report) for rate in RATES},
            "failure_rate": str(len(closed)) if closed else None,
        },
        **_competition(closed, market, report),
    }


def _competition(items: Sequence[Item], market: str, report: Report) -> dict[str, object]:
    counts = sorted(item.bidders for item in items if item.bidders is not None)
    if not counts:
        return {"mean_bidders": None, "median_bidders": None, "share_with_exactly_three": None}
    mean = WIDE.divide(Decimal(sum(counts)), Decimal(len(counts)))
    words = "平均投标人数 ＝ 投标人总数 ÷ 项目数"
    shown = report.trace.number(
        "competition", market, words, mean, report.places, bidders=sum(counts), items=len(counts)
    )
    three = _share("恰好三家的比例", sum(n == EXACTLY for n in counts), len(counts), market, report)
    return {
        "mean_bidders": show(shown),
        "median_bidders": show(Decimal(median(counts))),
        "share_with_exactly_three": three,
    }


def _share(words: str, part: int, whole: int, market: str, report: Report) -> str | None:
    if not whole:
        return None
    value = WIDE.divide(part * HUNDRED, Decimal(whole))
    shown = report.trace.number(
        "share", market, f"{words} × 100", value, report.places, part=part, whole=whole
    )
    return show(shown)


def _with(items: Sequence[Item], name: str) -> list[Item]:
    return [item for item in items if getattr(item, name)]


def _total_rate(rate: str, items: Sequence[Item], market: str, report: Report) -> str | None:
    """Divide sum by sum; the mean of the lots' rates is another number and is never printed."""
    usable = _usable(rate, items, report)
    if market == "" and len(usable) < len(items):
        known = {item.name for item in usable}
        left_out = "、".join(item.name for item in items if item.name not in known)
        message = _("计算%(rate)s时缺少分母或节约额、未计入的项目：%(where)s")
        report.find("left_out_of_rate", message, left_out, rate=RATES[rate])
    if not usable:
        return None
    gained = _sum(gain(rate, item) for item in usable)
    divisor = _under(rate, usable, report)
    words = f"{RATES[rate]}（％）＝ {_over(rate, report.denominator)} × 100，按合计数计算"
    shown = report.trace.number(
        f"{rate}_rate", market, words, WIDE.divide(gained * HUNDRED, divisor), report.places,
        gain=gained, under=divisor, items=len(usable),
    )  # fmt: skip
    return show(shown)


def _usable(rate: str, items: Iterable[Item], report: Report) -> list[Item]:
    """Keep the lots a rate can be formed of: what it measures is known, and so is its divisor."""
    return [item for item in items if rate_of(rate, item, report.denominator) is not None]


def _under(rate: str, items: Iterable[Item], report: Report) -> Decimal:
    return _sum(under(rate, item, report.denominator) for item in items)


def _divisor(rate: str, items: Iterable[Item], report: Report) -> str | None:
    """Give the sum a total rate is divided by, which is seldom that of another column."""
    usable = _usable(rate, items, report)
    return show(_under(rate, usable, report)) if usable else None


def _over(rate: str, denominator: str) -> str:
    if rate == "saved":
        return f"节约额 ÷ {DENOMINATORS[denominator]}"
    return "（成交额 － 起始价）÷ 起始价" if rate == "premium" else "（成交额 － 评估值）÷ 评估值"


def _item_line(item: Item, report: Report) -> dict[str, object]:
    rates = {name: rate_of(name, item, report.denominator) for name in RATES}
    saved = saved_by(item)
    return {
        "name": item.name,
        "market": item.market,
        "outcome": item.outcome,
        "saved": None if saved is None else show(saved),
        **{
            f"{name}_rate": None if value is None else show(rounded(value, report))
            for name, value in rates.items()
        },
        "counted_in": [name for name, counts in COUNTED.items() if counts(item, report)],
    }


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), ZERO)
