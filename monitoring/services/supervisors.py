"""A supervisor from nomination to the letter and to the end of the term (rulebook 6.1)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SOCIAL_SUPERVISOR, SYSTEM, Actor
from accounts.models import Role
from kernel import calendar
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.turns import each
from ledger import papers
from ledger.services import record
from monitoring import policy, queries
from monitoring.domain import SUPERVISOR
from monitoring.models import Supervisor
from trading import queries as tenders

TERM = timedelta(days=730)


def tell(supervisor: Supervisor, kind: str, actor: Actor, at: datetime, **data: Any) -> None:
    """Record a fact of a supervisor in their stream."""
    record(stream=f"supervisor.{supervisor.pk}", kind=kind, actor=actor.ref, at=at, **data)


def _lock(actor: Actor, permission: str, pk: int) -> Supervisor:
    supervisor = queries.lock_supervisor(pk)
    policy.require(actor, permission, supervisor)
    return supervisor


def _move(supervisor: Supervisor, event: str) -> None:
    supervisor.state = SUPERVISOR.after(supervisor.state, event)
    supervisor.save()


@transaction.atomic
def nominate(
    *, actor: Actor, username: str, uscc: str, background: str, opinion: str, at: datetime
) -> Supervisor:
    """Nominate a person, by a unit with its opinion."""
    unit = accounts.organisation(uscc)
    policy.require(actor, "supervisor.nominate", unit)
    person = accounts.person(username)
    if not background.strip() or not opinion.strip():
        raise Invalid("supervisor.incomplete", _("请填写被推荐人的身份、单位和推荐意见。"))
    if Supervisor.objects.filter(person=person).exclude(state__in=queries.PAST).exists():
        raise Conflict("supervisor.nominated_already", _("此人已在推荐或任期之中。"))
    supervisor = Supervisor.objects.create(
        person=person,
        nominated_by=unit,
        background=background.strip(),
        opinion=opinion.strip(),
        nominated_at=at,
    )
    tell(supervisor, "supervisor.nominated", actor, at, unit=unit.name)
    return supervisor


@transaction.atomic
def vet(
    *,
    actor: Actor,
    supervisor: int,
    passed: bool,
    reason: str,
    interests: Sequence[str],
    at: datetime,
) -> Supervisor:
    """Vet a nominee; those who pass are made public for five working days."""
    found = _lock(actor, "supervisor.vet", supervisor)
    if not passed:
        if not reason.strip():
            raise Invalid("supervisor.reason", _("审查不通过的，请写明理由。"), field="reason")
        _move(found, "reject")
        tell(found, "supervisor.rejected", actor, at, reason=reason.strip())
        return found
    _move(found, "vet")
    found.interests.set([accounts.organisation(uscc) for uscc in interests])
    tell(found, "supervisor.vetted", actor, at)
    _move(found, "publicise")
    found.publicity_until = tenders.common_rules(at).last_day(
        "supervisor_publicity", calendar.local_date(at)
    )
    found.save(update_fields=["publicity_until"])
    told = {
        "name": found.person.name,
        "unit": found.nominated_by.name,
        "until": found.publicity_until,
    }
    tell(found, "supervisor.publicised", actor, at, **told)
    return found


@transaction.atomic
def agree(*, actor: Actor, supervisor: int, at: datetime) -> Supervisor:
    """Sign the agreement on rights, duties, confidentiality, recusal and integrity."""
    found = _lock(actor, "supervisor.agree", supervisor)
    if not publicity_is_over(found, at):
        raise Conflict("supervisor.publicity", _("公示期未满，期满无异议后方可签署协议。"))
    _move(found, "agree")
    found.agreed_at = at
    found.save(update_fields=["agreed_at"])
    tell(found, "supervisor.agreed", actor, at)
    return found


@transaction.atomic
def appoint(*, actor: Actor, supervisor: int, at: datetime) -> Supervisor:
    """Appoint for two years: the role begins, the letter is made."""
    found = _lock(actor, "supervisor.appoint", supervisor)
    _move(found, "appoint")
    today = calendar.local_date(at)
    found.term_from, found.term_until = today, today + TERM
    found.letter_number = f"SJ-{today.year}-{found.pk:04d}"
    found.save(update_fields=["term_from", "term_until", "letter_number"])
    if not Role.objects.filter(person=found.person, role=SOCIAL_SUPERVISOR, ends_at=None).exists():
        Role.objects.create(
            person=found.person,
            role=SOCIAL_SUPERVISOR,
            starts_at=at,
            granted_by=actor.ref,
            reason=f"聘书 {found.letter_number}",
        )
    told = {"name": found.person.name, "number": found.letter_number, "until": found.term_until}
    tell(found, "supervisor.appointed", actor, at, **told)
    papers.order(
        kind="supervisor_letter",
        subject=found.letter_number,
        stream=f"supervisor.{found.pk}",
        content={
            **told,
            "background": found.background,
            "unit": found.nominated_by.name,
            "term_from": _written(found.term_from),
            "term_until": _written(found.term_until),
            "issued_at": at,
        },
        at=at,
    )
    return found


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _leave(*, actor: Actor, supervisor: int, event: str, reason: str, at: datetime) -> Supervisor:
    found = _lock(actor, f"supervisor.{event}", supervisor)
    if not reason.strip():
        raise Invalid("supervisor.reason", _("请写明理由。"), field="reason")
    _move(found, event)
    _end_role(found, at)
    told = {"name": found.person.name, "number": found.letter_number, "how": event}
    tell(found, "supervisor.ended", actor, at, **told)
    return found


def _end_role(found: Supervisor, at: datetime) -> None:
    held = Role.objects.filter(person=found.person, role=SOCIAL_SUPERVISOR, ends_at=None)
    held.update(ends_at=at)


@transaction.atomic
def resign(*, actor: Actor, supervisor: int, reason: str, at: datetime) -> Supervisor:
    """Leave office before the term ends, by one's own will."""
    return _leave(actor=actor, supervisor=supervisor, event="resign", reason=reason, at=at)


@transaction.atomic
def dismiss(*, actor: Actor, supervisor: int, reason: str, at: datetime) -> Supervisor:
    """Dismiss a supervisor who was found to have failed in duty; said in public."""
    return _leave(actor=actor, supervisor=supervisor, event="dismiss", reason=reason, at=at)


@transaction.atomic
def suspend(*, actor: Actor, supervisor: int, reason: str, at: datetime) -> Supervisor:
    """Suspend a supervisor while a complaint is looked into: no draw, no observation."""
    found = _lock(actor, "supervisor.suspend", supervisor)
    if not reason.strip():
        raise Invalid("supervisor.reason", _("请写明理由。"), field="reason")
    _move(found, "suspend")
    tell(found, "supervisor.suspended", actor, at, reason=reason.strip())
    return found


@transaction.atomic
def resume(*, actor: Actor, supervisor: int, at: datetime) -> Supervisor:
    """Let a suspended supervisor serve again."""
    found = _lock(actor, "supervisor.resume", supervisor)
    _move(found, "resume")
    tell(found, "supervisor.resumed", actor, at)
    return found


EVENTS = ("vet", "agree", "appoint", "suspend", "resume", "resign", "dismiss")


def events_for(*, actor: Actor, supervisor: Supervisor) -> list[str]:
    """List what the actor may do to a supervisor now."""
    return [
        event
        for event in EVENTS
        if SUPERVISOR.allows(supervisor.state, event)
        and policy.allows(actor, f"supervisor.{event}", supervisor)
    ]


def publicity_is_over(supervisor: Supervisor, at: datetime) -> bool:
    """Tell whether the five working days of publicity have passed."""
    until = supervisor.publicity_until
    return until is not None and calendar.local_date(at) > until


def due(at: datetime) -> int:
    """End the terms that are over."""
    today = calendar.local_date(at)
    over = Supervisor.objects.filter(state__in=("active", "suspended"), term_until__lt=today)
    keys = over.order_by("pk").values_list("pk", flat=True)
    return each(keys, lambda pk: _expire(pk, at))


@transaction.atomic
def _expire(pk: int, at: datetime) -> int:
    found = queries.lock_supervisor(pk)
    if not SUPERVISOR.allows(found.state, "expire"):
        return 0
    _move(found, "expire")
    _end_role(found, at)
    told = {"name": found.person.name, "number": found.letter_number, "how": "expire"}
    tell(found, "supervisor.ended", SYSTEM, at, **told)
    return 1
