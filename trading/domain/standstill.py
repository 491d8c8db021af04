"""How long a tender stood still, and by how many days what was running then moves on (GPL 57, BLR
22, 54).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

Span = tuple[datetime, datetime]

NOTHING: Final = timedelta(0)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Standstill:
    """One that ends: from when to when, and all the times the tender ever stood still."""

    times: Sequence[Span]
    begin: datetime
    end: datetime

    def days_owed(self, since: datetime) -> int:
        """Give the days by which a date set at `since` moves on.

        No hour of a period is lost, so days begun count whole; but the sum is rounded, not each
        time: else whoever objects ten times for a minute moves the dates by ten days.
        """
        return whole_days(self._stood(since, self.end)) - whole_days(self._stood(since, self.begin))

    def _stood(self, since: datetime, until: datetime) -> timedelta:
        times = (min(end, until) - max(begin, since) for begin, end in self.times)
        return sum((max(NOTHING, time) for time in times), NOTHING)


def ending(causes: Iterable[Span], resumed_at: datetime | None, at: datetime) -> Standstill:
    """Give the standstill that ends now: all that was not given back when it last went on."""
    times = joined(causes)
    left = [max(begin, resumed_at or begin) for begin, end in times if end > (resumed_at or begin)]
    return Standstill(times, min(left, default=at), at)


def stood_since(causes: Iterable[Span], since: datetime) -> int:
    """Count the days for which a tender stood still since then, of all that is over."""
    times = joined(causes)
    return Standstill(times, since, max((end for _begin, end in times), default=since)).days_owed(
        since
    )


def given_back(until: datetime, since: datetime, causes: Iterable[Span]) -> datetime:
    """Move a moment on by the days for which a tender stood still while its time ran."""
    moved, stood = until, NOTHING
    for begin, end in joined(causes):
        if max(begin, since) >= moved:
            break
        stood += max(NOTHING, end - max(begin, since))
        moved = until + whole_days(stood) * DAY
    return moved


def joined(causes: Iterable[Span]) -> list[Span]:
    """Join causes that overlapped into the times for which the tender stood still."""
    found: list[Span] = []
    for begin, end in sorted(causes):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def whole_days(span: timedelta) -> int:
    """Count the days of a span, one begun as a whole one."""
    return -(-span // DAY)
