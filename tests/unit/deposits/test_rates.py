"""Interest by the day."""

from datetime import date
from decimal import Decimal

from deposits.domain import rates


def test_the_rate_is_the_newest_that_had_begun():
    assert rates.rate_on(rates.LOAN, date(2015, 10, 23)) == Decimal("0.0460")
    assert rates.rate_on(rates.LOAN, date(2026, 3, 2)) == Decimal("0.0435")
    assert rates.rate_on(rates.LOAN, date(2001, 1, 1)) == Decimal("0.0460")


def test_a_late_refund_bears_the_loan_rate_and_a_fifth():
    # 24,000 × 4.35% × 1.2 × 10 / 360 = 34.80
    due = date(2026, 3, 2)
    assert rates.late_interest(Decimal(24_000), due, date(2026, 3, 12)) == Decimal("34.80")


def test_a_refund_in_time_bears_none():
    due = date(2026, 3, 2)
    assert rates.late_interest(Decimal(24_000), due, due) == Decimal("0.00")
    assert rates.late_interest(Decimal(24_000), due, date(2026, 2, 27)) == Decimal("0.00")


def test_a_construction_deposit_earns_what_the_account_does():
    # 800,000 × 0.35% × 90 / 360
    earned = rates.kept_interest(Decimal(800_000), date(2026, 1, 5), date(2026, 4, 5))
    assert earned == Decimal("700.00")
