"""Laws of legal time, and agreement with an independent calendar of China."""

from datetime import date, timedelta

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import WorkCalendar

CALENDAR = WorkCalendar()
days = st.dates(date(2002, 1, 1), date(2030, 12, 31))
counts = st.integers(1, 60)


def test_every_day_from_2006_to_2026_agrees_with_an_independent_library():
    on, differ = date(2006, 1, 1), []
    while on.year <= 2026:
        if CALENDAR.is_working_day(on) != chinese_calendar.is_workday(on):
            differ.append(on)
        on += timedelta(days=1)
    assert differ == []


@given(days, counts)
def test_working_days_added_are_working_days_counted(start, count):
    due = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(due.due)
    assert CALENDAR.working_days_between(start, due.due) == count


@given(days, counts)
def test_later_starts_never_end_earlier(start, count):
    next_day = start + timedelta(days=1)
    for unit in ("WD", "CAL"):
        due = CALENDAR.add(start, count, unit, roll=True)
        assert due.due <= CALENDAR.add(next_day, count, unit, roll=True).due


@given(days, st.integers(0, 40), st.integers(0, 40))
def test_counting_in_two_steps_is_counting_once(start, first, second):
    midway = CALENDAR.add_working_days(start, first).due
    assert (
        CALENDAR.add_working_days(midway, second).due
        == CALENDAR.add_working_days(start, first + second).due
    )


@given(days, counts)
def test_rolling_ends_on_the_first_working_day_from_the_last_day(start, count):
    due = CALENDAR.add_calendar_days(start, count, roll=True)
    last = start + timedelta(days=count)
    assert CALENDAR.is_working_day(due.due)
    assert CALENDAR.working_days_between(last - timedelta(days=1), due.due) == 1
    assert due.rolled == (due.due != last)


@given(days, counts)
def test_the_latest_day_before_leaves_enough_and_the_next_working_day_does_not(any_day, count):
    deadline = CALENDAR.roll_over(any_day)[0]
    latest = CALENDAR.latest_before(deadline, count, "WD").due
    assert CALENDAR.working_days_between(latest, deadline) == count
    too_late = CALENDAR.add_working_days(latest, 1).due
    assert CALENDAR.working_days_between(too_late, deadline) == count - 1


@given(days, counts)
def test_only_unannounced_years_are_provisional(start, count):
    due = CALENDAR.add_working_days(start, count)
    assert due.provisional == (due.due.year > 2026)
