"""How many sit on a committee: by budget, by case, by method (M87 47, M74 7, C214 14)."""

from datetime import date
from decimal import Decimal

import pytest

from evaluation import domain
from kernel.errors import Invalid
from trading.periods import RuleSet, Scope

TODAY = date(2026, 11, 24)


def rules(method="open_tender", market="procurement", **scope):
    return RuleSet(Scope(market=market, method=method, subject="goods", on=TODAY, **scope))


@pytest.mark.parametrize(
    ("found", "budget", "case", "least"),
    [
        (rules(), 9_999_999, "", 5),
        (rules(), 10_000_000, "", 7),
        (rules(), 100, "complex", 7),
        (rules(), 100, "impact", 7),
        (rules("negotiation", budget_level="central"), 1_999_999, "", 3),
        (rules("negotiation", budget_level="central"), 2_000_000, "", 5),
        (rules("inquiry", budget_level="central"), 2_000_000, "", 5),
        (rules("negotiation", budget_level="city"), 2_000_000, "", 3),
        (rules("consultation", budget_level="central"), 2_000_000, "", 3),
        (rules(market="construction"), 100_000_000, "", 5),
    ],
)
def test_the_least_size_of_a_committee(found, budget, case, least):
    assert domain.committee_size(Decimal(budget), found, case) == least


def test_the_larger_committee_is_offered_where_the_law_names_its_cases():
    assert domain.large_cases(rules()) == domain.LARGE_CASES
    assert domain.large_cases(rules("negotiation")) == {}
    assert domain.large_cases(rules(market="construction")) == {}


@pytest.mark.parametrize("size", [3, 4, 6, 23])
def test_a_chosen_size_is_odd_and_lawful(size):
    with pytest.raises(Invalid):
        domain.chosen_size(size, 5)


def test_a_size_left_open_is_the_least():
    assert [domain.chosen_size(size, 5) for size in (None, 5, 7, 21)] == [5, 5, 7, 21]


@pytest.mark.parametrize(
    ("votes", "size", "settled"),
    [
        ([], 5, None),
        ([True, True], 5, None),
        ([True, True, True], 5, True),
        ([True, False, True, False], 5, None),
        ([False, False, False], 5, False),
        ([True, False, True], 3, True),
        ([True, True, False, False], 4, False),
    ],
)
def test_more_than_half_of_all_members_settle_a_question(votes, size, settled):
    assert domain.carried(votes, size) is settled


def test_where_a_package_is_reserved_nobody_is_favoured_for_its_size():
    assert domain.earned("small", ("consortium", "domestic")) == ("small_firm", "domestic")
    assert domain.earned("small", ("consortium", "domestic"), "sme") == ("domestic",)
