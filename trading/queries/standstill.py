"""Read since when each date runs that moves on when a tender stood still."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from trading.domain.orders import CAUSE
from trading.domain.standstill import Span, stood_since
from trading.markets import method_of
from trading.models import Award, Contract, Suspension, Tender
from trading.queries.rules import work_calendar
from trading.queries.texts import TEXT_KINDS


def held_still() -> QuerySet[Suspension, Any]:
    """Give the keys of the tenders that stand still, to leave out in another query."""
    return Suspension.objects.filter(ended_at=None).values("tender")


def standing_still(codes: Iterable[str]) -> frozenset[str]:
    """Tell which tenders stand still now."""
    found = Tender.objects.filter(code__in=list(codes), pk__in=held_still())
    return frozenset(found.values_list("code", flat=True))


def moved_on(tender: Tender, last: date, since: datetime) -> date:
    """Move on a last day that runs since then by the days for which its tender stood still: not to
    a day of rest.
    """
    over = tender.suspensions.exclude(ended_at=None)
    stood = [(one.started_at, one.ended_at) for one in over if one.ended_at]
    days = stood_since(stood, since) if stood else 0
    return work_calendar().roll_over(last + timedelta(days=days))[0] if days else last


def ordered(tender: Tender, side: str) -> bool:
    """Tell whether a tender stands still by an order of this side."""
    rows = tender.suspensions.filter(cause=CAUSE, ref=side, ended_at=None)
    return bool(rows.exists())


def stood(tender: Tender, at: datetime) -> list[Span]:
    """List the times for which a tender stood still, up to an instant."""
    rows = tender.suspensions.filter(started_at__lt=at)
    return [(row.started_at, min(row.ended_at or at, at)) for row in rows]


def resumed_at(tender: Tender) -> datetime | None:
    """Give when a tender last went on, and its dates moved; None when it never stood still."""
    last = tender.notices.filter(kind="resumption").order_by("-number").first()
    return last.published_at if last else None


def deadline_set_at(tender: Tender) -> datetime:
    """Give when the deadline was last set anew: with the notice, or by an amendment or extension;
    not by a standstill, whose amendment is published at the very time it ends.
    """
    ends = tender.suspensions.exclude(ended_at=None).values("ended_at")
    moved = tender.notices.filter(kind__in=TEXT_KINDS, fields__has_key="closes_at")
    last = moved.exclude(published_at__in=ends).order_by("-number").first()
    return last.published_at if last else tender.published_at or tender.drafted_at


def publicity_set_at(tender: Tender) -> datetime:
    """Give when the candidates were last put before the public."""
    return tender.notices.filter(kind="candidates").latest("number").published_at


def contract_set_at(contract: Contract) -> datetime:
    """Give since when the days to sign a contract run: from the decision where the price is settled
    first, else from the award notice.
    """
    made = Award.objects.get(lot=contract.lot)
    is_settled_first = method_of(contract.lot.tender).settles
    return made.confirmed_at if is_settled_first else made.notified_at or made.confirmed_at
