"""The pages of procurement intentions: the public list, one of them, and its purchaser's draft."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from trading import policy
from trading.domain.intentions import Intended
from trading.forms.intentions import IntentionForm
from trading.queries import intentions as intended
from trading.services import intending
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page

PER_PAGE = 20


@require_safe
def intention_list(request: Request) -> HttpResponse:
    """List what purchasers mean to buy."""
    found = Paginator(intended.intentions_for(request.actor), PER_PAGE)
    context = {
        "page": found.get_page(request.GET.get("page")),
        "may_draft": policy.allows(request.actor, "intention.draft"),
    }
    return render(request, "trading/intentions.html", context)


@require_safe
def intention(request: Request, code: str) -> HttpResponse:
    """Show one, with what was called under it."""
    made = intended.intention_for(request.actor, code)
    context = {
        "made": made,
        "tenders": intended.called_under(made, request.actor, request.at),
        "may_change": made.published_at is None
        and policy.allows(request.actor, "intention.change", made),
    }
    return render(request, "trading/intention.html", context)


@login_required
@form_page
def draft_intention(request: Request, code: str = "") -> HttpResponse:
    """Write down a new one, or change one's own draft."""
    initial: dict[str, Any] = {}
    given: dict[str, Any] = {}
    service: Any = intending.draft_intention
    if code:
        made = intended.intention_for(request.actor, code)
        policy.require(request.actor, "intention.change", made)
        initial = {one.name: getattr(made, one.name) for one in fields(Intended)}
        given, service = {"code": code}, intending.change_intention
    else:
        policy.require(request.actor, "intention.draft")
    buyers = () if code else intended.own_purchasers(request.actor)
    form = IntentionForm(request.POST or None, initial=initial, buyers=buyers)
    if posted(request, form) and (
        kept := saved(request, form, service, intended=form.intended(), **given, **form.chosen())
    ):
        return redirect("intention", kept.code)
    return answer(request, "trading/draft_intention.html", {"form": form, "code": code}, form)


@login_required
@require_POST
def publish_intention(request: Request, code: str) -> HttpResponse:
    """Tell the public."""
    intended.intention_for(request.actor, code)
    intending.publish_intention(actor=request.actor, code=code, at=request.at)
    messages.success(request, gettext("采购意向已公开。"))
    return redirect("intention", code)
