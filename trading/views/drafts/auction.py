"""The auction of each lot of a draft."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.domain import sale, viewing
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
    begins = sale.opens_at(lot.auction)
    if begins is None:
        calendar = queries.work_calendar()
        return {"opens_at": sale.proposed_opening(closes_at, calendar) if closes_at else None}
    free = datetime.fromisoformat(lot.auction["closes_at"]) - begins
    common = {
        "kind": lot.auction["kind"],
        "opens_at": begins,
        "free_minutes": free // timedelta(minutes=1),
        **{f"viewing_{name}": said for name, said in lot.auction.get(viewing.KEY, {}).items()},
    }
    if "weights" in lot.auction:
        return common
    if "sealed" in lot.auction:
        sealed = lot.auction["sealed"]
        minutes = sealed["round_s"] // 60 if "round_s" in sealed else None
        own = {"rounds": sealed.get("rounds"), "round_minutes": minutes, "tie": sealed["tie"]}
        return common | own
    if "from_price" in lot.auction:
        falling = {name: lot.auction[name] for name in ("increment", "from_price", "every_s")}
        return common | falling | {"free_minutes": None}
    if lot.auction.get("direction") == "low":
        moves = lot.auction["extension"]
        ends = {"window_s": moves["window_s"], "extend_s": moves["add_s"]}
        step = {"increment": Decimal(lot.auction["increment"])}
        return common | step | ends | {"extensions": moves["most"]}
    length = "call_s" if "calls" in lot.auction else "cycle_s"
    return common | {
        "increment": Decimal(lot.auction["increment"]),
        length: lot.auction["extension"]["add_s"],
    }
