"""The invitation of the actor's own organisation; to everybody else there is none."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from trading import downloads, queries
from trading.views.pages import tender_page


@login_required
@never_cache
@require_safe
def invitation(request: Request, code: str) -> HttpResponse:
    """Show an invited organisation its invitation."""
    tender, bidder = queries.invitation_to(request.actor, code, request.at)
    _tender, context = tender_page(request, code)
    said = queries.invitation_fields(tender, bidder, request.at)
    return render(request, "trading/invitation.html", context | {"said": said})


@login_required
@never_cache
@require_safe
def print_invitation(request: Request, code: str) -> HttpResponse:
    """Give it as a PDF made for this request; nothing keeps it, for a kept one would tell whom."""
    tender, bidder = queries.invitation_to(request.actor, code, request.at)
    content = queries.invitation_fields(tender, bidder, request.at)
    return downloads.printed("invitation", code, content, f"{code}.invitation")
