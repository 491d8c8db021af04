"""Which dates the rules propose, which of the chosen ones they break, and with which article.

The very same functions serve the draft page, the services that refuse, and the `timetable` tool.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from kernel.calendar import SHANGHAI, Due, WorkCalendar, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.periods import EVENTS, ORDERS, PERIODS, SAME_DAY, Period, Scope, in_force

NATIONAL: Final = WorkCalendar()
OPEN_TENDER: Final = Scope()
UNITS: Final = {"WD": _("个工作日"), "CAL": _("日")}
DEADLINES: Final = frozenset({"bids_close", "disclosure_until"})
"""Dates on which people must act: a proposal never puts them on a rest day."""
OPTIONAL: Final = frozenset({"prequalification_close"})
"""Dates of steps that a tender may do without: never proposed, only checked."""


@dataclass(frozen=True)
class Breach:
    """A rule the dates break; `message` has places for `facts`, like a refusal."""

    code: str
    message: str
    facts: Mapping[str, object]
    article: str
    source: str
    confidence: str
    trace: tuple[str, ...]

    @property
    def target(self) -> str:
        """Name the date that is wrong."""
        return str(self.facts["field"])

    def text(self) -> str:
        """Fill the facts into the message."""
        return self.message % self.facts


@dataclass(frozen=True)
class Row:
    """One period against the dates: its limit, the date chosen or proposed, and the verdict.

    `limit` is the earliest day of a minimum and the latest of a maximum; `legal` is None while a
    date is missing.
    """

    period: Period
    anchor: date | None
    target: date | None
    proposed: bool
    limit: Due | None
    days: int | None
    legal: bool | None


@dataclass(frozen=True)
class Timetable:
    """All periods with their dates: given, proposed by the rules, or not known yet."""

    rows: tuple[Row, ...]
    dates: Mapping[str, date]
    proposed: tuple[str, ...]
    missing: tuple[str, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True)
class Extension:
    """Whether a clarification moves the deadline, and to when, keeping its time of day."""

    needed: bool
    close_at: datetime
    earliest: Due
    article: str


@dataclass(frozen=True)
class Pace:
    """How fast the timers within a session run; statutory periods never change with it."""

    slug: str
    title: str
    factor: Fraction

    def timer(self, minutes: int) -> timedelta:
        """Give the length of a timer the document states in minutes."""
        return timedelta(seconds=float(minutes * 60 * self.factor))


PACES: Final = {
    "law": Pace("law", _("法定节奏"), Fraction(1)),
    "demo": Pace("demo", _("演示节奏（分钟计为秒）"), Fraction(1, 60)),
    "hand": Pace("hand", _("手动演示节奏（法定时长的五分之一）"), Fraction(1, 5)),
}


def propose(
    known: Mapping[str, date],
    at: datetime,
    *,
    scope: Scope = OPEN_TENDER,
    calendar: WorkCalendar = NATIONAL,
) -> Timetable:
    """Propose every date that follows from the known ones; the first is the next working day."""
    given = _dates(known)
    dates = {"announced": calendar.roll_over(local_date(at))[0]} | given
    periods = _rules(scope, dates["announced"])
    for target in EVENTS:
        if target not in dates:
            proposal = _proposal(target, dates, periods, calendar)
            if proposal is not None:
                dates[target] = proposal
    rows = tuple(_row(period, dates, given, calendar) for period in periods)
    named = dict.fromkeys(p.target for p in periods)
    return Timetable(
        rows=rows,
        dates=dates,
        proposed=tuple(name for name in dates if name not in given),
        missing=tuple(name for name in named if name not in dates),
        breaches=tuple(_all_breaches(rows, given, dates)),
    )


def breaches(
    dates: Mapping[str, date],
    *,
    scope: Scope = OPEN_TENDER,
    calendar: WorkCalendar = NATIONAL,
) -> list[Breach]:
    """List the rules that the chosen dates break; a missing date breaks none."""
    given = _dates(dates)
    if not given:
        return []
    on = given.get("announced") or min(given.values())
    rows = [_row(period, given, given, calendar) for period in _rules(scope, on)]
    return _all_breaches(rows, given, given)


def earliest(
    target: str,
    dates: Mapping[str, date],
    *,
    scope: Scope = OPEN_TENDER,
    calendar: WorkCalendar = NATIONAL,
) -> date | None:
    """Give the first day on which a date breaks nothing, the other dates being as they are."""
    given = _dates(dates)
    if not given:
        return None
    limits = [
        _limit(p, given[p.anchor], calendar).due
        for p in _rules(scope, given.get("announced") or min(given.values()))
        if p.target == target and p.bound == "min" and p.anchor in given
    ]
    return _first_day(target, limits, given, calendar)


def extended_deadline(
    issued_at: datetime,
    close_at: datetime,
    *,
    scope: Scope = OPEN_TENDER,
    calendar: WorkCalendar = NATIONAL,
) -> Extension:
    """Move the deadline when a clarification comes later than 15 days before it (GPR art. 31)."""
    rule = next(p for p in _rules(scope, local_date(issued_at)) if p.code == "clarification")
    earliest = calendar.earliest(local_date(issued_at), rule.value, rule.unit, avoid_rest_days=True)
    strict = calendar.earliest(local_date(issued_at), rule.value, rule.unit)
    local = close_at.astimezone(SHANGHAI)
    if local.date() >= strict.due:
        return Extension(needed=False, close_at=close_at, earliest=strict, article=rule.article)
    moved = datetime.combine(earliest.due, local.timetz())
    return Extension(needed=True, close_at=moved, earliest=earliest, article=rule.article)


def _dates(known: Mapping[str, date]) -> dict[str, date]:
    """Take dates, or instants by their day in Shanghai; an unknown name is refused."""
    if unknown := sorted(set(known) - set(EVENTS)):
        raise Invalid(
            "timetable.unknown_date",
            _("没有名为“%(names)s”的日期。"),
            names="、".join(unknown),
            field="known",
        )
    return {
        name: local_date(on) if isinstance(on, datetime) else on
        for name in EVENTS
        if (on := known.get(name)) is not None
    }


def _rules(scope: Scope, on: date) -> tuple[Period, ...]:
    """Look the rules up on the day that pins them: the first announcement unless stated."""
    found = in_force(scope, scope.on or on, PERIODS)
    if not found:
        raise Invalid(
            "timetable.no_rules",
            _("没有 %(market)s / %(method)s 在 %(on)s 适用的期限规则。"),
            market=scope.market,
            method=scope.method,
            on=str(scope.on or on),
        )
    return found


def _proposal(
    target: str, dates: Mapping[str, date], periods: Sequence[Period], calendar: WorkCalendar
) -> date | None:
    """Give the first day all minimums allow, or the last day all maximums allow."""
    if target in SAME_DAY:
        return dates.get(SAME_DAY[target])
    limits = {
        bound: [
            _limit(p, dates[p.anchor], calendar).due
            for p in periods
            if p.target == target and p.bound == bound and p.anchor in dates
        ]
        for bound in ("min", "max")
    }
    if not any(limits.values()) or target in OPTIONAL:
        return None
    if latest := limits["max"]:
        return _working_day_up_to(min(latest), calendar)
    return _first_day(target, limits["min"], dates, calendar)


def _first_day(
    target: str, limits: Sequence[date], dates: Mapping[str, date], calendar: WorkCalendar
) -> date | None:
    """Give the first day that no minimum and no other date forbids; people act on a working day."""
    floor = [dates[earlier] for earlier, later in ORDERS if later == target and earlier in dates]
    first = max([*limits, *floor], default=None)
    if first is None:
        return None
    return calendar.roll_over(first)[0] if target in DEADLINES else first


def _working_day_up_to(last: date, calendar: WorkCalendar) -> date:
    """Propose an act for a day on which offices work, though its limit may be a rest day."""
    if calendar.is_working_day(last):
        return last
    return calendar.add_working_days(last, -1).due


def _limit(period: Period, anchor: date, calendar: WorkCalendar) -> Due:
    return calendar.add(anchor, period.value, period.unit, roll=period.rolls)


def _row(
    period: Period,
    dates: Mapping[str, date],
    given: Mapping[str, date],
    calendar: WorkCalendar,
) -> Row:
    anchor, target = dates.get(period.anchor), dates.get(period.target)
    proposed = target is not None and period.target not in given
    if anchor is None:
        return Row(period, anchor, target, proposed, None, None, None)
    limit = _limit(period, anchor, calendar)
    if target is None:
        return Row(period, anchor, target, proposed, limit, None, None)
    days = calendar.days_between(anchor, target, period.unit)
    legal = target >= limit.due if period.bound == "min" else target <= limit.due
    return Row(period, anchor, target, proposed, limit, days, legal)


def _all_breaches(
    rows: Sequence[Row], given: Mapping[str, date], dates: Mapping[str, date]
) -> list[Breach]:
    """List broken periods first, then dates in an impossible order."""
    broken = [_breach(row, row.limit) for row in rows if row.legal is False and row.limit]
    return broken + [
        _disorder(earlier, later, dates)
        for earlier, later in ORDERS
        if later in given and earlier in dates and dates[later] < dates[earlier]
    ]


_TOO_SHORT = _(
    "%(title)s：%(target)s（%(target_date)s）距%(anchor)s（%(anchor_date)s）只有 %(days)s %(unit)s"
    "，不得少于 %(value)s %(unit)s，最早为 %(limit)s。"
)
_TOO_LATE = _(
    "%(title)s：%(target)s（%(target_date)s）距%(anchor)s（%(anchor_date)s）已有 %(days)s %(unit)s"
    "，应在 %(value)s %(unit)s内，最迟为 %(limit)s。"
)


def _breach(row: Row, limit: Due) -> Breach:
    period = row.period
    facts = {
        "title": period.title,
        "anchor": EVENTS[period.anchor],
        "anchor_date": str(row.anchor),
        "target": EVENTS[period.target],
        "target_date": str(row.target),
        "days": row.days,
        "value": period.value,
        "unit": UNITS[period.unit],
        "limit": str(limit.due),
        "field": period.target,
    }
    return Breach(
        code=f"timetable.{period.code}",
        message=_TOO_SHORT if period.bound == "min" else _TOO_LATE,
        facts=facts,
        article=period.article,
        source=period.source,
        confidence=period.confidence,
        trace=limit.trace,
    )


def _disorder(earlier: str, later: str, dates: Mapping[str, date]) -> Breach:
    return Breach(
        code="timetable.disorder",
        message=_("%(later)s（%(later_date)s）不能早于%(earlier)s（%(earlier_date)s）。"),
        facts={
            "later": EVENTS[later],
            "later_date": str(dates[later]),
            "earlier": EVENTS[earlier],
            "earlier_date": str(dates[earlier]),
            "field": later,
        },
        article="",
        source="",
        confidence="design",
        trace=(),
    )
