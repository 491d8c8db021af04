"""A disclosure that nobody has registered for: new terms and a fresh disclosure, or, too long after
the first one, everything from the beginning (SA32 18, 19).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kernel.calendar import end_of_day, local_date, months_later
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import deposits, rooms, sale
from trading.periods import RuleSet

RESTART: Final = _(
    "自首次披露之日起十二个月内未征集到合格受让方，须重新履行审计、评估和信息披露程序。"
)
LONGEST_DELIVERY: Final = 120


@dataclass(frozen=True)
class NewTerms:
    """What a lot is offered for from now on: floor, deposit, and how it is paid and handed over."""

    start_price: Decimal
    deposit: Decimal
    delivery: str


def restart_at(first_disclosed: datetime, rules: RuleSet) -> datetime:
    """Give when a sale that found no taker has to begin anew."""
    months = int(rules.value("restart_months", "max"))
    return end_of_day(months_later(local_date(first_disclosed), months))


def require_in_time(first_disclosed: datetime, at: datetime, rules: RuleSet) -> None:
    """Refuse new terms on the old valuation when it has become too old."""
    if at >= restart_at(first_disclosed, rules):
        raise Conflict("sale.restart_required", RESTART)


def new_auction(
    auction: Mapping[str, Any],
    valuation: Decimal,
    given: NewTerms,
    rules: RuleSet,
    *,
    has_consent: bool,
) -> dict[str, Any]:
    """Give the terms of a lot's auction under a floor that may be lower, never higher."""
    before = rooms.start_price(auction)
    lowered = sale.read_start_price(given.start_price)
    if given.start_price > before:
        raise Invalid(
            "sale.price_raised",
            _("转让底价不能高于原底价 %(before)s 元。"),
            before=f"{before:.2f}",
            field="start_price",
        )
    share = rules.figure("floor_consent_share", "min")
    if given.start_price * 100 < valuation * share.value and not has_consent:
        raise Invalid(
            "sale.consent",
            _("转让底价低于评估结果的 %(share)s%%，须上传批准单位的书面同意（%(article)s）。"),
            share=f"{share.value:f}",
            article=share.basis.article,
            field="consent",
        )
    if Decimal(auction.get("increment", 0)) > given.start_price:
        raise Invalid(
            "auction.increment", _("加价幅度应大于零，且不超过转让底价。"), field="start_price"
        )
    _require_deposit(given, rules)
    if len(given.delivery) > LONGEST_DELIVERY:
        raise Invalid(
            "text.required",
            _("请填写内容，不超过 %(most)s 字。"),
            most=LONGEST_DELIVERY,
            field="delivery",
        )
    return rooms.refitted({**auction, **lowered})


def _require_deposit(given: NewTerms, rules: RuleSet) -> None:
    most = deposits.most(given.start_price, deposits.limits_of(rules))
    if given.deposit < 0 or (most is not None and given.deposit > most):
        raise Invalid(
            "sale.deposit",
            _("交易保证金超过转让底价对应的上限（最多 %(most)s 元）。"),
            most=f"{most or 0:.2f}",
            field="deposit",
        )
