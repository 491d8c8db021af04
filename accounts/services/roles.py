"""Grant and end roles."""

from datetime import datetime

from django.db import transaction

from accounts import domain, policy, queries
from accounts.domain import Actor
from accounts.models import Organisation, Role, User
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record


@transaction.atomic
def grant_role(
    *, actor: Actor, username: str, role: str, uscc: str | None, reason: str, at: datetime
) -> Role:
    """Grant a role from now on, unless one held or just left excludes it (rulebook 1.2)."""
    organisation = None if uscc is None else queries.lock_organisation(uscc)
    person = queries.lock_person(username)
    domain.refuse_misplaced(role, has_organisation=organisation is not None)
    policy.require(actor, "role.grant", queries.wish(person, role, organisation, at))
    held = queries.roles_at(person, at)
    if held.filter(role=role, organisation=organisation).exists():
        raise Conflict("role.held_already", _("此人已有这个角色。"))
    domain.refuse_exclusive(set(held.values_list("role", flat=True)), role)
    domain.refuse_change_of_side(queries.ended_roles(person, at), role, at)
    return give_role(
        person,
        role,
        organisation,
        by=actor.ref,
        reason=domain.check_text(reason, "reason", 200, required=False),
        at=at,
    )


@transaction.atomic
def end_role(
    *, actor: Actor, username: str, role: str, uscc: str | None, reason: str, at: datetime
) -> Role:
    """End a role from now on, with the reason; the centre always keeps one administrator."""
    organisation = None if uscc is None else queries.lock_organisation(uscc)
    person = queries.lock_person(username)
    policy.require(actor, "role.end", queries.wish(person, role, organisation, at))
    staying = queries.lock_centre_admins() if role == domain.CENTRE_ADMIN else set()
    held = queries.role_not_ended(person, role, organisation, at)
    if held is None:
        raise Conflict("role.not_held", _("此人现在没有这个角色。"))
    if role == domain.CENTRE_ADMIN and not staying - {person.pk}:
        raise Conflict("role.last_admin", _("交易中心至少须有一名决策人员，请先授予他人。"))
    held.ends_at = at
    held.end_reason = domain.check_text(reason, "reason", 200)
    held.ended_by = actor.ref
    held.save(update_fields=["ends_at", "end_reason", "ended_by"])
    record_role("role.ended", held, actor.ref, held.end_reason, at)
    return held


def give_role(
    person: User,
    role: str,
    organisation: Organisation | None,
    *,
    by: str,
    reason: str,
    at: datetime,
) -> Role:
    """Give somebody a role; the first to have one in an organisation becomes its administrator."""
    granted = Role.objects.create(
        person=person,
        role=role,
        organisation=organisation,
        starts_at=at,
        granted_by=by,
        reason=reason,
    )
    if organisation is not None and organisation.administrator_id is None:
        organisation.administrator = person
        organisation.save(update_fields=["administrator"])
    record_role("role.granted", granted, by, reason, at)
    return granted


def record_role(kind: str, role: Role, by: str, reason: str, at: datetime) -> None:
    """Record that a role began or ended."""
    record(
        stream=role.person.stream,
        kind=kind,
        actor=by,
        at=at,
        person=role.person.username,
        role=role.role,
        organisation=role.organisation.uscc if role.organisation else "",
        reason=reason,
    )
