"""Read of deadlines that passed without their act: of a month, and of one's own organisation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from accounts.domain import Actor
from monitoring.domain import NO_OFFICE, Key, reads_secret, shown_roles
from monitoring.models import MissedDeadline

NEWS: Final = timedelta(days=90)
"""How long a desk goes on telling what was missed."""


def missed_between(actor: Actor, since: datetime, until: datetime) -> QuerySet[MissedDeadline]:
    """List the deadlines of a time that passed without their act, as far as the actor may know."""
    rows = MissedDeadline.objects.filter(role__in=shown_roles(actor))
    if not reads_secret(actor):
        rows = rows.filter(is_secret=False)
    rows = rows.filter(due_at__gte=since, due_at__lt=until)
    return rows.select_related("organisation").order_by("due_at", "pk")


def missed_by(actor: Actor, at: datetime) -> list[MissedDeadline]:
    """List what the actor's own side let pass lately; what no office is named for is of all who
    hold the role.
    """
    mine = Q(pk=None)
    for grant in actor.grants:
        whose = Q(organisation=None) | Q(organisation_id=grant.organisation_id)
        mine |= Q(role=grant.role) & whose
    rows = MissedDeadline.objects.filter(mine, due_at__gt=at - NEWS)
    return list(rows.order_by("-due_at", "-pk")[:50])


def open_ones() -> QuerySet[MissedDeadline]:
    """List what was missed and is not done yet, locked."""
    return MissedDeadline.objects.select_for_update().filter(ended_at=None).order_by("pk")


def key_of(row: MissedDeadline) -> Key:
    """Name a deadline as what was to be done by it is named."""
    office = row.organisation_id or NO_OFFICE
    return row.role, office, row.title, row.subject, row.url, row.due_at


def known(keys: Iterable[Key]) -> set[Key]:
    """Tell which deadlines have been noted already."""
    wanted = set(keys)
    rows = MissedDeadline.objects.filter(due_at__in={key[-1] for key in wanted})
    return wanted & {key_of(row) for row in rows}
