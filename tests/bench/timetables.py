"""The timetables of 10,000 projects of all markets and methods, against counting their days alone.

What is compared is the least that has to be done: counting each period from its date in the
calendar. What comes on top is finding the rules, proposing dates, and judging all of them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from time import process_time

from kernel.calendar import start_of_day
from tests.bench.figures import Figure
from trading.periods import RuleSet, Scope, rulebooks
from trading.periods.ruleset import ANNOUNCED
from trading.timetable import Row, Timetable, propose

PLACES = [Scope(slug, method) for slug, book in rulebooks().items() for method in book.methods]
FIRST = date(2026, 3, 2)
DAYS = 900
ROUNDS = 3


def measure(*, short: bool) -> Iterator[Figure]:
    """Propose and check every date of each project, then only count the days of the same rows."""
    count = 500 if short else 10_000
    whole, counting = [], []
    for _round in range(ROUNDS):
        begun = process_time()
        tables = [timetable_of(number) for number in range(count)]
        whole.append(process_time() - begun)
        rows = [row for table in tables for row in table.rows if row.limit]
        begun = process_time()
        for row in rows:
            count_alone(row)
        counting.append(process_time() - begun)
        if broken := [table for table in tables if table.breaches]:
            raise AssertionError(f"{len(broken)} proposals break a rule")
    yield Figure("timetables: of 10,000 projects, CPU", min(whole) / count * 10_000, "s")
    yield Figure("timetables: whole / counting the days", min(whole) / min(counting), "×")


def timetable_of(number: int) -> Timetable:
    """Give the timetable of one project, each announced on a day of its own."""
    announced = FIRST + timedelta(days=number % DAYS)
    rules = RuleSet(PLACES[number % len(PLACES)])
    return propose({"announced": announced}, start_of_day(announced), rules)


def count_alone(row: Row) -> None:
    """Count the days of one period in the calendar, as often as a proposal cannot do without."""
    if row.anchor is not None:
        period = row.period
        ANNOUNCED.add(row.anchor, period.value, period.unit, roll=period.rolls)
