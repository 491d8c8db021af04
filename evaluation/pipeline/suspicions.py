"""What looks wrong in the input: stated with a stable code, never mended and never hidden."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.work import ZERO, Work
from kernel.text import gettext_noop as _
from trading.domain.scheme import plain
from trading.domain.weighing import lawful_rates
from trading.periods import RuleSet, Scope

FEWEST = 3
NEWEST = date.max - timedelta(days=1)
"""A case says no day: it is compared with the rules that nothing has replaced."""

_LOW = _(
    "%(bidder)s 的报价 %(price)s 不足其他报价（中位数 %(median)s）的 %(share)s%%，可能少写一位"
)
_HIGH = _(
    "其他报价（中位数 %(median)s）不足 %(bidder)s 报价 %(price)s 的 %(share)s%%，可能多写一位"
)


def look_for_suspicious(work: Work) -> None:
    """Add the warnings that only the whole picture shows."""
    _names_alike(work)
    _far_prices(work)
    _equal_values(work)
    _rates(work)
    _few_bids(work)
    _small_panels(work)
    _ignored(work)
    _full_marks(work)


def _names_alike(work: Work) -> None:
    """Point at names that differ only in blanks, width or case: one bidder written twice?"""
    alike: dict[str, list[str]] = {}
    for bid in work.case.bids:
        plain = "".join(unicodedata.normalize("NFKC", bid.name).split()).casefold()
        alike.setdefault(plain, []).append(bid.name)
    for names in alike.values():
        if len(names) > 1:
            message = _("%(names)s 的名称只差空格、全角半角或大小写，可能是同一家")
            work.warn("names_alike", message, names="、".join(names))


def _far_prices(work: Work) -> None:
    """Compare each price, or what a discount rate leaves to pay, with the others' median."""
    prices, far = work.quoted, work.case.far_share
    share = plain(far * HUNDRED)
    ordered = sorted(prices.values())
    for name, price in prices.items() if len(ordered) > 1 else ():
        middle = _median_of_others(ordered, price)
        facts = {"bidder": name, "price": f"{price:f}", "median": f"{middle:f}", "share": share}
        if price < far * middle:
            work.warn("price_ten_times_below", _LOW, **facts)
        if middle < far * price:
            work.warn("price_ten_times_above", _HIGH, **facts)


def _median_of_others(ordered: Sequence[Decimal], own: Decimal) -> Decimal:
    """Give the median of a sorted list without one of its values, without sorting it again."""
    place, left = bisect_left(ordered, own), len(ordered) - 1

    def other(n: int) -> Decimal:
        return ordered[n + (n >= place)]

    return (other((left - 1) // 2) + other(left // 2)) / 2


def _equal_values(work: Work) -> None:
    if len(work.contract) > 1 and len(set(work.contract.values())) == 1:
        work.warn("all_prices_equal", _("所有报价完全相同"))
    for tie in work.ties:
        names = "、".join(str(name) for name in _listed(tie["bidders"]))
        work.warn("equal_totals", _("%(names)s 的得分或评审价相同"), names=names)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _rates(work: Work) -> None:
    if work.case.market != "procurement":
        return
    rules = RuleSet(Scope(subject=work.case.subject, on=NEWEST))
    for deduction in work.case.deductions:
        lawful = lawful_rates(deduction.kind, rules)
        if lawful is None:
            continue
        low, high = (one.value / HUNDRED for one in lawful)
        if not low <= deduction.rate <= high:
            message = _("扣除率 %(rate)s（%(kind)s）不在 %(low)s 至 %(high)s 之内")
            facts = {"kind": deduction.kind, "rate": deduction.rate, "low": low, "high": high}
            work.warn("rate_outside_rule", message, **facts)


def _few_bids(work: Work) -> None:
    count = len(work.valid)
    if count == 0:
        work.warn("nobody_valid", _("没有有效投标"))
    elif count < FEWEST:
        work.warn("fewer_than_three", _("有效投标只有 %(count)s 家"), count=count)


def _small_panels(work: Work) -> None:
    """Point at a panel that no market allows: fewer than three, or even (rulebook 4.1)."""
    sizes = {len(marks) for bid in work.valid for marks in bid.experts.values()}
    if work.case.criteria:
        sizes |= {len(marks) for bid in work.valid for marks in bid.marks.values()}
    for size in sorted(sizes):
        if size < FEWEST or size % 2 == 0:
            message = _("评委 %(count)s 人，不是三人以上单数")
            work.warn("panel_not_odd", message, count=size)


def _ignored(work: Work) -> None:
    """Say what was given and counts for nothing."""
    priced = {rule.fact for rule in work.case.monetised}
    if unused := sorted({fact for bid in work.valid for fact in bid.facts} - priced):
        message = _("没有折价规则的事实不影响评审价：%(names)s")
        work.warn("fact_not_priced", message, names="、".join(unused))
    if not work.totals:
        return
    counted = set(work.case.weights or work.components)
    if unused := sorted(set(work.components) - counted):
        message = _("没有权重的部分不计入总分：%(names)s")
        work.warn("component_not_weighted", message, names="、".join(unused))
    if work.contract and "price" not in counted:
        work.warn("price_not_scored", _("报价没有计入总分"))


def _full_marks(work: Work) -> None:
    """Point at full marks that do not make a hundred: once in sum, or each where weights follow."""
    if not work.totals:
        return
    fulls = _fulls(work)
    if work.case.weights:
        for name in sorted(set(work.case.weights) & set(fulls)):
            if fulls[name] != HUNDRED:
                message = _("“%(component)s”满分 %(full)s，不是 100，再乘权重会重复打折")
                work.warn("weighted_below_hundred", message, component=name, full=fulls[name])
    elif work.case.criteria and work.case.curve and (total := sum(fulls.values())) != HUNDRED:
        message = _("各部分满分之和为 %(total)s，不是 100")
        work.warn("full_marks_sum", message, total=total)
    for name, total in sorted(work.totals.items()):
        if total > HUNDRED:
            message = _("%(bidder)s 的总分 %(total)s 超过 100")
            work.warn("total_over_hundred", message, bidder=name, total=total)


def _fulls(work: Work) -> dict[str, Decimal]:
    """Give the full mark of each component that states one."""
    fulls: dict[str, Decimal] = {}
    for criterion in work.case.criteria:
        fulls[criterion.component] = fulls.get(criterion.component, ZERO) + criterion.full
    if work.case.curve:
        fulls["price"] = work.case.curve.full
    return fulls
