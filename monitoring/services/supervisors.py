"""A supervisor from nomination to the letter of appointment, and the draw for an opening (rulebook
6.1).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SOCIAL_SUPERVISOR, Actor
from accounts.models import Role
from bidding.models import Bid, OpeningSession
from kernel import calendar
from kernel.calendar import WorkCalendar
from kernel.draw import draw
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import papers
from ledger.services import record
from monitoring import policy, queries
from monitoring.domain import SUPERVISOR
from monitoring.models import Supervision, Supervisor

TERM = timedelta(days=730)
PUBLICITY_DAYS = 5
PER_SESSION = 2


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
            raise Invalid("supervisor.reason", _("审查不通过的，请写明理由。"))
        _move(found, "reject")
        tell(found, "supervisor.rejected", actor, at, reason=reason.strip())
        return found
    _move(found, "vet")
    found.interests.set([accounts.organisation(uscc) for uscc in interests])
    tell(found, "supervisor.vetted", actor, at)
    _move(found, "publicise")
    due = WorkCalendar().add_working_days(calendar.local_date(at), PUBLICITY_DAYS)
    found.publicity_until = due.due
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
    if found.publicity_until is None or calendar.local_date(at) <= found.publicity_until:
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
            "from": found.term_from,
            "issued_at": at,
        },
        at=at,
    )
    return found


# --- assignment to an opening ---


@transaction.atomic
def draw_supervisors(*, actor: Actor, code: str, stage: str, at: datetime) -> list[Supervision]:
    """Draw two supervisors for an opening, free of interests, repeatable by anybody."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "supervision.draw", session)
    if session.supervisions.exists():
        raise Conflict("supervision.drawn_already", _("本场开标的社会监督员已经抽取。"))
    return _draw(session, actor, PER_SESSION, "", at)


def _draw(
    session: OpeningSession, actor: Actor, count: int, again: str, at: datetime
) -> list[Supervision]:
    pool = {str(s.letter_number): s for s in queries.available(session)}
    if len(pool) < count:
        raise Conflict("supervision.too_few", _("可抽取的社会监督员不足。"))
    seed, nonce = secrets.token_bytes(32), session.tender.text_digest or session.tender.code
    made = draw(
        sorted(pool),
        seed=seed,
        nonce=nonce.encode(),
        purpose=f"supervisor-draw:{session.tender.code}.{session.stage}{again}",
        count=count,
    )
    drawn = [
        Supervision.objects.create(
            session=session,
            supervisor=pool[number],
            drawn_at=at,
            draw={"pool": sorted(pool), "seed": seed.hex(), "nonce": nonce},
        )
        for number in made.drawn
    ]
    record(
        stream=session.stream,
        kind="supervision.drawn",
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        commit=made.commit,
        seed=seed.hex(),
        nonce=nonce,
        purpose=made.purpose,
        pool=sorted(pool),
        drawn=[s.supervisor.person.name for s in drawn],
    )
    return drawn


@transaction.atomic
def recuse(*, actor: Actor, code: str, stage: str, reason: str, at: datetime) -> Supervision:
    """Step aside from one assignment; another is drawn when there is one."""
    session = queries.lock_session(code, stage)
    own = queries.own_supervision(actor, session)
    if own is None or own.recused_at is not None:
        raise Conflict("supervision.none", _("您没有被抽取到本场开标，或已回避。"))
    if not reason.strip():
        raise Invalid("supervision.reason", _("请说明回避的理由。"))
    own.recusal, own.recused_at = reason.strip(), at
    own.save(update_fields=["recusal", "recused_at"])
    told = {"name": actor.name, "reason": own.recusal}
    record(
        stream=session.stream,
        kind="supervision.recused",
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        **told,
    )
    if queries.available(session):
        _draw(session, actor, 1, f":{session.supervisions.count()}", at)
    return own


@transaction.atomic
def sign_in(*, actor: Actor, code: str, stage: str, at: datetime) -> Supervision:
    """Sign in to an assignment, declaring that there is no ground for recusal."""
    session = queries.lock_session(code, stage)
    own = queries.own_supervision(actor, session)
    if own is None or own.recused_at is not None:
        raise Conflict("supervision.none", _("您没有被抽取到本场开标，或已回避。"))
    if own.signed_in_at is None:
        own.signed_in_at = at
        own.save(update_fields=["signed_in_at"])
        record(
            stream=session.stream,
            kind="supervision.signed_in",
            actor=actor.ref,
            at=at,
            tender=session.tender.code,
        )
    return own


def interested(supervisor: Supervisor, session: OpeningSession) -> bool:
    """Tell whether a supervisor has an interest in a party known by now."""
    tender = session.tender
    parties = {tender.purchaser_id, tender.agency_id}
    parties |= set(Bid.objects.filter(tender=tender).values_list("bidder_id", flat=True))
    own = set(supervisor.interests.values_list("pk", flat=True)) | {supervisor.nominated_by_id}
    return bool(own & parties)
