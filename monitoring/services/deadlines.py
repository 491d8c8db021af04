"""A deadline that passes without its act becomes an act itself, with who was responsible for it
(超时默认): noted once, and ended when the act is done after all, or is not due any more.
"""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM
from ledger.services import record
from monitoring import missed
from monitoring.domain import DEADLINES, LONGEST, Key, Obligation
from monitoring.models import DeadlineSweep, MissedDeadline

EVERY: Final = timedelta(minutes=1)
"""How often all deadlines are looked at: they end at midnight, most acts are done by day."""


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
    """Note what is overdue and was not noted; end what is done, or is not due any more. What was
    missed before its tender stood still is neither.
    """
    late = {one.key: one for one in obligations if one.is_late(at)}
    ended = _end(late, at)
    running = {key for key, one in late.items() if not one.stands_still}
    fresh = [late[key] for key in running - missed.known(running)]
    return ended + sum(_note(one, at) for one in sorted(fresh, key=lambda found: found.key))


def _note(one: Obligation, at: datetime) -> bool:
    """Note one; whether it is new is for the table to say: on a slow day a second worker may have
    begun before the first had ended.
    """
    office = one.organisation_id
    people = accounts.responsible(one.role, office, one.due_at) if office else []
    named: dict[str, Any] = {
        "role": one.role,
        "organisation_id": office,
        "title": one.title,
        "subject": one.subject[:LONGEST],
        "url": one.url,
        "due_at": one.due_at,
    }
    made, is_new = MissedDeadline.objects.get_or_create(
        **named,
        defaults={"people": people, "is_secret": one.is_secret, "noted_at": at},
    )
    if not is_new:
        return False
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
    return True


def _end(late: Container[Key], at: datetime) -> int:
    ended = 0
    for row in missed.open_ones():
        if missed.key_of(row) not in late:
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
