"""A deadline that passes without its act becomes an act itself, with who was responsible for it
(超时默认): noted once, and ended when the act is done after all, or is not due any more.
"""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM
from ledger.services import record
from monitoring import missed
from monitoring.domain import DEADLINES, Obligation
from monitoring.models import DeadlineSweep, MissedDeadline

EVERY: Final = timedelta(minutes=1)
"""How often all deadlines are looked at: they end at midnight, most acts are done by day."""
LONGEST: Final = 240


@transaction.atomic
def begin_sweep(*, at: datetime) -> bool:
    """Take the turn to look at all deadlines; of two workers one has it, and not too often."""
    row, is_first = DeadlineSweep.objects.get_or_create(pk=1, defaults={"last_at": at})
    if is_first:
        return True
    rows = DeadlineSweep.objects.filter(pk=row.pk, last_at__lte=at - EVERY)
    return bool(rows.update(last_at=at))


@transaction.atomic
def note_missed(*, obligations: Sequence[Obligation], at: datetime) -> int:
    """Note what is overdue and was not noted; end what is done, or is not due any more."""
    late = {one.key: one for one in obligations if one.due_at < at}
    ended = _end(late, at)
    fresh = [late[key] for key in late.keys() - missed.known(late)]
    for one in sorted(fresh, key=lambda found: found.key):
        _note(one, at)
    return ended + len(fresh)


def _note(one: Obligation, at: datetime) -> None:
    people = accounts.responsible(one.role, one.organisation_id, one.due_at)
    made = MissedDeadline.objects.create(
        role=one.role,
        organisation_id=one.organisation_id,
        people=people,
        title=one.title,
        subject=one.subject[:LONGEST],
        url=one.url,
        due_at=one.due_at,
        noted_at=at,
    )
    record(
        stream=DEADLINES,
        kind="deadline.missed",
        actor=SYSTEM.ref,
        at=at,
        deadline=made.pk,
        role=one.role,
        organisation=made.organisation.name if made.organisation else "",
        people=people,
        act=one.title,
        subject=made.subject,
        due=one.due_at,
    )


def _end(late: Container[tuple[str, str, str, datetime]], at: datetime) -> int:
    ended = 0
    for row in missed.open_ones():
        if (row.role, row.url, row.title, row.due_at) not in late:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
            record(
                stream=DEADLINES,
                kind="deadline.ended",
                actor=SYSTEM.ref,
                at=at,
                deadline=row.pk,
                act=row.title,
                subject=row.subject,
            )
            ended += 1
    return ended
