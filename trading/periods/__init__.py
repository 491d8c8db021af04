"""The rules as data: one row a rule, with its article, its dates and its confidence.

A rule is looked up with `effective_from <= day < effective_to`, by market, method, subject, region
and budget level; the most specific row of a code wins, so that a city overrides by rows of its own.
"""

from trading.periods.events import Course
from trading.periods.fields import DOCUMENTS
from trading.periods.markets import BUDGET_LEVELS, SUBJECTS
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
from trading.periods.rulebooks import (
    Rows,
    Rulebook,
    course_of,
    market_titles,
    method_titles,
    national,
    rulebooks,
    title_of,
)
from trading.periods.ruleset import RuleSet, require_known

__all__ = [
    "BUDGET_LEVELS",
    "DOCUMENTS",
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
    "Rulebook",
    "Scope",
    "course_of",
    "in_force",
    "market_titles",
    "method_titles",
    "national",
    "require_known",
    "rulebooks",
    "slug_of",
    "title_of",
]
