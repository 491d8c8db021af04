"""Register organisations and people, grant and end roles, give and revoke tokens: the only
writers.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import domain, policy, queries
from accounts.domain import Access, Actor, OrganisationDetails, PersonDetails
from accounts.models import Organisation, Role, User
from kernel.errors import Conflict, Denied, Invalid
from kernel.text import gettext_noop as _
from ledger.services import record

TOKEN_LIFE = timedelta(hours=12)


@transaction.atomic
def register_supplier(
    *,
    actor: Actor,
    organisation: OrganisationDetails,
    administrator: PersonDetails,
    password: str,
    lenient: bool = False,
    at: datetime,
) -> User:
    """Open an account for a supplier: the organisation, its administrator, and the bidder role.

    It takes effect at once: the centre registers and publishes what a party declares, it approves
    nothing (公共资源交易平台管理暂行办法 art. 18).
    """
    policy.require(actor, "supplier.register")
    body = domain.check_organisation(organisation, lenient=lenient)
    details = domain.check_person(administrator)
    user = _new_person(details, password)
    created = _new_organisation(body, user, at)
    _record_organisation(created, user.ref, at, lenient=lenient)
    _record_person(user, user.ref, at)
    _grant(user, domain.BIDDER, created, by=user.ref, reason="", at=at)
    return user


@transaction.atomic
def register_organisation(
    *, actor: Actor, details: OrganisationDetails, lenient: bool = False, at: datetime
) -> Organisation:
    """Register an organisation whose people the centre will name: purchasers, agencies, offices."""
    policy.require(actor, "organisation.register")
    body = domain.check_organisation(details, lenient=lenient)
    created = _new_organisation(body, None, at)
    _record_organisation(created, actor.ref, at, lenient=lenient)
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


@transaction.atomic
def register_person(
    *, actor: Actor, details: PersonDetails, password: str, uscc: str | None = None, at: datetime
) -> User:
    """Open an account for a person; an organisation's administrator for their own staff, the centre
    for anybody.
    """
    organisation = None if uscc is None else queries.lock_organisation(uscc)
    policy.require(actor, "person.register", organisation)
    user = _new_person(domain.check_person(details), password)
    _record_person(user, actor.ref, at)
    return user


@transaction.atomic
def register_oneself(*, actor: Actor, details: PersonDetails, password: str, at: datetime) -> User:
    """Open an account for oneself, without any role: to apply for a post nobody needs one."""
    policy.require(actor, "person.register_oneself")
    user = _new_person(domain.check_person(details), password)
    _record_person(user, user.ref, at)
    return user


@transaction.atomic
def register_staff(
    *, actor: Actor, details: PersonDetails, password: str, role: str, uscc: str, at: datetime
) -> User:
    """Open an account for a new person of an organisation, with a first role."""
    user = register_person(actor=actor, details=details, password=password, uscc=uscc, at=at)
    grant_role(actor=actor, username=user.username, role=role, uscc=uscc, reason="", at=at)
    return user


@transaction.atomic
def change_person(
    *, actor: Actor, phone: str, email: str, password: str = "", at: datetime
) -> User:
    """Change one's own telephone and mail address; the name stays.

    A new mail address needs the password: a forgotten one is set anew by a mail, so whoever finds a
    desk left alone, or a token, could make the account theirs.
    """
    policy.require(actor, "person.change")
    user = queries.lock_person(actor.ref.removeprefix("person:"))
    wanted = {
        "phone": domain.check_text(phone, "phone", 30, required=False),
        "email": _checked_email(domain.check_text(email, "email", 254, required=False)),
    }
    moved = [name for name, value in wanted.items() if getattr(user, name) != value]
    if "email" in moved and not user.check_password(password):
        raise Invalid(
            "person.password_needed", _("更改邮箱须填写正确的当前密码。"), field="password"
        )
    if moved:
        for name in moved:
            setattr(user, name, wanted[name])
        user.save(update_fields=moved)
        record(stream=user.stream, kind="person.changed", actor=actor.ref, at=at, fields=moved)
    return user


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
    return _grant(
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
    _record_role("role.ended", held, actor.ref, held.end_reason, at)
    return held


@transaction.atomic
def record_access(*, actor: Actor, access: Access, at: datetime) -> None:
    """Record that an official read something not yet public (rulebook 1.2)."""
    record(
        stream="access",
        kind="access.read",
        actor=actor.ref,
        at=at,
        tender=access.tender,
        roles=sorted({grant.role for grant in actor.grants}),
        subject=access.subject,
        purpose=domain.check_text(access.purpose, "purpose", 200),
        state=access.state,
        address=access.address,
    )


# --- tokens ---


def check_password(*, username: str, password: str) -> User:
    """Give the person whose name and password these are."""
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        raise Denied("token.refused", _("用户名或密码不正确。"))
    return user


def exchange_code(*, user: User, code: str, at: datetime) -> str:
    """Give a token to whoever knew the password, for the code of the second step where one is set
    up.
    """
    if not _passes_second_step(user, code):
        raise Denied("token.code_needed", _("该账号已启用两步验证，请一并提交动态验证码。"))
    return issue_token(user=user, at=at)


def _passes_second_step(user: User, code: str) -> bool:
    """Check the code of an authenticator app, or a recovery code.

    A passkey signs in only in a browser: who has nothing else gets no token for a password alone.
    """
    steps = {step.type: step for step in Authenticator.objects.filter(user=user)}
    if not steps:
        return True
    app = steps.get(Authenticator.Type.TOTP)
    spare = steps.get(Authenticator.Type.RECOVERY_CODES)
    passed = bool(code and app and TOTP(app).validate_code(code))
    return passed or bool(code and spare and RecoveryCodes(spare).validate_code(code))


def issue_token(*, user: User, at: datetime) -> str:
    """Give a token for the API: twelve hours, void as soon as the password or the epoch changes."""
    return _signed(queries.API_SALT, user, at)


def issue_intake_token(*, actor: Actor, uscc: str, at: datetime) -> str:
    """Give a token to hand in sealed bids for an organisation; nothing of a tender is in it."""
    organisation = queries.organisation(uscc)
    if not actor.has_for(organisation.pk, domain.BIDDER):
        raise Denied("intake.not_a_bidder", _("您不是该单位的投标人员。"))
    user = queries.person(actor.ref.removeprefix("person:"))
    return _signed(queries.INTAKE_SALT, user, at, uscc=organisation.uscc)


@transaction.atomic
def revoke_tokens(*, actor: Actor, at: datetime) -> None:
    """Make all tokens given to the actor so far void."""
    policy.require(actor, "person.change")
    user = queries.lock_person(actor.ref.removeprefix("person:"))
    user.token_epoch += 1
    user.save(update_fields=["token_epoch"])
    record(stream=user.stream, kind="tokens.revoked", actor=actor.ref, at=at)


def _signed(salt: str, user: User, at: datetime, **more: str) -> str:
    until = int((at + TOKEN_LIFE).timestamp())
    content = {"person": user.pk, "key": queries.fingerprint(user), "until": until, **more}
    return signing.Signer(salt=salt).sign_object(content)


# --- steps ---


def _new_organisation(
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


def _new_person(details: PersonDetails, password: str) -> User:
    user = User(**(asdict(details) | {"email": _checked_email(details.email)}))
    _refuse_weak(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as taken:
        raise Conflict(
            "person.username_taken", _("这个用户名已有人使用。"), field="username"
        ) from taken
    return user


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Invalid(
            "password.weak",
            _("密码不够安全：%(why)s"),
            field="password",
            why="；".join(message.rstrip("。.") for message in weak.messages) + "。",
        ) from weak


def _checked_email(email: str) -> str:
    try:
        if email:
            validate_email(email)
    except ValidationError as wrong:
        raise Invalid("person.bad_email", _("邮箱地址不正确。"), field="email") from wrong
    return email


def _grant(
    person: User,
    role: str,
    organisation: Organisation | None,
    *,
    by: str,
    reason: str,
    at: datetime,
) -> Role:
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
    _record_role("role.granted", granted, by, reason, at)
    return granted


def _record_role(kind: str, role: Role, by: str, reason: str, at: datetime) -> None:
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


def _record_organisation(created: Organisation, by: str, at: datetime, *, lenient: bool) -> None:
    record(
        stream=created.stream,
        kind="organisation.registered",
        actor=by,
        at=at,
        organisation=created.uscc,
        name=created.name,
        code_as_printed=lenient,
    )


def _record_person(user: User, by: str, at: datetime) -> None:
    record(stream=user.stream, kind="person.registered", actor=by, at=at, person=user.username)
