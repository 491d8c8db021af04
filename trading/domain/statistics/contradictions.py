"""Figures that contradict each other: listed with both numbers, never mended."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain.statistics.items import (
    DENOMINATORS,
    RATES,
    SELLING,
    Item,
    Report,
    rate_of,
    rounded,
)

UNITS_APART: Final = 1000
"""From this ratio on, two figures of one project are more likely in yuan and in 10k yuan."""


def check_item(item: Item, report: Report) -> None:
    """List what the figures of one lot say against each other."""
    for check in (_check_outcome, _check_saved, _check_bounds, _check_units, _check_rates):
        check(item, report)


def _check_outcome(item: Item, report: Report) -> None:
    if item.outcome == "concluded" and not item.is_concluded:
        message = _("“%(where)s”已成交，但没有成交额，不计入合计")
        report.find("concluded_without_deal", message, item.name)
    if item.outcome != "concluded" and item.deal is not None:
        message = _("“%(where)s”没有成交，却有成交额 %(deal)s，不计入合计")
        report.find("deal_without_conclusion", message, item.name, deal=item.deal)
    if item.deal is not None and not item.deal:
        report.find("deal_of_nothing", _("“%(where)s”的成交额为零"), item.name)


def _check_saved(item: Item, report: Report) -> None:
    if item.saved is None or item.base is None or item.deal is None:
        return
    if item.saved != (difference := item.base - item.deal):
        message = _("“%(where)s”报节约额 %(stated)s，预算与成交额之差为 %(computed)s")
        report.find("saved_differs", message, item.name, stated=item.saved, computed=difference)


def _check_bounds(item: Item, report: Report) -> None:
    if item.deal is None:
        return
    selling = item.market in SELLING
    if item.base is not None and item.deal > item.base and not selling:
        message = _("“%(where)s”的成交额 %(deal)s 高于预算或最高限价 %(budget)s")
        report.find("deal_above_budget", message, item.name, deal=item.deal, budget=item.base)
    if item.start is not None and item.deal < item.start and selling:
        message = _("“%(where)s”的成交额 %(deal)s 低于起始价 %(start)s")
        report.find("deal_below_start", message, item.name, deal=item.deal, start=item.start)


def _check_units(item: Item, report: Report) -> None:
    for other in (item.base, item.start, item.valuation):
        if not other or not item.deal:
            continue
        if max(other, item.deal) >= UNITS_APART * min(other, item.deal):
            message = _("“%(where)s”的 %(deal)s 与 %(other)s 相差千倍以上，可能混用了元和万元")
            report.find("units_mixed", message, item.name, deal=item.deal, other=other)


def _check_rates(item: Item, report: Report) -> None:
    for name, stated in item.rates.items():
        computed = rate_of(name, item, report.denominator)
        facts = {"rate": RATES[name], "stated": stated}
        if computed is None:
            message = _("“%(where)s”报%(rate)s %(stated)s，但缺少计算所需的数")
            report.find("rate_without_figures", message, item.name, **facts)
            continue
        if rounded(computed, report) == report.trace.rounding.to(stated, report.places):
            continue
        other = _other_denominator(name, item, stated, report)
        facts |= {"computed": rounded(computed, report)}
        if other:
            message = _(
                "“%(where)s”报%(rate)s %(stated)s，以%(other)s为分母才得此数，"
                "按声明的分母为 %(computed)s"
            )
            facts |= {"other": DENOMINATORS[other]}
            report.find("rate_of_other_denominator", message, item.name, **facts)
        else:
            message = _("“%(where)s”报%(rate)s %(stated)s，按报出的数计算为 %(computed)s")
            report.find("rate_differs", message, item.name, **facts)


def _other_denominator(rate: str, item: Item, stated: Decimal, report: Report) -> str | None:
    """Find which other denominator gives the stated rate."""
    if rate != "saved":
        return None
    for other in DENOMINATORS:
        value = rate_of(rate, item, other)
        same = value is not None and rounded(value, report) == stated
        if other != report.denominator and same:
            return other
    return None


def check_stated(total: Mapping[str, object], report: Report) -> None:
    """Compare the totals somebody published with the totals of the items."""
    for name, stated in report.stated.items():
        computed = total[name]
        if computed is None:
            message = _("报出的合计“%(where)s”（%(stated)s）没有可以计算的项目")
            report.find("total_without_figures", message, name, stated=stated)
        elif Decimal(str(computed)) != stated:
            _total_differs(name, stated, str(computed), report)


def _total_differs(name: str, stated: Decimal, computed: str, report: Report) -> None:
    mean = _mean_of_rates(name.removesuffix("_rate"), report) if name.endswith("_rate") else None
    facts = {"stated": stated, "computed": computed}
    if mean == stated:
        message = _(
            "报出的合计“%(where)s”（%(stated)s）是各项目比率的平均，按合计数计算为 %(computed)s"
        )
        report.find("mean_of_rates", message, name, **facts)
        return
    message = _("报出的合计“%(where)s”为 %(stated)s，各项目合计为 %(computed)s")
    report.find("total_differs", message, name, **facts)


def _mean_of_rates(rate: str, report: Report) -> Decimal:
    """Give the mean of the lots' printed rates, the number a total rate is often mistaken for."""
    rates = [
        rounded(value, report)
        for item in report.items
        if item.outcome == "concluded"
        and (value := rate_of(rate, item, report.denominator)) is not None
    ]
    return rounded(Fraction(sum(rates)) / len(rates), report)
