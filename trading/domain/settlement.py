"""The price of what is sold: to an exchange at once or by instalments that the law bounds
(SA32 28), to the owner of land a first share within a month and the rest within a year (LD34).
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from kernel import money
from kernel.calendar import months_later
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.periods import RuleSet

SOURCES: Final = {
    "transfer": _("转账"),
    "deposit": _("保证金转为价款"),
}
"""Where a payment comes from."""


@dataclass(frozen=True)
class Owed:
    """What a contract still asks for: its price, what is paid, since when it binds, and until when
    the rest is due where it is paid by instalments.
    """

    price: Decimal
    paid: Decimal
    signed_on: date
    rest_due: date | None = None


@dataclass(frozen=True)
class Given:
    """A payment as the exchange records it; `rest_due` says that the rest follows by then."""

    amount: Decimal
    paid_on: date
    source: str = "transfer"
    rest_due: date | None = None


@dataclass(frozen=True)
class Promised:
    """What a contract binds its taker to pay: the first share and the rest, each by a day."""

    share: Decimal
    first: Decimal
    first_due: date
    rest_due: date
    article: str


@dataclass(frozen=True)
class Due:
    """What is to be paid next: how much, by which day, by which article."""

    amount: Decimal
    on: date
    article: str

    def is_overdue(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.on < today


@dataclass(frozen=True)
class Standing:
    """How a contract stands after a payment."""

    paid: Decimal
    rest_due: date | None
    is_settled: bool
    first_due: date
    is_late: bool


def plan_payment(owed: Owed, given: Given, today: date, rules: RuleSet) -> Standing:
    """Take a payment: the whole within the period, or first at least the share that the law asks
    for, and the rest within a year. What an exchange settles is settled with that share; a price
    that is paid to the owner with the whole of it.
    """
    _require_possible(owed, given, today)
    rest = _rest_due(owed, given, rules)
    paid = owed.paid + given.amount
    agreed = promised(owed.price, owed.signed_on, rules)
    if agreed is not None:
        last = agreed.first_due if owed.paid < agreed.first else rest or agreed.rest_due
        return Standing(paid, rest, paid == owed.price, agreed.first_due, given.paid_on > last)
    share = rules.value("first_payment_share", "min")
    first_due = rules.last_day("payment", owed.signed_on)
    return Standing(
        paid=paid,
        rest_due=rest,
        is_settled=paid == owed.price or (rest is not None and paid * 100 >= owed.price * share),
        first_due=first_due,
        is_late=given.paid_on > (max(first_due, rest) if rest else first_due),
    )


def next_due(owed: Owed, rules: RuleSet) -> Due | None:
    """Say what is to be paid next and by when: the first share while it is not there, then the
    rest; None once the whole is paid.
    """
    left = owed.price - owed.paid
    if left <= 0:
        return None
    agreed = promised(owed.price, owed.signed_on, rules)
    if agreed is not None:
        if owed.paid < agreed.first:
            return Due(agreed.first - owed.paid, agreed.first_due, agreed.article)
        return Due(left, owed.rest_due or agreed.rest_due, agreed.article)
    article = rules.article_of("payment", owed.signed_on)
    if owed.rest_due is not None:
        return Due(left, owed.rest_due, article)
    return Due(left, rules.last_day("payment", owed.signed_on), article)


def _require_possible(owed: Owed, given: Given, today: date) -> None:
    """Refuse a payment that cannot have been: of no source, of another sum, of another day."""
    if given.source not in SOURCES:
        raise Invalid("payment.source", _("请选择款项来源。"), field="source")
    money.to_fen(given.amount)
    outstanding = owed.price - owed.paid
    if not 0 < given.amount <= outstanding:
        raise Invalid(
            "payment.amount",
            _("金额应大于零，且不超过尚欠的 %(outstanding)s 元。"),
            outstanding=f"{outstanding:.2f}",
            field="amount",
        )
    if not owed.signed_on <= given.paid_on <= today:
        raise Invalid(
            "payment.date",
            _("付款日期应在合同签订之日（%(signed)s）与今天之间。"),
            signed=owed.signed_on.isoformat(),
            field="paid_on",
        )


def promised(price: Decimal, signed_on: date, rules: RuleSet) -> "Promised | None":
    """Say what must be paid by when where the price is paid outside the exchange: a first share
    within months, the rest within years; None where the rules say nothing of it (LD34).
    """
    months = rules.find("first_payment_months", "max")
    if months is None:
        return None
    share = rules.value("first_payment_share", "min")
    years = rules.value("payment_years", "max")
    return Promised(
        share=share,
        first=(price * share / 100).quantize(money.CENT, ROUND_CEILING),
        first_due=months_later(signed_on, int(months.value)),
        rest_due=months_later(signed_on, 12 * int(years)),
        article=months.basis.article,
    )


def require_settled(unsettled: int) -> None:
    """Refuse to certify what is not paid as agreed."""
    if unsettled:
        raise Conflict(
            "tender.unsettled", _("还有 %(count)s 份合同的价款没有按约定支付。"), count=unsettled
        )


def _rest_due(owed: Owed, given: Given, rules: RuleSet) -> date | None:
    """Take until when the rest is due; once said it stays."""
    if owed.rest_due is not None or given.rest_due is None:
        return owed.rest_due
    years = int(rules.value("payment_years", "max"))
    last = months_later(owed.signed_on, 12 * years)
    if not given.paid_on < given.rest_due <= last:
        raise Invalid(
            "payment.rest_due",
            _("余款付清日期应在本次付款之后、不晚于 %(last)s。"),
            last=last.isoformat(),
            field="rest_due",
        )
    return given.rest_due
