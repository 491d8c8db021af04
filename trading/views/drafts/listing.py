"""How each parcel of a draft is listed and bid for."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.domain import listing
from trading.forms.grants import ListingForm, terms_shown
from trading.views.acts import posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Tender


@login_required
@form_page
def draft_listing(request: Request, code: str) -> HttpResponse:
    """Set how each parcel is listed; the parcels are saved by themselves."""
    tender, context = draft_page(request, code, "listing")
    given, asked = request.POST or None, request.POST.get("lot", "")
    proposed = _proposed(request, tender)
    forms = [
        ListingForm(
            given if asked == str(lot.number) else None,
            lot=lot,
            initial={**proposed, **terms_shown(lot.auction)},
        )
        for lot in tender.lots.all()
    ]
    sent = next((form for form in forms if form.is_bound), None)
    if sent and posted(request, sent) and _saved(request, code, sent):
        return redirect("draft_listing", code)
    return answer(request, "trading/draft_listing.html", context | {"forms": forms}, *forms)


def _saved(request: Request, code: str, form: ListingForm) -> bool:
    given: dict[str, Any] = {"code": code, "number": form.lot.number, "terms": form.terms()}
    return saved(request, form, services.change_listing, _("已保存。"), **given) is not None


def _proposed(request: Request, tender: "Tender") -> dict[str, Any]:
    if tender.bids_close_at is None:
        return {}
    rules = queries.rules_of(tender, request.at)
    begins, ends = listing.proposed(tender.bids_close_at, rules)
    return {"opens_at": begins, "closes_at": ends}
