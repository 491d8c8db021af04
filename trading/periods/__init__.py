"""The statutory periods as data: one row a rule, with its article, its dates and its confidence.

A rule is looked up with `effective_from <= day < effective_to`, by market, method, region and
budget level; the most specific row of a code wins, so that a city overrides by rows of its own.
"""

from typing import Final

from trading.periods.awarding import AWARDING
from trading.periods.contracting import CONTRACTING
from trading.periods.events import EVENTS, ORDERS, SAME_DAY
from trading.periods.property import PROPERTY
from trading.periods.remedies import REMEDIES
from trading.periods.rule import Period, Scope, in_force
from trading.periods.supervision import SUPERVISION
from trading.periods.tendering import TENDERING

PERIODS: Final = (*TENDERING, *AWARDING, *REMEDIES, *CONTRACTING, *SUPERVISION, *PROPERTY)

__all__ = ["EVENTS", "ORDERS", "PERIODS", "SAME_DAY", "Period", "Scope", "in_force"]
