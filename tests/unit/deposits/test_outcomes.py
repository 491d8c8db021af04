"""What becomes of a deposit, in every market."""

from datetime import date

import pytest

from deposits.domain import outcomes
from kernel.calendar import WorkCalendar
from trading.periods import RuleSet, Scope

ALL = WorkCalendar()


@pytest.mark.parametrize("market", outcomes.TREATMENTS)
def test_every_market_says_what_happens_after_every_outcome(market):
    rows = outcomes.TREATMENTS[market]
    assert rows.keys() == outcomes.OUTCOMES.keys()
    for outcome, row in rows.items():
        assert row.article
        assert (row.act == "forfeit") == (outcome in outcomes.GROUNDS)
        assert bool(row.starts) == (row.act != "forfeit")


def test_procurement_gives_losers_five_working_days_from_the_notice():
    row = outcomes.treatment("procurement", "not_awarded")
    assert (row.starts, row.with_interest) == ("award_notified", False)
    assert row.last_day(ALL, date(2026, 3, 2)) == date(2026, 3, 9)


def test_construction_pays_all_back_with_interest_after_the_contract():
    for outcome in ("not_awarded", "contracted"):
        row = outcomes.treatment("construction", outcome)
        assert (row.starts, row.unit, row.with_interest) == ("contract_signed", "CAL", True)
        assert row.last_day(ALL, date(2026, 3, 2)) == date(2026, 3, 7)


def test_property_and_land_turn_the_winners_deposit_into_price():
    assert {outcomes.treatment(m, "contracted").act for m in ("property", "land")} == {"convert"}


def test_a_market_without_rows_follows_procurement():
    assert outcomes.treatment("carbon", "failed") == outcomes.treatment("procurement", "failed")


def test_an_event_starts_the_terms_of_its_market_only():
    both = ("not_awarded", "contracted")
    started = outcomes.outcomes_started_by
    assert started("procurement", "award_notified", both) == ("not_awarded",)
    assert started("construction", "award_notified", both) == ()
    assert started("construction", "contract_signed", both) == both


@pytest.mark.parametrize(
    ("market", "method"),
    [
        ("procurement", "open_tender"),
        ("construction", "open_tender"),
        ("property", "online_bidding"),
        ("land", "land_listing"),
    ],
)
def test_the_terms_of_the_table_are_those_of_the_rows_they_name(market, method):
    day = date(2026, 11, 24)
    rules = RuleSet(Scope(market=market, method=method, on=day))
    for row in filter(lambda row: row.period, outcomes.TREATMENTS[market].values()):
        found = rules.period(row.period, day)
        assert (found.value, found.unit) == (row.days, row.unit)
        assert rules.last_day(row.period, day) == row.last_day(rules.calendar, day)
