"""Pages that show several apps at once, and the plain error pages."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts import kept
from accounts.requests import Request
from bidding.queries import halls
from ledger.canonical import timestamp
from trading.queries import outcomes, published


@require_safe
def home(request: Request) -> HttpResponse:
    """Say in ten seconds what this is, and show what happens now."""
    shown = _happening(request.at)
    return kept.show(request, "portal/home.html", lambda: tuple(shown.values()), lambda: {**shown})


def _happening(at: datetime) -> dict[str, tuple[Any, ...]]:
    """Read what the home page shows, and nothing else: it is also what the page is kept by."""
    live = halls.live_in_brief(at, 6)
    return {
        "live": live,
        "coming": () if live else halls.coming_in_brief(at, 1),
        "closing": published.closing_soon(at, 6),
        "results": tuple(outcomes.outcomes_page(size=5)[0]),
    }


@require_safe
def clock(_request: HttpRequest) -> HttpResponse:
    """Give the server's time, for countdowns."""
    answer = JsonResponse({"now": timestamp(timezone.now())})
    answer["Cache-Control"] = "no-store"
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 400."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 403."""
    return render(request, "errors/403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 to a form without its token; the reason is Django's, in English."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404; under /api/ in the API's shape."""
    if request.path.startswith("/api/"):
        message = gettext("没有这个接口地址。")
        body = {"code": "request.missing", "message": message, "facts": {}}
        return JsonResponse(body, status=404)
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return render(request, "errors/500.html", status=500)
