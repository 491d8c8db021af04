"""Give and revoke the tokens by which programs act for a person."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import authenticate
from django.core import signing
from django.db import transaction

from accounts import domain, policy, queries
from accounts.domain import Actor
from accounts.models import User
from kernel.errors import Denied
from kernel.text import gettext_noop as _
from ledger.services import record

TOKEN_LIFE = timedelta(hours=12)


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
