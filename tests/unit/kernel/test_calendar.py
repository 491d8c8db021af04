"""Periods are counted as the Civil Code and the State Council's notices say."""

from dataclasses import astuple
from datetime import UTC, date, datetime

import pytest

from kernel import calendar
from kernel.calendar import Due, Override, WorkCalendar
from kernel.errors import Invalid

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "is_working", "reason"),
    [
        ("2026-01-01", False, "法定节假日"),
        ("2026-01-02", False, "法定节假日"),
        ("2026-01-04", True, "调休上班"),
        ("2026-02-14", True, "调休上班"),
        ("2026-02-15", False, "周末"),
        ("2026-02-16", False, "法定节假日"),
        ("2026-10-10", True, "调休上班"),
        ("2026-11-24", True, "工作日"),
        ("2005-12-31", True, "调休上班"),
    ],
)
def test_days_follow_the_notice(day, is_working, reason):
    found = CALENDAR.day(date.fromisoformat(day))
    assert (found.is_working, found.reason, found.provisional) == (is_working, reason, False)
    assert found.source == f"国务院办公厅节假日安排通知（{day[:4]} 年）"


def test_a_year_not_announced_is_provisional():
    found = CALENDAR.day(date(2027, 10, 1))
    assert (found.is_working, found.source, found.provisional) == (False, "待国务院通知", True)


def test_an_override_wins_and_is_final():
    notice = "国办发明电〔2026〕9号"
    own = WorkCalendar(
        {
            date(2027, 1, 2): Override(is_working=False, source=notice),
            date(2027, 1, 3): Override(is_working=True, source=notice),
        }
    )
    found = [astuple(own.day(date(2027, 1, n))) for n in (2, 3)]
    assert found == [
        (date(2027, 1, 2), False, "放假", notice, False),
        (date(2027, 1, 3), True, "工作日", notice, False),
    ]


@pytest.mark.parametrize("year", [2000, 2101])
def test_years_without_any_table_are_refused(year):
    with pytest.raises(Invalid) as refusal:
        CALENDAR.is_working_day(date(year, 6, 1))
    assert refusal.value.code == "calendar.year_unknown"
    for unit in ("WD", "CAL"):
        with pytest.raises(Invalid) as refusal:
            CALENDAR.add(date(9999, 12, 31), 2, unit)
        assert refusal.value.code == "calendar.year_unknown"


def test_working_days_count_make_up_days_and_skip_holidays():
    assert CALENDAR.add_working_days(date(2026, 9, 30), 3) == Due(
        due=date(2026, 10, 10),
        counted_days=3,
        unit="WD",
        rolled=False,
        provisional=False,
        trace=(
            "2026-09-30 为起始日，不计入",
            "2026-10-01 法定节假日",
            "2026-10-02 法定节假日",
            "2026-10-05 法定节假日",
            "2026-10-06 法定节假日",
            "2026-10-07 法定节假日",
            "2026-10-10 调休上班",
            "第 3 个工作日为 2026-10-10",
        ),
    )


def test_working_days_count_backward_too():
    due = CALENDAR.add_working_days(date(2026, 10, 12), -2)
    assert (due.due, due.trace[-1]) == (date(2026, 10, 9), "向前第 2 个工作日为 2026-10-09")


def test_zero_working_days_end_where_they_begin():
    assert CALENDAR.add_working_days(date(2026, 10, 3), 0).due == date(2026, 10, 3)


def test_a_period_that_reaches_an_unannounced_year_is_provisional():
    assert CALENDAR.add_working_days(date(2026, 12, 30), 1).provisional is False
    assert CALENDAR.add_working_days(date(2026, 12, 30), 2).provisional is True


def test_the_last_day_of_a_protecting_period_rolls_over_a_holiday():
    assert CALENDAR.add_calendar_days(date(2026, 9, 26), 7, roll=True) == Due(
        due=date(2026, 10, 8),
        counted_days=7,
        unit="CAL",
        rolled=True,
        provisional=False,
        trace=(
            "2026-09-26 为起始日，不计入",
            "第 7 日为 2026-10-03",
            "2026-10-03 法定节假日，顺延",
            "2026-10-04 周末，顺延",
            "2026-10-05 法定节假日，顺延",
            "2026-10-06 法定节假日，顺延",
            "2026-10-07 法定节假日，顺延",
        ),
    )


def test_a_last_day_on_a_make_up_day_does_not_roll():
    due = CALENDAR.add_calendar_days(date(2026, 10, 3), 7, roll=True)
    assert (due.due, due.rolled) == (date(2026, 10, 10), False)


def test_the_window_of_the_rulebook_ends_on_a_sunday_unless_the_policy_moves_it():
    start = date(2026, 11, 23)
    assert CALENDAR.earliest(start, 20, "CAL").due == date(2026, 12, 13)
    moved = CALENDAR.earliest(start, 20, "CAL", avoid_rest_days=True)
    assert (moved.due, moved.rolled) == (date(2026, 12, 14), True)
    assert CALENDAR.earliest(start, 5, "WD").due == date(2026, 11, 30)


def test_at_least_fifteen_days_before_the_deadline():
    assert CALENDAR.latest_before(date(2026, 12, 13), 15, "CAL").due == date(2026, 11, 28)


def test_days_between_are_counted_in_either_unit():
    start, end = date(2026, 9, 30), date(2026, 10, 10)
    assert CALENDAR.days_between(start, end, "CAL") == 10
    assert CALENDAR.days_between(start, end, "WD") == 3
    assert CALENDAR.working_days_between(end, start) == -3


def test_absurd_periods_are_refused():
    for count in (4000, -4000):
        with pytest.raises(Invalid) as refusal:
            CALENDAR.add(date(2026, 1, 1), count, "CAL")
        assert refusal.value.code == "calendar.too_long"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        ("2026-11-24T17:00:00+00:00", date(2026, 11, 25)),
        ("2026-11-24T23:59:59.999+08:00", date(2026, 11, 24)),
    ],
)
def test_dates_are_those_of_shanghai(text, day):
    assert calendar.parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2026-13-01",
        "2026-11-24T09:00:00",
        "24.11.2026",
        "今天",
        None,
        7,
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_malformed_dates_are_refused(text):
    with pytest.raises(Invalid) as refusal:
        calendar.parse_date(text)
    assert refusal.value.code == "calendar.date_malformed"


def test_a_day_runs_from_midnight_to_twenty_four_in_shanghai():
    assert calendar.start_of_day(date(2026, 11, 24)) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert calendar.end_of_day(date(2026, 11, 24)) == datetime(2026, 11, 24, 16, tzinfo=UTC)
    due = CALENDAR.add_working_days(date(2026, 11, 24), 1)
    assert due.ends_at == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_exactly_at_the_deadline_is_late():
    opens, closes = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert calendar.is_within(opens, opens, closes)
    assert not calendar.is_within(closes, opens, closes)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 24), 12, date(2027, 11, 24)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_its_month(day, months, later):
    assert calendar.months_later(day, months) == later
