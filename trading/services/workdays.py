"""What an official notice says of a day, declared by the centre: a correction is a new row."""

from datetime import date, datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import policy, queries
from trading.models import DeclaredDay
from trading.services.drafting import required

STREAM = "calendar"


@transaction.atomic
def declare_day(
    *, actor: Actor, day: date, is_working: bool, title: str, number: str = "", at: datetime
) -> DeclaredDay:
    """Declare a day a working day or a day of rest by an official notice; periods that are counted
    from now on follow it, dates that were fixed before stay.
    """
    policy.require(actor, "calendar.declare_day", None)
    before = queries.work_calendar().day(day)
    notice = required(title, "title", 200)
    reference = required(number, "number", 80) if number.strip() else ""
    standing = queries.standing_declaration(day)
    if standing and (standing.is_working, standing.title, standing.number) == (
        is_working,
        notice,
        reference,
    ):
        raise Conflict("calendar.unchanged", _("这一天已按同一通知登记，没有变化。"))
    made = DeclaredDay.objects.create(
        day=day,
        is_working=is_working,
        title=notice,
        number=reference,
        declared_by=accounts.person(actor.ref.removeprefix("person:")),
        declared_at=at,
    )
    record(
        stream=STREAM,
        kind="calendar.day_declared",
        actor=actor.ref,
        at=at,
        day=day,
        is_working=is_working,
        was_working=before.is_working,
        notice=made.source,
    )
    queries.forget_calendar()
    return made
