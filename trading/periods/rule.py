"""A statutory period as a row, and which row applies to a procurement on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kernel.calendar import Unit

Bound = Literal["min", "max"]
Confidence = Literal["statute", "rule", "unverified", "design"]
LAW_2003: Final = date(2003, 1, 1)
M87_2017: Final = date(2017, 10, 1)


@dataclass(frozen=True)
class Scope:
    """What a rule is looked up by: the kind of procurement, the place and the day that pins it."""

    market: str = "procurement"
    method: str = "open_tender"
    region: str = ""
    budget_level: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Period:
    """At least or at most so many days from one date to another, and who says so."""

    code: str
    title: str
    bound: Bound
    value: int
    unit: Unit
    anchor: str
    target: str
    source: str
    article: str
    confidence: Confidence = "statute"
    effective_from: date = date(2015, 3, 1)
    effective_to: date | None = None
    market: str = "procurement"
    method: str = ""
    region: str = ""
    budget_level: str = ""
    rolls: bool = False

    def applies_to(self, scope: Scope, on: date) -> bool:
        """Tell whether the row is in force on that day for that scope; empty fields mean any."""
        if not self.effective_from <= on < (self.effective_to or date.max):
            return False
        return all(not own or own == asked for own, asked in zip(*_keys(self, scope), strict=True))

    @property
    def specificity(self) -> int:
        """Count the fields that narrow the row: the narrower row wins over the wider one."""
        return sum(map(bool, (self.method, self.region, self.budget_level)))


def in_force(scope: Scope, on: date, rows: Iterable[Period]) -> tuple[Period, ...]:
    """Give the row that applies for each code, in the order of the table."""
    chosen: dict[str, Period] = {}
    for row in rows:
        if row.applies_to(scope, on):
            known = chosen.get(row.code)
            if known is None or row.specificity >= known.specificity:
                chosen[row.code] = row
    return tuple(chosen.values())


def _keys(row: Period, scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        (row.market, row.method, row.region, row.budget_level),
        (scope.market, scope.method, scope.region, scope.budget_level),
    )
