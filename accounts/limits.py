"""How often the same address or name may try; the rates are in settings.ACCOUNT_RATE_LIMITS."""

import hmac
import secrets
import time
from typing import Final

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest

from accounts.models import User
from kernel.errors import DomainError
from kernel.text import gettext_noop as _

HOUR: Final = 3600
_salts: dict[int, bytes] = {}
"""The salt of this hour, in memory alone."""


class TooMany(DomainError):
    """Too many tries in a short time."""

    status = 429


def consume_code(request: HttpRequest, user: User) -> None:
    """Count a try at a person's one-time code.

    Whoever comes so far knows the password and could use up its owner's tries; so they are counted
    for this password, and a new one begins afresh.
    """
    key = f"{user.pk}:{user.get_session_auth_hash()[:16]}"
    if not ratelimit.consume(request, action="code", key=key):
        raise TooMany(
            "code.too_many",
            _(
                "动态验证码一小时内试得太多。若不是您本人在试，说明有人知道您的密码："
                "请用“忘记密码”换一个，换后即可再试；也可以用通行密钥登录。"
            ),
        )


def consume(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Count a try, and refuse it when there were too many."""
    if not ratelimit.consume(request, action=action, key=key):
        raise TooMany("request.too_many", _("尝试次数过多，请过几分钟再试。"))


def consume_unnamed(request: HttpRequest, action: str) -> None:
    """Count a try of somebody who is to stay unknown: under a name of their address made with a
    salt that nobody keeps and that is gone after an hour, so that what is stored leads to no one.
    """
    hour = int(time.time()) // HOUR
    if hour not in _salts:
        _salts.clear()
    salt = _salts.setdefault(hour, secrets.token_bytes(32))
    consume(request, action, hmac.digest(salt, get_ip(request).encode(), "sha256").hex())
