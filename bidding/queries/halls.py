"""The halls that are open now, that open next, and that ended last."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from bidding.domain import OPENING, OVER
from bidding.models import OpeningSession

BRIEF = (
    "tender__code",
    "tender__title",
    "tender__purchaser__name",
    "stage",
    "state",
    "opens_at",
)
BEGUN = tuple(state for state in OPENING.states if state not in (*OVER, "waiting"))


class Brief(NamedTuple):
    """What a card of the home page says of a hall."""

    code: str
    title: str
    purchaser: str
    stage: str
    state: str
    opens_at: datetime


def live_halls(at: datetime, limit: int = 12) -> list[OpeningSession]:
    """Give the halls that are open now: from an hour before the deadline to the end."""
    return list(_live(at).select_related("tender__purchaser")[:limit])


def coming_halls(at: datetime, limit: int = 12) -> list[OpeningSession]:
    """Give the halls that open next, soonest first."""
    return list(_coming(at).select_related("tender__purchaser")[:limit])


def past_halls(limit: int = 20) -> list[OpeningSession]:
    """Give the openings that ended last."""
    ended = OpeningSession.objects.select_related("tender__purchaser").filter(state__in=OVER)
    return list(ended.order_by("-opens_at", "-pk")[:limit])


def live_in_brief(at: datetime, limit: int) -> tuple[Brief, ...]:
    """Give what a card says of each hall that is open now."""
    return tuple(Brief(*row) for row in _live(at).values_list(*BRIEF)[:limit])


def coming_in_brief(at: datetime, limit: int) -> tuple[Brief, ...]:
    """Give what a card says of each hall that opens next."""
    return tuple(Brief(*row) for row in _coming(at).values_list(*BRIEF)[:limit])


def _live(at: datetime) -> QuerySet[OpeningSession]:
    rows = OpeningSession.objects.filter(state__in=BEGUN, opens_at__lte=at)
    return rows.order_by("-opens_at", "-pk")


def _coming(at: datetime) -> QuerySet[OpeningSession]:
    rows = OpeningSession.objects.filter(state="waiting", opens_at__gt=at)
    return rows.order_by("opens_at", "pk")
