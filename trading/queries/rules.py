"""Which rules apply to a tender: those of its first announcement, or of today for a draft."""

from datetime import date, datetime

from kernel.calendar import WorkCalendar, local_date
from trading.models import Tender
from trading.periods import RuleSet, Scope


def work_calendar() -> WorkCalendar:
    """Give the calendar that all legal periods are counted by."""
    return WorkCalendar()


def common_rules(at: datetime) -> RuleSet:
    """Give the rules of today where no tender is at hand, such as those for supervisors."""
    return RuleSet(Scope(on=local_date(at)), work_calendar())


def rules_of(tender: Tender, now: datetime | date) -> RuleSet:
    """Give the rules of a tender, pinned to its first announcement; a draft has those of today."""
    moment = tender.published_at or now
    return RuleSet(
        Scope(
            market=tender.market,
            method=tender.method,
            subject=tender.category,
            region=tender.region,
            on=local_date(moment) if isinstance(moment, datetime) else moment,
        ),
        work_calendar(),
    )
