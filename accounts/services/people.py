"""Register people: oneself, or the staff of an organisation."""

from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import domain, policy, queries
from accounts.domain import Actor, PersonDetails
from accounts.models import User
from accounts.services.roles import grant_role
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import record


@transaction.atomic
def register_person(
    *, actor: Actor, details: PersonDetails, password: str, uscc: str | None = None, at: datetime
) -> User:
    """Open an account for a person; an organisation's administrator for their own staff, the centre
    for anybody.
    """
    organisation = None if uscc is None else queries.lock_organisation(uscc)
    policy.require(actor, "person.register", organisation)
    user = new_person(domain.check_person(details), password)
    record_person(user, actor.ref, at)
    return user


@transaction.atomic
def register_oneself(*, actor: Actor, details: PersonDetails, password: str, at: datetime) -> User:
    """Open an account for oneself, without any role: to apply for a post nobody needs one."""
    policy.require(actor, "person.register_oneself")
    user = new_person(domain.check_person(details), password)
    record_person(user, user.ref, at)
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


def new_person(details: PersonDetails, password: str) -> User:
    """Make the account of a person under a name nobody has and a password nobody guesses."""
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


def record_person(user: User, by: str, at: datetime) -> None:
    """Record that a person is there."""
    record(stream=user.stream, kind="person.registered", actor=by, at=at, person=user.username)
