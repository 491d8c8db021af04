"""What the pages of one tender share: the tender through the actor's eyes, and its frame."""

from typing import TYPE_CHECKING, Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.domain import BIDDER
from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.forms.drafts import NEEDED_LATER, show_as_needed
from trading.markets import market_of, method_of
from trading.queries.takers import reads_takers

if TYPE_CHECKING:
    from trading.models import Tender

form_page = require_http_methods(["GET", "HEAD", "POST"])


def answer(
    request: Request,
    template: str,
    context: dict[str, Any],
    *forms: "BaseForm | BaseFormSet[Any]",
) -> HttpResponse:
    """Show a page; with a refused form the status is 422."""
    refused = any(form.is_bound and not form.is_valid() for form in forms)
    for form in forms:
        if isinstance(form, NEEDED_LATER):
            show_as_needed(form)
    return render(request, template, context, status=422 if refused else 200)


def tender_page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    """Give a tender the actor may know of, with what the frame of its pages shows."""
    tender = queries.tender_for(request.actor, code, request.at)
    context = {
        "tender": tender,
        "method": method_of(tender),
        "next": queries.next_step(tender),
        "tabs": tabs(request, tender),
        "since": queries.last_number(tender),
        "may": Permissions(request, tender),
    }
    return tender, context


class Permissions:
    """Ask the policy table from a template: `may.tender_publish`."""

    def __init__(self, request: Request, tender: "Tender") -> None:
        self.request = request
        self.tender = tender

    def __getitem__(self, name: str) -> bool:
        permission = name.replace("_", ".", 1)
        if permission not in policy.POLICY.table:
            raise KeyError(name)
        return policy.allows(self.request.actor, permission, self.tender)


SHOWN_UNDER = {
    "challenge": "challenges",
    "publish_clarification": "questions",
    "sign_contract": "contracts",
    "hand_in_guarantee": "own_deposit",
    "show_guarantee": "own_deposit",
    "forfeit": "deposits",
    "undo_forfeit": "deposits",
}
"""Pages without a tab of their own, and the tab they stand under."""


def tabs(request: Request, tender: "Tender") -> list[dict[str, Any]]:
    """Give the tabs of a tender's pages that the actor has use for."""
    published = tender.published_at is not None
    side = policy.allows(request.actor, "tender.read_draft", tender)
    is_told = tender.state not in {"evaluated", "priced", "winner_confirmed"}
    challenges = "challenge" in method_of(tender).remedies
    words = market_of(tender).words
    asks, bids = queries.asks_deposit(tender), bool(request.actor.organisations(BIDDER))
    rows = (
        ("tender", _("概况"), published),
        ("draft", words["documents"], side and not published),
        ("history", _("公告与版本"), published),
        ("questions", words["questions_tab"], published),
        ("own_deposit", _("保证金"), published and asks and bids),
        ("deposits", _("保证金"), asks and reads_takers(request.actor, tender)),
        ("document_takers", words["takers_tab"], reads_takers(request.actor, tender)),
        ("award", _("结果"), bool(tender.evaluated_at) and (side or is_told)),
        ("challenges", _("质疑"), published and request.actor.is_known and challenges),
        ("contracts", _("合同"), tender.state in {"award_notified", "contracted", "archived"}),
    )
    here = (request.resolver_match and request.resolver_match.url_name) or ""
    return [
        {
            "url": reverse(name, args=[tender.code]),
            "title": title,
            "current": name == SHOWN_UNDER.get(here, here),
        }
        for name, title, shown in rows
        if shown
    ]
