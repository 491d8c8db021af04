"""Who may watch which stream, and which fragments its facts change.

To restrict another kind of stream: a line in RESTRICTED, prefix → predicate of the actor, the rest
of the stream's name and the instant. What is in neither table is watched by nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone

from accounts import queries as accounts
from accounts.domain import PUBLIC, Actor
from bidding.views import auction_parts, hall_parts
from evaluation import queries as evaluation
from kernel.errors import Missing
from monitoring.views import hall as supervision
from trading.queries.tenders import visible_to

LONGEST = 80
PUBLIC_STREAMS = ("opening.", "auction.", "observation.", "portal")
May = Callable[[Actor, str, datetime], bool]


def sees_tender(actor: Actor, code: str, at: datetime) -> bool:
    """Tell whether the actor may know of the tender: drafts are for their own side."""
    return visible_to(actor, at).filter(code=code).exists()


def sees_evaluation(actor: Actor, code: str, _at: datetime) -> bool:
    """Tell whether the actor takes part in the evaluation or oversees it."""
    try:
        evaluation.evaluation_for(actor, code)
    except Missing:
        return False
    return True


RESTRICTED: Mapping[str, May] = {"tender.": sees_tender, "evaluation.": sees_evaluation}


async def may_watch(scope: dict[str, Any], stream: str) -> bool:
    """Tell whether a request may watch a stream; an opening is open to everybody at no cost."""
    if len(stream) >= LONGEST or "\0" in stream:
        return False
    if stream.startswith(PUBLIC_STREAMS):
        return True
    for prefix, may in RESTRICTED.items():
        if stream.startswith(prefix):
            rest = stream.removeprefix(prefix)
            return bool(await database_sync_to_async(_allowed)(scope, may, rest))
    return False


def parts(stream: str, kinds: Sequence[str], number: int, language: str) -> dict[str, str]:
    """Give the public fragments that facts of a stream changed: openings and auctions have any."""
    if stream.startswith("auction."):
        return auction_parts.pushed(stream, kinds, number, language)
    if not stream.startswith("opening."):
        return {}
    told = (stream, kinds, number, language, timezone.now())
    return hall_parts.pushed(*told) | supervision.pushed(*told)


def _allowed(scope: dict[str, Any], may: May, rest: str) -> bool:
    at = timezone.now()
    return may(actor_of(scope, at), rest, at)


def actor_of(scope: dict[str, Any], at: datetime) -> Actor:
    """Give the actor whose session cookie a bare ASGI request carries; without one, the public."""
    key = _session_key(scope)
    if not key:
        return PUBLIC
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return accounts.actor(get_user(request), at)


def _session_key(scope: dict[str, Any]) -> str:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        cookie = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
