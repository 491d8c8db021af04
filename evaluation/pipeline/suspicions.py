"""What looks wrong in the input: stated with a stable code, never mended and never hidden."""

from decimal import Decimal
from statistics import median

from evaluation.pipeline.work import Work
from kernel.text import gettext_noop as _

FAR = Decimal("0.15")
"""A price below this share of the others' median is about a missing digit away from them."""
FEWEST = 3
RATES = {
    "small_firm": (Decimal("0.10"), Decimal("0.20")),
    "consortium": (Decimal("0.04"), Decimal("0.06")),
    "domestic": (Decimal("0.20"), Decimal("0.20")),
}
"""The deduction rates of procurement law (财库〔2022〕19号, 国办发〔2025〕34号)."""

_LOW = _("%(bidder)s 的报价 %(price)s 不足其他报价（中位数 %(median)s）的 15%%，可能少写一位")
_HIGH = _("其他报价（中位数 %(median)s）不足 %(bidder)s 报价 %(price)s 的 15%%，可能多写一位")


def look_for_suspicious(work: Work) -> None:
    """Add the warnings that only the whole picture shows."""
    _far_prices(work)
    _equal_values(work)
    _rates(work)
    _few_bids(work)
    _ignored(work)


def _far_prices(work: Work) -> None:
    if work.case.price_form == "rate":
        return
    for name, price in work.contract.items():
        others = [other for bidder, other in work.contract.items() if bidder != name]
        if not others:
            continue
        middle = median(others)
        facts = {"bidder": name, "price": f"{price:f}", "median": f"{middle:f}"}
        if price < FAR * middle:
            work.warn("price_ten_times_below", _LOW, **facts)
        if middle < FAR * price:
            work.warn("price_ten_times_above", _HIGH, **facts)


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
    for deduction in work.case.deductions:
        low, high = RATES.get(deduction.kind, (Decimal(0), Decimal(1)))
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


def _ignored(work: Work) -> None:
    """Say what was given and counts for nothing in the total."""
    if not work.totals:
        return
    counted = set(work.case.weights or work.components)
    if unused := sorted(set(work.components) - counted):
        message = _("没有权重的部分不计入总分：%(names)s")
        work.warn("component_not_weighted", message, names="、".join(unused))
    if work.contract and "price" not in counted:
        work.warn("price_not_scored", _("报价没有计入总分"))
