"""Pages that show several apps at once, and the plain error pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ledger.canonical import timestamp


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say in ten seconds what this is."""
    return render(request, "portal/home.html")


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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return render(request, "errors/500.html", status=500)
