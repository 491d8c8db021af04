"""Register organisations and change what they say of themselves."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import domain, policy, queries
from accounts.domain import Actor, OrganisationDetails
from accounts.models import Organisation, User
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record


@transaction.atomic
def register_organisation(
    *, actor: Actor, details: OrganisationDetails, lenient: bool = False, at: datetime
) -> Organisation:
    """Register an organisation whose people the centre will name: purchasers, agencies, offices."""
    policy.require(actor, "organisation.register")
    body = domain.check_organisation(details, lenient=lenient)
    created = new_organisation(body, None, at)
    record_organisation(created, actor.ref, at, lenient=lenient)
    return created


@transaction.atomic
def change_organisation(
    *, actor: Actor, details: OrganisationDetails, at: datetime
) -> Organisation:
    """Change what an organisation declares of itself; code and name stay."""
    changed = queries.lock_organisation(details.uscc)
    policy.require(actor, "organisation.change", changed)
    wanted = domain.check_organisation(details, lenient=True)
    fields = ["legal_representative", "address", "phone", "size", "bank_account"]
    moved = [name for name in fields if getattr(changed, name) != getattr(wanted, name)]
    if not moved:
        return changed
    for name in moved:
        setattr(changed, name, getattr(wanted, name))
    changed.save(update_fields=moved)
    record(
        stream=changed.stream,
        kind="organisation.changed",
        actor=actor.ref,
        at=at,
        organisation=changed.uscc,
        fields=moved,
    )
    return changed


@transaction.atomic
def appoint_administrator(*, actor: Actor, uscc: str, username: str, at: datetime) -> Organisation:
    """Make a person who acts for the organisation its administrator."""
    changed = queries.lock_organisation(uscc)
    policy.require(actor, "organisation.change", changed)
    person = queries.person(username)
    if not queries.actor(person, at).has_for(changed.pk, *domain.ROLES):
        raise Conflict(
            "organisation.administrator_outside",
            _("管理员须在本单位任职，请先授予其本单位的角色。"),
        )
    changed.administrator = person
    changed.save(update_fields=["administrator"])
    record(
        stream=changed.stream,
        kind="organisation.changed",
        actor=actor.ref,
        at=at,
        organisation=changed.uscc,
        administrator=person.username,
    )
    return changed


def new_organisation(
    details: OrganisationDetails, administrator: User | None, at: datetime
) -> Organisation:
    """Make the row; the unique columns decide, so that of two at the same time one is refused."""
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                region=details.uscc[2:8],
                administrator=administrator,
                registered_at=at,
                **asdict(details),
            )
    except IntegrityError as taken:
        raise _known_organisation(details) from taken


def _known_organisation(details: OrganisationDetails) -> Conflict:
    if Organisation.objects.filter(uscc=details.uscc).exists():
        return Conflict(
            "organisation.registered_already",
            _("该统一社会信用代码已注册。请联系本单位管理员为您开通账号。"),
            field="uscc",
        )
    return Conflict(
        "organisation.name_taken",
        _("已有同名单位注册，请核对营业执照上的全称。"),
        field="name",
    )


def record_organisation(created: Organisation, by: str, at: datetime, *, lenient: bool) -> None:
    """Record that an organisation is there, and whether its code was taken leniently."""
    record(
        stream=created.stream,
        kind="organisation.registered",
        actor=by,
        at=at,
        organisation=created.uscc,
        name=created.name,
        code_as_printed=lenient,
    )
