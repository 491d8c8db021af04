"""The auction of each lot of a draft."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.domain import rooms, viewing
from trading.forms.auctions import AuctionForm
from trading.markets import method_of
from trading.views.acts import posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Lot


@login_required
@form_page
def draft_auction(request: Request, code: str) -> HttpResponse:
    """Set how each lot is bid for; the lots are saved by themselves."""
    tender, context = draft_page(request, code, "auction")
    method = method_of(tender)
    given, asked = request.POST or None, request.POST.get("lot", "")
    forms = [
        AuctionForm(
            given if asked == str(lot.number) else None,
            lot=lot,
            method=method,
            initial=_initial(lot, tender.bids_close_at),
        )
        for lot in tender.lots.all()
    ]
    sent = next((form for form in forms if form.is_bound), None)
    if sent and posted(request, sent) and _saved(request, code, sent):
        return redirect("draft_auction", code)
    context |= {"forms": forms, "kinds": method.auctions}
    return answer(request, "trading/draft_auction.html", context, *forms)


def _saved(request: Request, code: str, form: AuctionForm) -> bool:
    given: dict[str, Any] = {
        "code": code,
        "number": form.lot.number,
        "auction": form.terms(),
        "shown": form.shown(),
    }
    return saved(request, form, services.change_auction, _("已保存。"), **given) is not None


def _initial(lot: "Lot", closes_at: datetime | None) -> dict[str, Any]:
    written = rooms.terms_of(lot.auction)
    if written is None:
        calendar = queries.work_calendar()
        return {"opens_at": rooms.proposed_opening(closes_at, calendar) if closes_at else None}
    seen = lot.auction.get(viewing.KEY, {})
    return asdict(written) | {f"viewing_{name}": said for name, said in seen.items()}
