"""The lots of a draft."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.forms.drafts import ItemFormSet, LotForm
from trading.forms.schemes import filled
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page


@login_required
@require_safe
def draft_lots(request: Request, code: str) -> HttpResponse:
    """List the lots."""
    tender, context = draft_page(request, code, "lots")
    return render(request, "trading/draft_lots.html", context | {"lots": tender.lots.all()})


@login_required
@form_page
def draft_lot(request: Request, code: str, number: int = 0) -> HttpResponse:
    """Add a lot (number 0) or change one, with the items a bidder prices."""
    tender, context = draft_page(request, code, "lots")
    lot = queries.lot_of(tender, number) if number else None
    initial = {n: getattr(lot, n) for n in LotForm.base_fields} if lot else None
    form = LotForm(request.POST or None, initial=initial)
    items = ItemFormSet(request.POST or None, initial=lot.items if lot else None, prefix="items")
    if posted(request, form, items) and _saved_lot(
        request, code, number, form, filled(items, "name")
    ):
        return redirect("draft_lots", code)
    context |= {"form": form, "items": items, "lot": lot}
    return answer(request, "trading/draft_lot.html", context, form, items)


def _saved_lot(
    request: Request, code: str, number: int, form: LotForm, items: list[dict[str, Any]]
) -> bool:
    given: dict[str, Any] = {"code": code, "lot": {**form.cleaned_data, "items": items}}
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
