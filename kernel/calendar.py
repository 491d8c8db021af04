"""Legal time in China: working days with make-up days, calendar days, roll-over, windows.

The day of the event is not counted and a last day ends at 24:00 (Civil Code 201 to 203). Working
days come from the State Council's yearly notices; a year not announced yet is provisional, and an
operator's overrides (the official notice, typed in) win over everything.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from holidays.countries.china import China, ChinaStaticHolidays

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
PENDING: Final = _("待国务院通知")
FIRST_YEAR: Final = 2001
LAST_YEAR: Final = 2100
LONGEST: Final = 3660
SATURDAY: Final = 5

Unit = Literal["WD", "CAL"]


@dataclass(frozen=True)
class Override:
    """What an official notice says of one day, and which notice that is."""

    is_working: bool
    source: str


@dataclass(frozen=True)
class Day:
    """One day with its kind and the reason for it."""

    date: date
    is_working: bool
    reason: str
    source: str
    provisional: bool

    @property
    def is_remarkable(self) -> bool:
        """Tell whether the day differs from that of an ordinary week."""
        return self.is_working is (self.date.weekday() >= SATURDAY)


@dataclass(frozen=True)
class Due:
    """The last day of a period, how it was counted, and whether the calendar is announced."""

    due: date
    counted_days: int
    unit: Unit
    rolled: bool
    provisional: bool
    trace: tuple[str, ...]

    @property
    def ends_at(self) -> datetime:
        """Give the instant at which the last day is over: 24:00 of that day (Civil Code 203)."""
        return end_of_day(self.due)


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of China, with an operator's overrides on top."""

    overrides: Mapping[date, Override] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        """Tell whether a day is a working day, why, and whether that may still change."""
        _covered(on)
        if said := self.overrides.get(on):
            reason = _("工作日") if said.is_working else _("放假")
            return Day(on, said.is_working, reason, said.source, provisional=False)
        return _day_by_notice(on)

    def year(self, year: int) -> tuple[Day, ...]:
        """List the days of a year; one outside the known years is refused."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise _unknown_year(year)
        first = date(year, 1, 1)
        days = (date(year + 1, 1, 1) - first).days
        return tuple(self.day(first + timedelta(days=n)) for n in range(days))

    def is_working_day(self, on: date) -> bool:
        """Tell whether offices work on that day."""
        return self.day(on).is_working

    def add_working_days(self, start: date, count: int) -> Due:
        """Count working days forward from the day after `start` (or backward for a negative count).

        Zero days end on `start` itself.
        """
        _covered(start)
        _bounded(count)
        step = timedelta(days=1 if count >= 0 else -1)
        on, left, notes, provisional = start, abs(count), [_starts(start)], False
        while left:
            on += step
            day = self.day(on)
            provisional |= day.provisional
            left -= day.is_working
            if day.is_remarkable:
                notes.append(_line(day))
        notes.append(f"{_counted(count)}个工作日为 {on}")
        return Due(on, count, "WD", rolled=False, provisional=provisional, trace=tuple(notes))

    def add_calendar_days(self, start: date, count: int, *, roll: bool = False) -> Due:
        """Count calendar days from the day after `start`; `roll` moves a last day off work on.

        Rolling is for periods that protect a right (Civil Code 203), never for windows.
        """
        last = _covered(start) + timedelta(days=_bounded(count))
        notes = [_starts(start), f"{_counted(count)}日为 {last}"]
        provisional = False
        if roll:
            last, provisional, rolled = self.roll_over(last)
            notes += rolled
        rolled_on = last != start + timedelta(days=count)
        return Due(last, count, "CAL", rolled_on, provisional, tuple(notes))

    def add(self, start: date, count: int, unit: Unit, *, roll: bool = False) -> Due:
        """Count in either unit; only calendar days can need rolling."""
        if unit == "WD":
            return self.add_working_days(start, count)
        return self.add_calendar_days(start, count, roll=roll)

    def roll_over(self, last: date) -> tuple[date, bool, tuple[str, ...]]:
        """Move a last day that is no working day to the next one, and say through which days."""
        notes, provisional, day = [], self.day(last).provisional, self.day(last)
        while not day.is_working:
            notes.append(f"{_line(day)}，顺延")
            day = self.day(day.date + timedelta(days=1))
            provisional |= day.provisional
        return day.date, provisional, tuple(notes)

    def earliest(
        self, start: date, count: int, unit: Unit, *, avoid_rest_days: bool = False
    ) -> Due:
        """Give the first deadline that leaves a window of at least `count` days after `start`.

        A window protects by its length, so it may end on a rest day unless policy moves it.
        """
        return self.add(start, count, unit, roll=avoid_rest_days)

    def latest_before(self, deadline: date, count: int, unit: Unit) -> Due:
        """Give the last day for an act due at least `count` days before the deadline."""
        return self.add(deadline, -count, unit)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to `end` included; negative when reversed."""
        if end < start:
            return -self.working_days_between(end, start)
        span = _bounded((end - start).days)
        days = (start + timedelta(days=n) for n in range(1, span + 1))
        return sum(self.is_working_day(day) for day in days)

    def days_between(self, start: date, end: date, unit: Unit) -> int:
        """Count days in either unit, the first day not counted."""
        return (end - start).days if unit == "CAL" else self.working_days_between(start, end)


def parse_date(text: str) -> date:
    """Read an ISO date; a time with an offset is read as its date in Shanghai."""
    try:
        if len(text) == len("2026-11-24"):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return local_date(instant)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Invalid(
        "calendar.date_malformed",
        _("“%(text)s”不是有效日期。请写 2026-11-24，或带时区的时刻 2026-11-24T09:00:00+08:00。"),
        text=str(text)[:40],
    )


EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)
"""The days a date that somebody types may name; beyond them date arithmetic overflows."""


def is_sensible(moment: date | datetime) -> bool:
    """Tell whether a day, or an instant in its own zone, is one that arithmetic can go on from."""
    on = moment.date() if isinstance(moment, datetime) else moment
    return EARLIEST <= on <= LATEST


def local_date(at: datetime) -> date:
    """Give the date in Asia/Shanghai, whose day decides all legal periods."""
    return at.astimezone(SHANGHAI).date()


def start_of_day(on: date) -> datetime:
    """Give the first instant of a day in Shanghai."""
    return datetime.combine(on, time(), SHANGHAI)


def end_of_day(on: date) -> datetime:
    """Give 24:00 of a day in Shanghai, which is the first instant no longer in it."""
    return start_of_day(on + timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later, or the last of its month (Civil Code 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def is_within(at: datetime, opens_at: datetime, close_at: datetime) -> bool:
    """Tell whether an instant lies in [open, close): exactly at the deadline is late."""
    return opens_at <= at < close_at


def announced_years() -> frozenset[int]:
    """List the years whose working days the State Council has announced, as far as we know."""
    return frozenset(ChinaStaticHolidays.special_public_holidays)


@cache
def _table(year: int) -> China:
    """Build one year at a time: a table that grows by itself is not safe between threads."""
    years = (year, year + 1) if year + 1 in announced_years() else (year,)
    return China(years=years, expand=False)  # type: ignore[no-untyped-call]  # published without


@cache
def _day_by_notice(on: date) -> Day:
    table, weekend = _table(on.year), on.weekday() >= SATURDAY
    provisional = on.year not in announced_years()
    source = PENDING if provisional else f"国务院办公厅节假日安排通知（{on.year} 年）"
    is_working, reason = not weekend, _("周末") if weekend else _("工作日")
    if on in table.weekend_workdays:
        is_working, reason = True, _("调休上班")
    elif on in table:
        is_working, reason = False, _("法定节假日")
    return Day(on, is_working, reason, source, provisional)


def _line(day: Day) -> str:
    return f"{day.date} {day.reason}"


def _starts(start: date) -> str:
    return f"{start} 为起始日，不计入"


def _counted(count: int) -> str:
    return f"第 {count} " if count >= 0 else f"向前第 {-count} "


def _covered(on: date) -> date:
    """Refuse a day outside the years for which any rule of working days is known."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise _unknown_year(on.year)
    return on


def _unknown_year(year: int) -> Invalid:
    return Invalid(
        "calendar.year_unknown",
        _("%(year)s 年不在工作日历范围内（%(first)s—%(last)s）。"),
        year=year,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def _bounded(count: int) -> int:
    if abs(count) > LONGEST:
        raise Invalid(
            "calendar.too_long",
            _("期间 %(count)s 日过长，最多 %(longest)s 日。"),
            count=count,
            longest=LONGEST,
        )
    return count
