"""Interest by the day, on the benchmark rates of the People's Bank.

The rates are rows with the day from which they hold; nothing has replaced the last ones. Money paid
back late bears the loan rate with a fifth on top (M87 art. 38); a construction deposit comes back
with what a current account earns (BLR art. 57).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.money import WIDE, round_half_up

DAYS_OF_A_YEAR: Final = 360
"""The bank's year: a day's rate is the year's by 360."""
LATE_SURCHARGE: Final = Decimal("0.20")
LATE_ARTICLE: Final = "《政府采购货物和服务招标投标管理办法》第三十八条"


@dataclass(frozen=True)
class Rate:
    """A yearly rate and the day from which it holds."""

    yearly: Decimal
    effective_from: date


LOAN: Final = (
    Rate(Decimal("0.0460"), date(2015, 8, 26)),
    Rate(Decimal("0.0435"), date(2015, 10, 24)),
)
CURRENT_ACCOUNT: Final = (Rate(Decimal("0.0035"), date(2012, 7, 6)),)


def rate_on(rates: tuple[Rate, ...], on: date) -> Decimal:
    """Give the rate that holds on a day: the newest that had begun, else the oldest."""
    begun = [rate for rate in rates if rate.effective_from <= on]
    return (begun[-1] if begun else rates[0]).yearly


def interest(principal: Decimal, yearly: Decimal, days: int) -> Decimal:
    """Give the interest on a sum for whole days, rounded half up to a fen once."""
    by_day = WIDE.divide(WIDE.multiply(yearly, Decimal(days)), Decimal(DAYS_OF_A_YEAR))
    return round_half_up(WIDE.multiply(principal, by_day), 2) if days > 0 else Decimal("0.00")


def late_interest(principal: Decimal, due: date, paid: date) -> Decimal:
    """Give what is owed for the days a refund is late, at the rate of the day it was due."""
    yearly = rate_on(LOAN, due) * (1 + LATE_SURCHARGE)
    return interest(principal, yearly, (paid - due).days)


def kept_interest(principal: Decimal, received: date, paid: date) -> Decimal:
    """Give what a deposit earned on the account from the day it came in to the day it goes."""
    return interest(principal, rate_on(CURRENT_ACCOUNT, received), (paid - received).days)
