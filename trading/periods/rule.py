"""A rule as a row: what it says, where it applies, who says so, and between which dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, Protocol, TypeVar

from kernel.calendar import Unit

Bound = Literal["min", "max", "exact"]
Confidence = Literal["statute", "rule", "unverified", "design"]
Measure = Literal[
    "yuan", "points", "percent", "ratio", "thirds", "count", "days", "minutes", "months", "years"
]
PAIR: Final = 2
"""A region code is three pairs of digits: province, city, county; 00 stands for all of them."""


@dataclass(frozen=True)
class Scope:
    """What a rule is looked up by: market, method, subject, place and the day that pins it."""

    market: str = "procurement"
    method: str = "open_tender"
    subject: str = ""
    region: str = ""
    budget_level: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Reach:
    """Where a row applies; what is empty applies everywhere."""

    market: str = ""
    methods: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    region: str = ""
    budget_level: str = ""

    def covers(self, scope: Scope) -> bool:
        """Tell whether the row speaks of that scope."""
        return (
            self.market in {"", scope.market}
            and (not self.methods or scope.method in self.methods)
            and (not self.subjects or scope.subject in self.subjects)
            and scope.region.startswith(self.area)
            and self.budget_level in {"", scope.budget_level}
        )

    @property
    def area(self) -> str:
        """Give the digits a region must begin with to lie within the row's."""
        area = self.region
        while area.endswith("00"):
            area = area[:-PAIR]
        return area

    @property
    def narrowness(self) -> tuple[int, int]:
        """Order rows of one code: a smaller place wins, then the row that names more."""
        narrowed = (self.market, self.methods, self.subjects, self.budget_level)
        return len(self.area), sum(map(bool, narrowed))


@dataclass(frozen=True)
class Basis:
    """Who says so: instrument and article, how sure we are, and the dates it is in force."""

    source: str
    article: str
    confidence: Confidence = "statute"
    effective_from: date = date(2015, 3, 1)
    effective_to: date | None = None
    pack: str = ""

    @property
    def cited(self) -> str:
        """Cite the article where a decision rests on it, and say so where it is not confirmed."""
        return f"{self.article}（待核实）" if self.confidence == "unverified" else self.article

    def holds_on(self, on: date) -> bool:
        """Tell whether the rule is in force on a day; published is not effective."""
        return self.effective_from <= on < (self.effective_to or date.max)


EVERYWHERE: Final = Reach()


@dataclass(frozen=True)
class Period:
    """At least or at most so many days from one date to another.

    `before` turns a minimum round: the target lies at least so many days before the anchor.
    `rolls` moves a last day that protects a right to the next working day (Civil Code 203).
    """

    code: str
    title: str
    bound: Bound
    value: int
    unit: Unit
    anchor: str
    target: str
    basis: Basis
    reach: Reach = EVERYWHERE
    rolls: bool = False
    before: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Name what a narrower row replaces."""
        return ("period", self.code)

    @property
    def is_right(self) -> bool:
        """Tell whether the days are a person's: until when to object, challenge or complain."""
        return self.target.endswith("_until") and (self.bound == "max" or self.before)

    @property
    def is_least(self) -> bool:
        """Tell whether the limit is a first day rather than a last one."""
        return self.bound == "min" and not self.before


@dataclass(frozen=True)
class Figure:
    """A number the rules fix: a count, cap, threshold, share, rate or term."""

    code: str
    title: str
    bound: Bound
    value: Decimal
    unit: Measure
    basis: Basis
    reach: Reach = EVERYWHERE

    @property
    def key(self) -> tuple[str, ...]:
        """Name what a narrower row replaces: a least and a most of one code are two rules."""
        return ("figure", self.code, self.bound)


@dataclass(frozen=True)
class Requirement:
    """Something a document must say."""

    code: str
    title: str
    document: str
    basis: Basis
    reach: Reach = EVERYWHERE

    @property
    def key(self) -> tuple[str, ...]:
        """Name what a narrower row replaces."""
        return ("field", self.document, self.code)


class Ruled(Protocol):
    """What the three kinds of row have in common."""

    @property
    def key(self) -> tuple[str, ...]:
        """Name what a narrower row replaces."""

    @property
    def reach(self) -> Reach:
        """Say where it applies."""

    @property
    def basis(self) -> Basis:
        """Say who says so."""


Rule = Period | Figure | Requirement


def overlap(one: Reach, other: Reach) -> bool:
    """Tell whether there may be a project that both speak of, wherever it lies."""
    return all(
        not own or not its or set(own) & set(its)
        for own, its in (
            ((one.market,) if one.market else (), (other.market,) if other.market else ()),
            (one.methods, other.methods),
            (one.subjects, other.subjects),
        )
    )


def slug_of(row: Ruled) -> str:
    """Give the name of a row's place on the page of rules."""
    reach = row.reach
    places = (*reach.methods, *reach.subjects, reach.region, reach.budget_level)
    named = "-".join(filter(None, (reach.market, *row.key, *places, row.basis.pack)))
    return "_".join(named.split())


R = TypeVar("R", bound=Ruled)


def in_force(scope: Scope, on: date, rows: Iterable[R]) -> tuple[R, ...]:
    """Give the row that applies for each key, in the order of the table."""
    chosen: dict[tuple[str, ...], R] = {}
    for row in rows:
        if row.basis.holds_on(on) and row.reach.covers(scope):
            known = chosen.get(row.key)
            if known is None or row.reach.narrowness >= known.reach.narrowness:
                chosen[row.key] = row
    return tuple(chosen.values())
