"""Around every page: an id, the language, who acts and when, and refusals turned into answers."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import queries as accounts
from kernel.errors import DomainError

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGES = {code for code, _title in settings.LANGUAGES}


def request_id(get_response: Answer) -> Answer:
    """Give every request an id, for the log and for the person who reports a fault."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def chosen_language(get_response: Answer) -> Answer:
    """Speak Chinese unless the person chose English; the browser's own wish does not count."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
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


class refusals:  # noqa: N801 - reads as a function in the list of middleware
    """Turn a DomainError into a page, a toast fragment or JSON; the message is translated here."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and propagates."""
        if not isinstance(error, DomainError):
            return None
        logger.info("refused %s %s", error.code, request.id)  # type: ignore[attr-defined]
        message = error.text(gettext(error.message))
        if request.headers.get("Accept", "").startswith("application/json"):
            body = {"code": error.code, "message": message, "facts": plain(error.facts)}
            return JsonResponse(body, status=error.status)
        context = {"code": error.code, "message": message, "status": error.status}
        if request.headers.get("HX-Request"):
            return render(request, "_toast.html", context, status=error.status)
        return render(request, "errors/refusal.html", context, status=error.status)


def plain(facts: dict[str, object]) -> dict[str, object]:
    """Give the facts of a refusal as JSON can hold them."""
    return {k: v if isinstance(v, str | int | bool | None) else str(v) for k, v in facts.items()}
