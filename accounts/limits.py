"""How often the same address or name may try; the rates are in settings.ACCOUNT_RATE_LIMITS."""

from allauth.core import ratelimit
from django.http import HttpRequest

from kernel.errors import DomainError
from kernel.text import gettext_noop as _


class TooMany(DomainError):
    """Too many tries in a short time."""

    status = 429


def consume(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Count a try, and refuse it when there were too many."""
    if not ratelimit.consume(request, action=action, key=key):
        raise TooMany("request.too_many", _("尝试次数过多，请过几分钟再试。"))
