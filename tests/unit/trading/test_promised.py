"""What the taker of a parcel has to pay by when: rows of the rules (LD34)."""

from datetime import date
from decimal import Decimal

from trading.domain.settlement import Promised, promised
from trading.periods import RuleSet, Scope

ON = date(2026, 11, 24)


def rules(market, method):
    return RuleSet(Scope(market=market, method=method, on=ON))


def test_half_of_a_parcel_is_paid_within_a_month_and_the_rest_within_a_year():
    found = promised(Decimal("10000000.01"), date(2027, 1, 31), rules("land", "land_listing"))
    assert found == Promised(
        share=Decimal(50),
        first=Decimal("5000000.01"),
        first_due=date(2027, 2, 28),
        rest_due=date(2028, 1, 31),
        article=rules("land", "land_listing").figure("first_payment_months", "max").basis.article,
    )


def test_nothing_is_said_where_no_row_says_it():
    assert promised(Decimal(1), ON, rules("property", "online_bidding")) is None
