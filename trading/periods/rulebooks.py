"""The rules of every market: the nation's five, and those a market brings in its own file.

A file of trading/markets may define `RULES = Rulebook(…)` beside its MARKET: its methods, dates and
rows are then looked up like the nation's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from kernel.registry import discover
from trading.periods.construction import CONSTRUCTION_PERIODS
from trading.periods.events import COURSES, Course
from trading.periods.fields import (
    CONSTRUCTION_FIELDS,
    LAND_FIELDS,
    PROCUREMENT_FIELDS,
    PROPERTY_FIELDS,
    TALENT_FIELDS,
)
from trading.periods.figures_construction import CONSTRUCTION_FIGURES
from trading.periods.figures_procurement import PROCUREMENT_FIGURES
from trading.periods.figures_selling import LAND_FIGURES, PROPERTY_FIGURES, TALENT_FIGURES
from trading.periods.grounds import METHOD_GROUNDS
from trading.periods.markets import MARKETS, METHODS
from trading.periods.procurement import PROCUREMENT_PERIODS
from trading.periods.remedies import (
    ASSESSMENT,
    CONSTRUCTION_REMEDIES,
    LAND_REMEDIES,
    PROCUREMENT_REMEDIES,
    PROPERTY_REMEDIES,
    SUPERVISION,
)
from trading.periods.rule import Figure, Period, Requirement, Rule
from trading.periods.selling import LAND_PERIODS, PROPERTY_PERIODS, TALENT_PERIODS


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows there are, of the nation and of the packs a centre adds."""

    periods: tuple[Period, ...]
    figures: tuple[Figure, ...]
    fields: tuple[Requirement, ...]

    def with_pack(self, pack: "Rows") -> "Rows":
        """Add the rows of a pack behind these: where neither is narrower, the later wins."""
        return Rows(
            self.periods + pack.periods, self.figures + pack.figures, self.fields + pack.fields
        )

    def all(self) -> tuple[Rule, ...]:
        """List every row, periods first."""
        return (*self.periods, *self.figures, *self.fields)


@dataclass(frozen=True)
class Rulebook:
    """The rules of one market: its methods by their slugs, the dates of its projects, its rows.

    `course` is the market's; `courses` are those of the methods that differ.
    """

    slug: str
    title: str
    methods: Mapping[str, str]
    course: Course
    rows: Rows
    courses: Mapping[str, Course] = field(default_factory=dict)


NATION: Final[Mapping[str, Rows]] = {
    "construction": Rows(
        (*CONSTRUCTION_PERIODS, *CONSTRUCTION_REMEDIES), CONSTRUCTION_FIGURES, CONSTRUCTION_FIELDS
    ),
    "procurement": Rows(
        (*PROCUREMENT_PERIODS, *PROCUREMENT_REMEDIES), PROCUREMENT_FIGURES, PROCUREMENT_FIELDS
    ),
    "property": Rows((*PROPERTY_PERIODS, *PROPERTY_REMEDIES), PROPERTY_FIGURES, PROPERTY_FIELDS),
    "land": Rows((*LAND_PERIODS, *LAND_REMEDIES), LAND_FIGURES, LAND_FIELDS),
    "talent": Rows(TALENT_PERIODS, TALENT_FIGURES, TALENT_FIELDS),
}
EVERYWHERE: Final = Rows(SUPERVISION, ASSESSMENT, METHOD_GROUNDS)
"""The rows that are of no one market."""


@cache
def rulebooks() -> Mapping[str, Rulebook]:
    """Give the rulebook of every market by its slug."""
    national = {
        slug: Rulebook(
            slug,
            title,
            METHODS[slug],
            COURSES[slug],
            NATION[slug],
            {m: COURSES[f"{slug}.{m}"] for m in METHODS[slug] if f"{slug}.{m}" in COURSES},
        )
        for slug, title in MARKETS.items()
    }
    return national | discover("trading.markets", "RULES")


def market_titles() -> Mapping[str, str]:
    """Give the title of every market by its slug."""
    return {slug: rulebook.title for slug, rulebook in rulebooks().items()}


def method_titles(market: str) -> Mapping[str, str]:
    """Give the title of every method of a market; nothing of a market nobody knows."""
    found = rulebooks().get(market)
    return found.methods if found else {}


@cache
def national() -> Rows:
    """Give all rows that come with the platform; packs are added to them."""
    rows = Rows((), (), ())
    for rulebook in rulebooks().values():
        rows = rows.with_pack(rulebook.rows)
    return rows.with_pack(EVERYWHERE)


@cache
def course_of(market: str, method: str) -> Course:
    """Give the dates a project of that market and method passes."""
    rulebook = rulebooks()[market]
    return rulebook.courses.get(method, rulebook.course)


def title_of(event: str) -> str:
    """Name a date by the first market that knows it, where no project is at hand."""
    found = [c for book in rulebooks().values() for c in (book.course, *book.courses.values())]
    return next((course.events[event] for course in found if event in course.events), event)
