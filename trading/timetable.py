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
from trading.periods import Course, Period, RuleSet, slug_of

UNITS: Final = {"WD": _("个工作日"), "CAL": _("日")}


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

    `limit` is the earliest day of a minimum and the latest of a maximum or of what has to happen
    some days before; `legal` is None while a date is missing.
    """

    period: Period
    anchor: date | None
    target: date | None
    proposed: bool
    limit: Due | None
    days: int | None
    legal: bool | None

    @property
    def provisional(self) -> bool:
        """Tell whether the date may move once the State Council announces the year."""
        return bool(self.target and self.limit and self.limit.provisional)

    @property
    def slug(self) -> str:
        """Name the rule's place on the page of rules."""
        return slug_of(self.period)


@dataclass(frozen=True)
class Timetable:
    """All periods with their dates: given, proposed by the rules, or not known yet."""

    rows: tuple[Row, ...]
    dates: Mapping[str, date]
    proposed: tuple[str, ...]
    missing: tuple[str, ...]
    breaches: tuple[Breach, ...]
    rules: RuleSet

    @property
    def dated(self) -> tuple[Row, ...]:
        """Give the periods that have both ends, the chosen or the proposed one."""
        return tuple(row for row in self.rows if row.anchor and row.target)

    @property
    def provisional(self) -> bool:
        """Tell whether a date rests on a year whose days of rest are not announced yet."""
        return any(row.provisional for row in self.rows)


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


def propose(known: Mapping[str, date], at: datetime, rules: RuleSet) -> Timetable:
    """Propose every date that follows from the known ones; the first is the next working day."""
    given = _dates(known, rules.course)
    dates = {"announced": rules.calendar.roll_over(local_date(at))[0]} | given
    periods = rules.periods(dates["announced"])
    by_target: dict[str, list[Period]] = {}
    for period in periods:
        by_target.setdefault(period.target, []).append(period)
    for target in rules.course.events:
        if target not in dates:
            proposal = _proposal(target, dates, by_target.get(target, ()), rules)
            if proposal is not None:
                dates[target] = proposal
    rows = tuple(_row(period, dates, given, rules.calendar) for period in periods)
    named = dict.fromkeys(p.target for p in periods)
    return Timetable(
        rows=rows,
        dates=dates,
        proposed=tuple(name for name in dates if name not in given),
        missing=tuple(name for name in named if name not in dates),
        breaches=tuple(_all_breaches(rows, given, dates, rules.course)),
        rules=rules,
    )


def breaches(dates: Mapping[str, date], rules: RuleSet) -> list[Breach]:
    """List the rules that the chosen dates break; a missing date breaks none."""
    given = _dates(dates, rules.course)
    if not given:
        return []
    periods = rules.periods(given.get("announced") or min(given.values()))
    rows = [_row(period, given, given, rules.calendar) for period in periods]
    return _all_breaches(rows, given, given, rules.course)


def earliest(target: str, dates: Mapping[str, date], rules: RuleSet) -> date | None:
    """Give the first day on which a date breaks nothing, the other dates being as they are."""
    given = _dates(dates, rules.course)
    if not given:
        return None
    periods = rules.periods(given.get("announced") or min(given.values()))
    return _first_day(target, _limits(target, periods, given, rules.calendar), given, rules)


def extended_deadline(
    issued_at: datetime, close_at: datetime, rules: RuleSet, code: str = "clarification"
) -> Extension:
    """Move the deadline when a clarification comes later than the law's days before it."""
    issued, calendar = local_date(issued_at), rules.calendar
    rule = rules.period(code, issued)
    strict = calendar.earliest(issued, rule.value, rule.unit)
    local, article = close_at.astimezone(SHANGHAI), rule.basis.article
    if local.date() >= strict.due:
        return Extension(needed=False, close_at=close_at, earliest=strict, article=article)
    earliest = calendar.earliest(issued, rule.value, rule.unit, avoid_rest_days=True)
    moved = datetime.combine(earliest.due, local.timetz())
    return Extension(needed=True, close_at=moved, earliest=earliest, article=article)


def _dates(known: Mapping[str, date], course: Course) -> dict[str, date]:
    """Take dates, or instants by their day in Shanghai; an unknown name is refused."""
    if unknown := sorted(set(known) - set(course.events)):
        raise Invalid(
            "timetable.unknown_date",
            _("没有名为“%(names)s”的日期。"),
            names="、".join(unknown),
            field="known",
        )
    return {
        name: local_date(on) if isinstance(on, datetime) else on
        for name in course.events
        if (on := known.get(name)) is not None
    }


def _proposal(
    target: str, dates: Mapping[str, date], periods: Sequence[Period], rules: RuleSet
) -> date | None:
    """Give the first day all minimums allow, or else the last day all maximums allow."""
    if same := rules.course.same_day.get(target):
        earlier = _before(target, dates, rules.course)
        return max([dates[same], *earlier]) if same in dates else None
    if target in rules.course.optional:
        return None
    if least := _limits(target, periods, dates, rules.calendar):
        return _first_day(target, least, dates, rules)
    latest = _limits(target, periods, dates, rules.calendar, least=False)
    if not latest:
        return None
    if any(p.rolls or p.before for p in periods if p.target == target):
        return min(latest)  # the last day of a right is what it is; nobody needs to act on it
    return _working_day_up_to(min(latest), rules.calendar)


def _limits(
    target: str,
    periods: Sequence[Period],
    dates: Mapping[str, date],
    calendar: WorkCalendar,
    *,
    least: bool = True,
) -> list[date]:
    """List the first days the minimums of a date allow, or the last days it may have."""
    return [
        _limit(p, dates[p.anchor], calendar).due
        for p in periods
        if p.target == target and p.is_least is least and p.anchor in dates
    ]


def _first_day(
    target: str, limits: Sequence[date], dates: Mapping[str, date], rules: RuleSet
) -> date | None:
    """Give the first day that no minimum and no other date forbids; people act on a working day."""
    first = max([*limits, *_before(target, dates, rules.course)], default=None)
    if first is None:
        return None
    return rules.calendar.roll_over(first)[0] if target in rules.course.deadlines else first


def _before(target: str, dates: Mapping[str, date], course: Course) -> list[date]:
    """List the dates that one may not come before."""
    return [dates[first] for first, later in course.orders if later == target and first in dates]


def _working_day_up_to(last: date, calendar: WorkCalendar) -> date:
    """Propose an act for a day on which offices work, though its limit may be a rest day."""
    if calendar.is_working_day(last):
        return last
    return calendar.add_working_days(last, -1).due


def _limit(period: Period, anchor: date, calendar: WorkCalendar) -> Due:
    if period.before:
        return calendar.latest_before(anchor, period.value, period.unit)
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
    legal = target >= limit.due if period.is_least else target <= limit.due
    return Row(period, anchor, target, proposed, limit, days, legal)


def _all_breaches(
    rows: Sequence[Row], given: Mapping[str, date], dates: Mapping[str, date], course: Course
) -> list[Breach]:
    """List broken periods first, then dates in an impossible order."""
    broken = [_breach(row, row.limit, course) for row in rows if row.legal is False and row.limit]
    return broken + [
        _disorder(earlier, later, dates, course)
        for earlier, later in course.orders
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


_TOO_NEAR = _(
    "%(title)s：%(target)s（%(target_date)s）须在%(anchor)s（%(anchor_date)s）前至少 %(value)s "
    "%(unit)s，最迟为 %(limit)s。"
)


def _breach(row: Row, limit: Due, course: Course) -> Breach:
    period = row.period
    facts = {
        "title": period.title,
        "anchor": course.events[period.anchor],
        "anchor_date": str(row.anchor),
        "target": course.events[period.target],
        "target_date": str(row.target),
        "days": row.days,
        "value": period.value,
        "unit": UNITS[period.unit],
        "limit": str(limit.due),
        "field": period.target,
    }
    late = _TOO_NEAR if period.before else _TOO_LATE
    return Breach(
        code=f"timetable.{period.code}",
        message=_TOO_SHORT if period.is_least else late,
        facts=facts,
        article=period.basis.article,
        source=period.basis.source,
        confidence=period.basis.confidence,
        trace=limit.trace,
    )


def _disorder(earlier: str, later: str, dates: Mapping[str, date], course: Course) -> Breach:
    return Breach(
        code="timetable.disorder",
        message=_("%(later)s（%(later_date)s）不能早于%(earlier)s（%(earlier_date)s）。"),
        facts={
            "later": course.events[later],
            "later_date": str(dates[later]),
            "earlier": course.events[earlier],
            "earlier_date": str(dates[earlier]),
            "field": later,
        },
        article="",
        source="",
        confidence="design",
        trace=(),
    )
