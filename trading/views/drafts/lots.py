"""The lots of a draft."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.forms.drafts import ItemFormSet, forms_of
from trading.forms.schemes import filled
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Lot, Tender


@login_required
@require_safe
def draft_lots(request: Request, code: str) -> HttpResponse:
    """List the lots."""
    tender, context = draft_page(request, code, "lots")
    following = "draft_terms" if method_of(tender).is_sealed else "draft_timetable"
    context |= {"lots": tender.lots.all(), "following": following}
    return render(request, "trading/draft_lots.html", context)


@login_required
@form_page
def draft_lot(request: Request, code: str, number: int = 0) -> HttpResponse:
    """Add a lot (number 0) or change one, with the items a bidder prices."""
    tender, context = draft_page(request, code, "lots")
    lot = queries.lot_of(tender, number) if number else None
    form = forms_of(tender).lot(request.POST or None, initial=_initial(tender, lot))
    context |= {"form": form, "lot": lot}
    if not method_of(tender).is_sealed:
        if posted(request, form) and _saved_lot(request, code, number, form, {}):
            return redirect("draft_lots", code)
        return answer(request, "trading/draft_sale_lot.html", context, form)
    items = ItemFormSet(request.POST or None, initial=lot.items if lot else None, prefix="items")
    if posted(request, form, items) and _saved_lot(
        request, code, number, form, {"items": filled(items, "name")}
    ):
        return redirect("draft_lots", code)
    return answer(request, "trading/draft_lot.html", context | {"items": items}, form, items)


def _initial(tender: "Tender", lot: "Lot | None") -> dict[str, Any] | None:
    if lot is None:
        return None
    names = set(forms_of(tender).lot.base_fields)
    return {n: getattr(lot, n) for n in names - {"start_price"}} | {
        "start_price": lot.auction.get("start_price")
    }


def _saved_lot(request: Request, code: str, number: int, form: Form, more: dict[str, Any]) -> bool:
    given: dict[str, Any] = {"code": code, "lot": {**form.cleaned_data, **more}}
    if number:
        given["number"] = number
    service = services.change_lot if number else services.add_lot
    return saved(request, form, service, _("已保存。"), **given) is not None


@login_required
@require_POST
def remove_lot(request: Request, code: str, number: int) -> HttpResponse:
    """Take a lot out of a draft."""
    act(request, code, services.remove_lot, number=number)
    return redirect("draft_lots", code)
