"""The rules of one project: its scope, the rows it is looked up in, and its calendar."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from kernel.calendar import WorkCalendar
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.periods.events import Course
from trading.periods.remedies import ASSESSMENT
from trading.periods.rule import Bound, Figure, Period, Requirement, Rule, Scope, in_force
from trading.periods.rulebooks import Rows, course_of, market_titles, method_titles, national

ANNOUNCED: Final = WorkCalendar()
"""The calendar of the State Council's notices alone, with nothing an operator has added."""


@dataclass(frozen=True)
class RuleSet:
    """The rules that apply to a project, pinned to the day of its first announcement.

    `scope.on` is that day; where it is open, the day asked about decides.
    """

    scope: Scope
    calendar: WorkCalendar = ANNOUNCED
    rows: Rows = field(default_factory=national)

    def __post_init__(self) -> None:
        """Refuse a market or method that no rule knows, before any rule is looked up."""
        require_known(self.scope)

    @property
    def course(self) -> Course:
        """Give the dates such a project passes."""
        return course_of(self.scope.market, self.scope.method)

    def about(self, subject: str) -> "RuleSet":
        """Give the rules for one kind of subject."""
        return replace(self, scope=replace(self.scope, subject=subject))

    def by(self, method: str) -> "RuleSet":
        """Give the rules of another method of the same market, for what follows from this one."""
        return replace(self, scope=replace(self.scope, method=method))

    def periods(self, day: date) -> tuple[Period, ...]:
        """List the periods in force; a day on which there was no rule yet is refused."""
        found = _periods(self.rows, replace(self.scope, on=None), self.scope.on or day)
        if not found:
            raise _nothing(self.scope, self.scope.on or day)
        return found

    def period(self, code: str, day: date) -> Period:
        """Give the period of a code, or refuse where the rules have none."""
        if found := self.find_period(code, day):
            return found
        raise _nothing(self.scope, self.scope.on or day, code)

    def find_period(self, code: str, day: date) -> Period | None:
        """Give the period of a code, or None where the rules have none."""
        return next((period for period in self.periods(day) if period.code == code), None)

    def last_day(self, code: str, anchor: date) -> date:
        """Give the last day of a period that begins after the anchor."""
        rule = self.period(code, anchor)
        return self.calendar.add(anchor, rule.value, rule.unit, roll=rule.rolls).due

    def last_day_if_any(self, code: str, anchor: date) -> date | None:
        """Give the same where the rules of the market have such a period."""
        return self.last_day(code, anchor) if self.find_period(code, anchor) else None

    def article_of(self, code: str, day: date) -> str:
        """Give the article a period rests on."""
        return self.period(code, day).basis.article

    @property
    def day(self) -> date:
        """Give the day that pins the rules; figures are looked up by it alone."""
        if self.scope.on is None:
            raise ValueError("a figure is asked for, and no day pins the rules")
        return self.scope.on

    def find(self, code: str, bound: Bound) -> Figure | None:
        """Give a figure, or None where the rules fix none."""
        found = _figures(self.rows, replace(self.scope, on=None), self.day)
        return next((f for f in found if f.code == code and f.bound == bound), None)

    def figure(self, code: str, bound: Bound) -> Figure:
        """Give a figure, or refuse where the rules fix none."""
        if found := self.find(code, bound):
            return found
        raise _nothing(self.scope, self.day, code)

    def value(self, code: str, bound: Bound) -> Decimal:
        """Give the number of a figure, or refuse where the rules fix none."""
        return self.figure(code, bound).value

    def all(self) -> tuple[Rule, ...]:
        """List every row that applies to such a project: periods, figures, what notices say; not
        those by which a centre judges its own staff.
        """
        found = in_force(self.scope, self.day, self.rows.all())
        return tuple(rule for rule in found if rule not in ASSESSMENT)

    def fields(self, document: str) -> tuple[Requirement, ...]:
        """List what a document must say."""
        found = in_force(self.scope, self.day, self.rows.fields)
        return tuple(field for field in found if field.document == document)


@lru_cache(maxsize=1024)
def _periods(rows: Rows, scope: Scope, on: date) -> tuple[Period, ...]:
    return in_force(scope, on, rows.periods)


@lru_cache(maxsize=1024)
def _figures(rows: Rows, scope: Scope, on: date) -> tuple[Figure, ...]:
    return in_force(scope, on, rows.figures)


def require_known(scope: Scope) -> None:
    """Refuse a market or method that no rule knows."""
    known = market_titles()
    if scope.market not in known:
        raise Invalid(
            "rules.unknown_market",
            _("没有名为“%(market)s”的市场，可选：%(known)s。"),
            market=scope.market[:40],
            known="、".join(known),
            field="market",
        )
    methods = method_titles(scope.market)
    if scope.method not in methods:
        raise Invalid(
            "rules.unknown_method",
            _("%(market)s 没有名为“%(method)s”的方式，可选：%(known)s。"),
            market=scope.market,
            method=scope.method[:40],
            known="、".join(methods),
            field="method",
        )


def _nothing(scope: Scope, on: date, code: str = "") -> Invalid:
    return Invalid(
        "timetable.no_rules",
        _("没有 %(market)s / %(method)s 在 %(on)s 适用的期限规则。"),
        market=scope.market,
        method=scope.method,
        on=str(on),
        **({"rule": code} if code else {}),
    )
