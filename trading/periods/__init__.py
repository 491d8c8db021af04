"""The rules as data: one row a rule, with its article, its dates and its confidence.

A rule is looked up with `effective_from <= day < effective_to`, by market, method, subject, region
and budget level; the most specific row of a code wins, so that a city overrides by rows of its own.
"""

from trading.periods.events import Course, course_of, title_of
from trading.periods.fields import DOCUMENTS
from trading.periods.markets import MARKETS, METHODS, SUBJECTS
from trading.periods.rule import (
    Basis,
    Figure,
    Period,
    Reach,
    Requirement,
    Rule,
    Scope,
    in_force,
    slug_of,
)
from trading.periods.ruleset import NATIONAL, Rows, RuleSet, require_known

__all__ = [
    "DOCUMENTS",
    "MARKETS",
    "METHODS",
    "NATIONAL",
    "SUBJECTS",
    "Basis",
    "Course",
    "Figure",
    "Period",
    "Reach",
    "Requirement",
    "Rows",
    "Rule",
    "RuleSet",
    "Scope",
    "course_of",
    "in_force",
    "require_known",
    "slug_of",
    "title_of",
]
