"""The figures of each lot, read strictly, and the rates they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from kernel.errors import Invalid
from kernel.reading import FAR, Fields, repeated
from kernel.text import gettext_noop as _
from kernel.trace import WIDE, Rounding, Trace, show
from trading.periods import market_titles

MOST_ITEMS: Final = 20_000
OUTCOMES: Final = ("concluded", "failed", "open")
DENOMINATORS: Final = {
    "budget": _("预算（有最高限价的按最高限价）"),
    "deal": _("成交额"),
    "deal+saved": _("成交额与节约额之和"),
}
RATES: Final = {
    "saved": "节资率",
    "premium": "溢价率",
    "appreciation": "增值率",
}
ZERO: Final = Decimal(0)
CENT: Final = Decimal("0.01")
SELLING: Final = frozenset({"property", "land"})
UNPRICED: Final = frozenset({"talent"})
"""The markets in which something is concluded and nothing is paid for it."""


@dataclass(frozen=True)
class Item:
    """One lot: what was planned, what it cost or brought, and what was reported about it."""

    name: str
    market: str
    outcome: str
    base: Decimal | None
    deal: Decimal | None
    start: Decimal | None
    valuation: Decimal | None
    bidders: int | None
    saved: Decimal | None
    rates: Mapping[str, Decimal]

    @property
    def planned(self) -> Decimal | None:
        """Give what was planned: ceiling or budget, else start price, else valuation."""
        return next((n for n in (self.base, self.start, self.valuation) if n is not None), None)

    @property
    def is_paid(self) -> bool:
        """Tell whether it counts towards money: only what was concluded at a price does."""
        return self.outcome == "concluded" and self.deal is not None

    @property
    def is_concluded(self) -> bool:
        """Tell whether it came to its end, at a price where its market has one."""
        return self.is_paid or (self.outcome == "concluded" and self.market in UNPRICED)


@dataclass
class Report:
    """The items, how rates are formed and rounded, and everything found out so far."""

    items: tuple[Item, ...]
    denominator: str
    stated: Mapping[str, Decimal]
    trace: Trace
    findings: list[dict[str, object]] = field(default_factory=list)

    @property
    def places(self) -> int:
        """Give how many places a rate is printed with."""
        return self.trace.rounding.score_decimals or 0

    def find(self, code: str, message: str, where: str, **facts: object) -> None:
        """List figures that contradict each other, with both of them."""
        shown = {name: show(value) for name, value in facts.items()} | {"where": where}
        self.findings.append({"code": code, "message": message % shown, "facts": shown})


def read_report(case: object) -> Report:
    """Read the items and how their rates are formed; names stand once."""
    body = Fields(case)
    items = body.listed("items", _item, MOST_ITEMS)
    stated = body.fields("stated")
    total = {
        name: stated.decimal(name, low=-FAR)
        for name in ("budget", "deal", "saved", "saved_rate", "premium_rate", "appreciation_rate")
        if stated.has(name)
    }
    stated.done()
    rounding = body.fields("rounding")
    policy = Rounding(
        rounding.whole("rate_decimals", 2, high=6),
        None,
        rounding.choice("mode", ("half_up", "down"), "half_up"),
    )
    rounding.done()
    denominator = body.choice("denominator", tuple(DENOMINATORS))
    body.done()
    if not items:
        raise Invalid("stats.no_items", _("没有项目，无法统计。"))
    if twice := repeated(item.name for item in items):
        raise Invalid("stats.item_twice", _("项目重复：%(names)s。"), names="、".join(twice))
    ordered = tuple(sorted(items, key=lambda item: item.name))
    return Report(ordered, denominator, total, Trace(policy))


def _item(given: object, where: str) -> Item:
    body = Fields(given, where)
    ceiling, budget = (body.decimal_or_none(name, low=CENT) for name in ("ceiling", "budget"))
    read = Item(
        name=body.text("name"),
        market=body.choice("market", tuple(market_titles()), "procurement"),
        outcome=body.choice("outcome", OUTCOMES, "concluded"),
        base=budget if ceiling is None else ceiling,
        deal=body.decimal_or_none("deal"),
        start=body.decimal_or_none("start"),
        valuation=body.decimal_or_none("valuation"),
        bidders=body.whole("bidders", high=10_000) if body.has("bidders") else None,
        saved=body.decimal_or_none("saved", low=-FAR),
        rates={
            name: body.decimal(f"{name}_rate", low=-FAR)
            for name in RATES
            if body.has(f"{name}_rate")
        },
    )
    body.done()
    return read


def saved_by(item: Item) -> Decimal | None:
    """Give what was saved: the difference, or where no budget is known what was reported."""
    if item.base is not None and item.deal is not None:
        return item.base - item.deal
    return item.saved


def gain(rate: str, item: Item) -> Decimal:
    """Give what a rate measures: savings, or what a deal brought above start or valuation."""
    deal = item.deal or ZERO
    if rate == "saved":
        return saved_by(item) or ZERO
    return deal - ((item.start if rate == "premium" else item.valuation) or ZERO)


def under(rate: str, item: Item, denominator: str) -> Decimal:
    """Give what a rate is divided by."""
    deal = item.deal or ZERO
    if rate != "saved":
        return (item.start if rate == "premium" else item.valuation) or ZERO
    if denominator == "budget":
        return item.base or ZERO
    return deal if denominator == "deal" else deal + (saved_by(item) or ZERO)


def rate_of(rate: str, item: Item, denominator: str) -> Fraction | None:
    """Give a lot's own rate in percent, where its figures allow one."""
    divisor = under(rate, item, denominator)
    known = rate != "saved" or saved_by(item) is not None
    if item.deal is None or divisor <= 0 or not known:
        return None
    return Fraction(gain(rate, item)) * 100 / Fraction(divisor)


def rounded(value: Fraction, report: Report) -> Decimal:
    """Round a rate as the report prints it."""
    exact = WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return report.trace.rounding.to(exact, report.places)
