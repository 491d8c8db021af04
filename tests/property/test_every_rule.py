"""Laws over every market and method: what the rules propose is lawful, and one day less is not."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.calendar import start_of_day
from trading.periods import SUBJECTS, RuleSet, Scope, rulebooks
from trading.timetable import breaches, earliest, propose

ONE = timedelta(days=1)
PLACES = [(market, method) for market, book in rulebooks().items() for method in book.methods]
DAYS = st.dates(date(2026, 3, 1), date(2029, 1, 1))


SCOPES = st.builds(
    lambda place, subject: Scope(*place, subject),
    st.sampled_from(PLACES),
    st.sampled_from(["", *SUBJECTS]),
)


@settings(max_examples=150, deadline=None)
@given(SCOPES, DAYS)
def test_what_follows_from_an_announcement_breaks_no_rule(scope, announced):
    rules = RuleSet(scope)
    table = propose({"announced": announced}, start_of_day(announced), rules)
    assert table.breaches == ()
    assert breaches(table.dates, rules) == []


@pytest.mark.parametrize("place", PLACES, ids="-".join)
@settings(max_examples=25, deadline=None)
@given(anchor=DAYS, subject=st.sampled_from(["", "equity", "asset", "capital_increase"]))
def test_one_day_beyond_a_limit_breaks_exactly_that_rule(place, anchor, subject):
    rules = RuleSet(Scope(*place, subject))
    for period in rules.periods(anchor):
        first = {period.anchor: anchor}
        table = propose(first, start_of_day(anchor), rules)
        row = next(r for r in table.rows if r.period == period)
        beyond = row.limit.due - ONE if period.is_least else row.limit.due + ONE
        assert breaches({**first, period.target: row.limit.due}, rules) == []
        found = [b.code for b in breaches({**first, period.target: beyond}, rules)]
        assert found == [f"timetable.{period.code}"]


@settings(max_examples=150, deadline=None)
@given(SCOPES, DAYS)
def test_one_day_before_the_earliest_deadline_breaks_exactly_one_rule(scope, announced):
    rules = RuleSet(scope)
    # The documents of a sole supplier are not given out on the day it is made public, nor are those
    # that wait for a prequalification.
    waits = {period.target for period in rules.periods(announced)}
    together = [n for n in ("announced", "documents_from") if n in rules.course.events]
    together = [name for name in together if name not in waits]
    orders = rules.course.orders
    known = {name: announced for name in together if ("notice_until", name) not in orders}
    rows = propose(known, start_of_day(announced), rules).rows
    for row in rows:
        target = row.period.target
        if row.period.is_least and row.period.anchor in known and target not in known:
            first = earliest(target, known, rules)
            assert breaches({**known, target: first}, rules) == []
            if first == row.limit.due:  # one moved off a rest day may be taken a day earlier
                broken = breaches({**known, target: first - ONE}, rules)
                assert [b.code for b in broken] == [f"timetable.{row.period.code}"]
