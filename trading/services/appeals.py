"""Record that a ruling on a complaint was appealed, and how it ended, public where it is; a ruling
that was set aside opens its complaint again.
"""

from datetime import date, datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date, start_of_day
from trading import policy, queries
from trading.domain import APPEAL, COMPLAINT, appeals, complaints
from trading.domain.appeals import Ended, Taken
from trading.domain.redress import CORRECTION
from trading.models import Appeal, Complaint, Ruling
from trading.queries import appeals as reading
from trading.queries import complaints as complaint_reading
from trading.services.complaints import lock_complaint, tell_of
from trading.services.drafting import required
from trading.services.suspensions import resume
from trading.services.telling import tell

BODY = 80
RULED = ("state", "outcome", "decision", "decided_at", "redress")
"""What a ruling was, by the fields of its complaint."""


@transaction.atomic
def record_appeal(  # noqa: PLR0913 - who took a ruling where, and when
    *,
    actor: Actor,
    code: str,
    number: str,
    way: str,
    body: str,
    appellant: str,
    filed_on: date,
    at: datetime,
) -> Appeal:
    """Record that somebody appealed the ruling on a complaint."""
    _tender, found = lock_complaint(actor, code, number, "appeal", at)
    ruled = local_date(found.decided_at or at)
    taken = Taken(way=way, body=body, appellant=appellant, filed_on=filed_on)
    appeals.require_recordable(found.state, taken, ruled, at)
    made = Appeal.objects.create(
        complaint=found,
        number=found.appeals.count() + 1,
        ruling=found.rulings.count(),
        way=way,
        body=required(body, "body", BODY),
        appellant=appellant,
        filed_on=filed_on,
        recorded_by=accounts.person(actor.ref.removeprefix("person:")),
        recorded_at=at,
    )
    told = {"way": way, "body": made.body, "appellant": appellant, "filed_on": filed_on}
    kinds = ("appeal.recorded", "refusal.appealed")
    _tell(kinds, actor, at, found, found.state, appeal=made.number, **told)
    return made


@transaction.atomic
def close_appeal(  # noqa: PLR0913 - how an appeal ended
    *,
    actor: Actor,
    code: str,
    number: str,
    appeal: int,
    outcome: str,
    decided_on: date,
    received_on: date,
    document: str = "",
    in_force: bool = False,
    at: datetime,
) -> Appeal:
    """Record how an appeal ended, by which paper; where the ruling stands no longer the complaint
    is open again, from the day on which the authority had the paper.
    """
    _tender, found = lock_complaint(actor, code, number, "appeal", at)
    made = reading.appeal_of(found, appeal)
    made.state = APPEAL.after(made.state, "close")
    ended = Ended(outcome, decided_on, received_on, in_force)
    appeals.require_closable(ended, made.filed_on, at)
    made.outcome, made.document = outcome, document.strip()[:BODY]
    made.decided_on, made.received_on = decided_on, received_on
    made.save(update_fields=["state", "outcome", "decided_on", "received_on", "document"])
    told = {"outcome": outcome, "decided_on": decided_on, "document": made.document}
    kinds = ("appeal.closed", "refusal.appeal_closed")
    _tell(kinds, actor, at, found, reading.ruled_as(made), appeal=made.number, **told)
    if appeals.reopens(outcome, is_current=reading.is_current(made), state=found.state):
        _reopen(actor, found, received_on, at)
    return made


def _reopen(actor: Actor, found: Complaint, on: date, at: datetime) -> None:
    """Open a complaint again, to be ruled on anew from the day the paper came that set its ruling
    aside, which stays in the record. What it had undone is not made as it was; what waited for it
    goes on.
    """
    was, event = found.state, appeals.REOPENS[found.state]
    policy.require(actor, f"complaint.{event}", found)
    ruled = {name: getattr(found, name) for name in RULED}
    Ruling.objects.create(complaint=found, number=found.rulings.count(), **ruled)
    found.state, found.reopened_on = COMPLAINT.after(found.state, event), on
    found.outcome = found.decision = found.redress = ""
    found.decided_at, found.test_days = None, 0
    rules, began = queries.rules_of(found.tender, at), start_of_day(on)
    if found.accepted_at is None:
        found.check_due = complaints.check_due(began, rules)
    else:
        # Whom it concerns is heard anew, where copies are sent by the law.
        found.copied_at = None if complaint_reading.copies_due(found) else found.copied_at
        found.decision_due = complaints.decision_due(began, began, rules)
    found.save()
    due = found.decision_due or found.check_due
    _tell(("complaint.reopened", "refusal.reopened"), actor, at, found, was, due=due)
    resume(actor=SYSTEM, tender=found.tender, cause=CORRECTION, ref=found.code, at=at)


def _tell(
    kinds: tuple[str, str],
    actor: Actor,
    at: datetime,
    found: Complaint,
    ruled: str,
    **told: object,
) -> None:
    """Record it where the ruling stands: a decision is public, a refusal its filer's own affair."""
    public, apart = kinds
    if ruled == "decided":
        tell(found.tender, public, actor, at, complaint=found.code, **told)
    else:
        tell_of(apart, actor, at, found, **told)
