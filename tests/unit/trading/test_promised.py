"""What the taker of a parcel has to pay by when: rows of the rules (LD34)."""

from datetime import date
from decimal import Decimal

from trading.domain.settlement import Due, Given, Owed, Promised, next_due, plan_payment, promised
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


def test_what_comes_next_is_half_of_a_parcel_then_the_rest_and_late_is_told():
    land = rules("land", "land_listing")
    article = land.figure("first_payment_months", "max").basis.article
    owed = Owed(Decimal(100), Decimal(0), ON)
    assert next_due(owed, land) == Due(Decimal(50), date(2026, 12, 24), article)
    part = plan_payment(owed, Given(Decimal(40), ON), ON, land)
    assert (part.is_settled, part.is_late, part.paid) == (False, False, Decimal(40))
    some = Owed(Decimal(100), Decimal(40), ON)
    assert next_due(some, land) == Due(Decimal(10), date(2026, 12, 24), article)
    day = date(2026, 12, 25)
    assert plan_payment(some, Given(Decimal(10), day), day, land).is_late
    half = Owed(Decimal(100), Decimal(50), ON, date(2027, 5, 24))
    assert next_due(half, land) == Due(Decimal(50), date(2027, 5, 24), article)
    assert next_due(half, land).is_overdue(date(2027, 5, 25))
    whole = plan_payment(half, Given(Decimal(50), date(2027, 5, 24)), date(2027, 5, 24), land)
    assert (whole.is_settled, whole.is_late) == (True, False)
    assert next_due(Owed(Decimal(100), Decimal(100), ON), land) is None


def test_what_an_exchange_settles_is_due_in_its_days_or_as_agreed():
    sale = rules("property", "online_bidding")
    first = sale.last_day("payment", ON)
    assert next_due(Owed(Decimal(100), Decimal(0), ON), sale).on == first
    half = Owed(Decimal(100), Decimal(30), ON, date(2027, 3, 1))
    assert (next_due(half, sale).amount, next_due(half, sale).on) == (Decimal(70), date(2027, 3, 1))
