"""What each date of a draft breaks, and the first day that breaks nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from kernel.calendar import SHANGHAI
from trading import timetable
from trading.domain.completeness import DEADLINES, TenderFacts, broken_periods

OFFICES_OPEN: Final = time(9)


@dataclass(frozen=True)
class DateCheck:
    """What one date of a draft breaks, and the first day or instant that breaks nothing."""

    breaches: tuple[timetable.Breach, ...]
    earliest: date | datetime | None
    provisional: bool = False


def date_checks(facts: TenderFacts, announced: date) -> dict[str, DateCheck]:
    """Say of each date of the draft what it breaks and the first that breaks nothing."""
    broken, dates = broken_periods(facts, announced), facts.dates(announced)
    return {
        name: DateCheck(
            tuple(breach for breach in broken if breach.target == event),
            _moment_on(first, name, getattr(facts, name)),
            provisional=first is not None and facts.rules.calendar.day(first).provisional,
        )
        for name, event in facts.demands.dates.items()
        for first in (timetable.earliest(event, dates, facts.rules),)
    }


def _moment_on(
    day: date | None, field: str, chosen: date | datetime | None
) -> date | datetime | None:
    """Keep the time of day somebody chose for a deadline; nine o'clock otherwise."""
    if day is None or field not in DEADLINES:
        return day
    at = chosen.astimezone(SHANGHAI).time() if isinstance(chosen, datetime) else OFFICES_OPEN
    return datetime.combine(day, at, SHANGHAI)
