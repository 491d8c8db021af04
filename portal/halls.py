"""The hall as a page: the opening from bidding, the camera and the supervisors from monitoring."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.queries import halls as listed
from bidding.queries import opening as queries
from bidding.views.hall import hall_context
from monitoring.views.hall import supervision_context


@require_safe
def halls(request: Request) -> HttpResponse:
    """List the halls that are open now, that open next, and that ended last."""
    context = {
        "live": listed.live_halls(request.at),
        "coming": listed.coming_halls(request.at),
        "past": listed.past_halls(),
    }
    return render(request, "portal/halls.html", context)


@require_safe
def hall(request: Request, code: str, stage: str) -> HttpResponse:
    """Show one hall; `?board` is the big screen for a projector."""
    session = queries.session_for(code, stage)
    context = hall_context(request, session) | supervision_context(request.actor, session)
    context["board"] = "board" in request.GET
    is_live = not (context["board"] or context["over"])
    context["watching"] = is_live and context["own_supervision"] is not None
    return render(request, "portal/hall.html", context)
