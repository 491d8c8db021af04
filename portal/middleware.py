"""Around every page: an id, the language, who acts and when, and refusals turned into answers."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation

from accounts import queries as accounts
from accounts.api import refusal_body
from kernel.errors import DomainError
from trading import queries as trading

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOTE_AGAIN = timedelta(minutes=10)
NOTED_AT_MOST = 50_000
LANGUAGES = {code for code, _title in settings.LANGUAGES}


def request_id(get_response: Answer) -> Answer:
    """Give every request an id, for the log and for the person who reports a fault."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def readable_address(get_response: Answer) -> Answer:
    """Refuse an address with a NUL in it, which PostgreSQL cannot even look for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return get_response(request)

    return middleware


def chosen_language(get_response: Answer) -> Answer:
    """Speak Chinese unless the person chose English; the browser's own wish does not count."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def actor_and_time(get_response: Answer) -> Answer:
    """Read the clock once, and say who acts at that instant."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.actor = accounts.actor(request.user, request.at)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def legal_calendar(get_response: Answer) -> Answer:
    """Count all legal periods of one request by one reading of the calendar."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with trading.one_calendar():
            return get_response(request)

    return middleware


def sessions_seen(get_response: Answer) -> Answer:
    """Note where a session is used from, every ten minutes: a write for every page would queue
    behind the bids.
    """
    noted: dict[tuple[str, str], datetime] = {}

    def middleware(request: HttpRequest) -> HttpResponse:
        key = (request.session.session_key or "", request.META.get("REMOTE_ADDR", ""))
        at: datetime = request.at  # type: ignore[attr-defined]
        if request.user.is_authenticated and at - noted.get(key, NEVER) > NOTE_AGAIN:
            UserSession.objects.create_from_request(request)
            if len(noted) >= NOTED_AT_MOST:
                noted.clear()
            noted[key] = at
        return get_response(request)

    return middleware


def private_pages(get_response: Answer) -> Answer:
    """Let no cache keep a page made for a signed-in person: the next one at that machine would see
    it by going back.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.actor.is_known:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class refusals:  # noqa: N801 - reads as a function in the list of middleware
    """Turn a DomainError into a page, a toast fragment or JSON; the message is translated here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on to the page; refusals come back through `process_exception`.

        Whoever signs in to send a form comes back to its address with a GET, to an empty 405.
        """
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            page = render(request, "errors/405.html", status=response.status_code)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and propagates."""
        if not isinstance(error, DomainError):
            return None
        logger.info("refused %s %s", error.code, request.id)  # type: ignore[attr-defined]
        body = refusal_body(error)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(body, status=error.status)
        context = body | {"status": error.status}
        if request.headers.get("HX-Request"):
            return render(request, "_toast.html", context, status=error.status)
        return render(request, "errors/refusal.html", context, status=error.status)
