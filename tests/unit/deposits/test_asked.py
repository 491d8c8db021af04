"""How much a bidder may be asked to lay down."""

from datetime import date
from decimal import Decimal

import pytest

from trading.domain import deposits
from trading.periods import RuleSet, Scope


def limits(*place):
    return deposits.limits_of(RuleSet(Scope(*place, on=date(2026, 3, 2))))


WORKS = limits("construction", "open_tender", "works")
DESIGN = limits("construction", "open_tender", "services")
PROCUREMENT = limits("procurement", "open_tender", "goods")
LAND = limits("land", "land_listing")
SALE = limits("property", "online_bidding", "equity")


@pytest.mark.parametrize(("estimate", "most"), [(52_000_000, 800_000), (30_000_000, 600_000)])
def test_ex_14_two_percent_of_the_estimate_but_never_above_the_cap(estimate, most):
    assert deposits.most(Decimal(estimate), WORKS) == Decimal(most)


@pytest.mark.parametrize(
    ("base", "limits", "most"),
    [
        (40_000_000, WORKS, 800_000),
        (52_000_000, DESIGN, 100_000),
        (52_000_000, PROCUREMENT, 1_040_000),
        ("0.99", PROCUREMENT, "0.01"),
        (2_600_000, SALE, 780_000),
        (0, PROCUREMENT, 0),
    ],
)
def test_the_most_that_may_be_asked(base, limits, most):
    assert deposits.most(Decimal(base), limits) == Decimal(most)


def test_where_no_rule_sets_a_limit_there_is_none():
    assert deposits.most(Decimal(10), LAND) is None
    assert deposits.least(Decimal(10), WORKS) == 0


def test_land_asks_at_least_a_fifth_rounded_up():
    assert deposits.least(Decimal("1000000.03"), LAND) == Decimal("200000.01")


def test_a_draft_is_told_what_is_too_much_and_what_too_little():
    assert deposits.findings(Decimal(800_000), Decimal(52_000_000), WORKS) == []
    assert [
        f.code for f in deposits.findings(Decimal("800000.01"), Decimal(52_000_000), WORKS)
    ] == ["basic.bid_security"]
    assert [f.code for f in deposits.findings(Decimal(0), Decimal(1), LAND)] == [
        "basic.bid_security_low"
    ]


def test_lots_share_by_budget_and_never_ask_more_together():
    budgets = {1: Decimal(1), 2: Decimal(1), 3: Decimal(1)}
    shares = [deposits.share_of_lot(Decimal("100.00"), budgets, n) for n in budgets]
    assert shares == [Decimal("33.33")] * 3
    assert deposits.share_of_lot(Decimal("100.00"), {7: Decimal(0)}, 7) == Decimal("100.00")
    assert deposits.share_of_lot(Decimal(5), {1: Decimal(0), 2: Decimal(0)}, 1) == 0
