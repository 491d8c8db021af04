"""What a weighted quote would earn: computed before anybody quotes, and kept nowhere."""

import secrets
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from bidding.forms.auction import TrialForm
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.services import auction as services
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.queries.published import shown_weights

if TYPE_CHECKING:
    from bidding.models import Auction


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def weigh(request: Request, code: str) -> HttpResponse:
    """Say what a price and the other things promised would earn; by POST, so that no address and
    no access log holds a price.
    """
    held = queries.auction_for(request.actor, code, request.at)
    if "weights" not in held.terms:
        raise Missing("page.missing", _("没有这个页面。"))
    form = TrialForm(request.POST or None, auction=held)
    trial = _trial(held, form) if form.is_bound and form.is_valid() else {}
    context = {
        "auction": held,
        "lot": held.lot,
        "form": form,
        "weights": shown_weights(held.terms["weights"]),
        "may_quote": trial and _may_quote(request, held),
        "key": secrets.token_urlsafe(12),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "bidding/weigh.html", context | trial, status=status)


def _trial(held: "Auction", form: TrialForm) -> dict[str, Any]:
    given = form.cleaned_data
    best = max(given["best"] or given["price"], given["price"])
    earned = offered.weighed(held, given["price"], form.items(), best)
    return {"price": given["price"], "best": best, "offered": form.listed(), **earned}


def _may_quote(request: Request, held: "Auction") -> bool:
    entrant = queries.entrant_of(request.actor, held) if request.actor.is_known else None
    if entrant is None or held.phase != "open":
        return False
    return services.own_part(held, entrant.code).quoted is None
