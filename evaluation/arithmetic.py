"""Arithmetic correction of a price sheet, in the order the law of its market sets.

Procurement (M87 art. 59): the opening list beats other parts; words beat figures; an obvious slip
of the point in a unit price leaves the opening list's total; otherwise unit prices beat totals.
Construction (EV12 art. 19): words beat figures; unit prices beat totals unless the point slipped.
The bidder must confirm a correction, otherwise the bid is invalid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel import money
from kernel.errors import Invalid
from kernel.reading import Fields
from kernel.text import gettext_noop as _

ORDERS: Final = ("procurement", "construction")
"""Whose order a correction follows; where neither is told, it is that of procurement."""
SLIPS: Final = tuple(Decimal(10) ** n for n in (-3, -2, -1, 1, 2, 3))


@dataclass(frozen=True)
class Line:
    """A line of the price sheet."""

    quantity: Decimal
    unit_price: Decimal
    amount: Decimal | None


@dataclass(frozen=True)
class Sheet:
    """The several places in which a bid states its price."""

    opening_list: Decimal | None
    words: Decimal | None
    figures: Decimal | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Finding:
    """One correction: which rule, from what, to what."""

    rule: str
    message: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Correction:
    """The price as stated and as corrected; `confirm` says the bidder must agree."""

    stated: Decimal
    corrected: Decimal
    findings: tuple[Finding, ...]

    @property
    def confirm(self) -> bool:
        """Tell whether there is anything the bidder must confirm."""
        return bool(self.findings)


def order_of(market: str) -> str:
    """Give the order in which the law of a market corrects prices."""
    return market if market in ORDERS else ORDERS[0]


def read_sheet(given: object, where: str = "sheet") -> Sheet:
    """Read a price sheet; the amount in words is read as capitals."""
    body = Fields(given, where)
    sheet = Sheet(
        opening_list=body.decimal_or_none("opening_list"),
        words=money.parse_capitals(body.text("words")) if body.has("words") else None,
        figures=body.decimal_or_none("figures"),
        lines=body.listed("lines", _line),
    )
    body.done()
    if sheet.opening_list is None and sheet.words is None and sheet.figures is None:
        raise Invalid("arithmetic.no_price", _("报价表没有写明总价。"))
    return sheet


def correct(sheet: Sheet, order: str = "procurement") -> Correction:
    """Correct a sheet by the order of its market and list every rule that was used."""
    return _by_procurement(sheet) if order == "procurement" else _by_construction(sheet)


def correct_sheet(given: object, market: str) -> Correction:
    """Read a sheet and correct it by the order of its market."""
    return correct(read_sheet(given), order_of(market))


def _line(given: object, where: str) -> Line:
    body = Fields(given, where)
    read = Line(
        body.decimal("quantity"), body.decimal("unit_price"), body.decimal_or_none("amount")
    )
    body.done()
    return read


def _by_procurement(sheet: Sheet) -> Correction:
    """Apply (a) opening list, (b) words, (c) slipped point, (d) unit prices, in that order."""
    price, stated, findings = _words_beat_figures(sheet)
    if sheet.opening_list is not None:
        if price is not None and price != sheet.opening_list:
            message = _("投标文件与开标一览表不一致，以开标一览表为准")
            findings = [Finding("opening_list", message, price, sheet.opening_list)]
        price = sheet.opening_list
        stated = stated if stated is not None else price
    total, slipped = _sum_of_lines(sheet.lines, price)
    return _with_lines(_known(stated), _known(price), total, slipped, findings)


def _by_construction(sheet: Sheet) -> Correction:
    price, stated, findings = _words_beat_figures(sheet)
    price = sheet.opening_list if price is None else price
    stated = price if stated is None else stated
    total, slipped = _sum_of_lines(sheet.lines, price)
    return _with_lines(_known(stated), _known(price), total, slipped, findings)


def _known(price: Decimal | None) -> Decimal:
    """Refuse a sheet made by hand without any total."""
    if price is None:
        raise Invalid("arithmetic.no_price", _("报价表没有写明总价。"))
    return price


def _words_beat_figures(sheet: Sheet) -> tuple[Decimal | None, Decimal | None, list[Finding]]:
    """Give the price by words and figures, the figure first stated, and what was corrected."""
    words, figures = sheet.words, sheet.figures
    if words is None or figures is None or words == figures:
        price = figures if words is None else words
        return price, price, []
    message = _("大写金额与小写金额不一致，以大写金额为准")
    return words, figures, [Finding("words", message, figures, words)]


def _with_lines(
    stated: Decimal,
    price: Decimal,
    total: Decimal | None,
    slipped: tuple[Finding, ...],
    findings: list[Finding],
) -> Correction:
    found = [*findings, *slipped]
    if total is not None and total != price:
        message = _("总价与按单价汇总的金额不一致，以单价汇总为准")
        found.append(Finding("unit_price", message, price, total))
        price = total
    return Correction(stated, price, tuple(found))


def _sum_of_lines(
    lines: tuple[Line, ...], price: Decimal | None
) -> tuple[Decimal | None, tuple[Finding, ...]]:
    """Add up quantity times unit price; a slipped point is mended so that the total stands."""
    if not lines:
        return None, ()
    products = [money.round_half_up(line.quantity * line.unit_price, 2) for line in lines]
    total = sum(products, Decimal(0))
    if total == price:
        return total, ()
    for line, product in zip(lines, products, strict=True):
        for slip in SLIPS:
            mended = money.round_half_up(line.quantity * line.unit_price * slip, 2)
            if product and total - product + mended == price:
                message = _("单价金额小数点有明显错位，以总价为准并修改单价")
                unit = line.unit_price
                return price, (Finding("decimal_point", message, unit, unit * slip),)
    return total, ()


def as_json(correction: Correction) -> Mapping[str, object]:
    """Give a correction as the tools print it."""
    return {
        "stated": f"{correction.stated:f}",
        "corrected": f"{correction.corrected:f}",
        "confirm": correction.confirm,
        "findings": [
            {
                "rule": finding.rule,
                "message": finding.message,
                "before": f"{finding.before:f}",
                "after": f"{finding.after:f}",
            }
            for finding in correction.findings
        ],
    }
