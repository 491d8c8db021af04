"""The lots of a draft."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.forms.drafts import ItemFormSet
from trading.forms.kinds import forms_of
from trading.forms.schemes import filled
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page, settle
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.domain.market import Method
    from trading.models import Lot, Tender


@login_required
@require_safe
def draft_lots(request: Request, code: str) -> HttpResponse:
    """List the lots."""
    tender, context = draft_page(request, code, "lots")
    context |= {
        "lots": tender.lots.all(),
        "following": _following(tender),
        "adds": context["editable"] and not queries.is_settled(tender),
    }
    return render(request, "trading/draft_lots.html", context)


def _following(tender: "Tender") -> str:
    """Name the page that is written after the lots."""
    method = method_of(tender)
    if method.is_agreed:
        return "draft_documents"
    return "draft_terms" if method.is_sealed else "draft_timetable"


@login_required
@form_page
def draft_lot(request: Request, code: str, number: int = 0) -> HttpResponse:
    """Add a lot (number 0) or change one, with the items a bidder prices."""
    tender, context = draft_page(request, code, "lots")
    lot = queries.lot_of(tender, number) if number else None
    form = forms_of(tender).lot(request.POST or None, initial=_initial(tender, lot))
    _leave_out_fixed(form, method_of(tender))
    settle(queries.settled_of_lots(tender), form)
    context |= {"form": form, "lot": lot}
    if method_of(tender).sells or method_of(tender).has_posts:
        if posted(request, form) and _saved_lot(request, code, number, form, {}):
            return redirect("draft_lots", code)
        return answer(request, forms_of(tender).lot_page, context, form)
    items = ItemFormSet(request.POST or None, initial=lot.items if lot else None, prefix="items")
    if posted(request, form, items) and _saved_lot(
        request, code, number, form, {"items": filled(items, "name")}
    ):
        return redirect("draft_lots", code)
    return answer(request, "trading/draft_lot.html", context | {"items": items}, form, items)


def _leave_out_fixed(form: Form, method: "Method") -> None:
    """Ask nothing that the method leaves no choice of, and name the first score as it does."""
    for name in method.fixed_terms:
        form.fields.pop(name, None)
    if method.first_score == "appraisal":
        form.fields["written_weight"].label = gettext("民主测评占总成绩（%）")


def _initial(tender: "Tender", lot: "Lot | None") -> dict[str, Any] | None:
    if lot is None:
        return None
    names = set(forms_of(tender).lot.base_fields)
    if method_of(tender).has_posts:
        return {n: lot.post[n] if n in lot.post else getattr(lot, n, None) for n in names}
    shown = {n: getattr(lot, n) for n in names - {"start_price"}}
    return {**shown, "start_price": lot.auction.get("start_price"), **lot.particulars}


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
