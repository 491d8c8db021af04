"""The custodians of a draft's keys."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import Request
from trading import queries, services
from trading.forms.drafts import CustodianForm, ThresholdForm
from trading.markets import words_of
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Tender


@login_required
@form_page
def draft_custodians(request: Request, code: str) -> HttpResponse:
    """Name the custodians and how many of them open a stage."""
    tender, context = draft_page(request, code, "custodians")
    naming = "holder" in request.POST
    choices = holders(request, tender)
    form = CustodianForm(request.POST if naming else None, choices=choices)
    counting = "threshold" in request.POST
    threshold = ThresholdForm(
        request.POST if counting else None, initial={"threshold": tender.threshold}
    )
    if naming and posted(request, form) and _named(request, code, form):
        return redirect("draft_custodians", code)
    if counting and posted(request, threshold) and changed(request, tender, threshold):
        return redirect("draft_custodians", code)
    context |= {
        "form": form,
        "threshold": threshold,
        "custodians": queries.custodians_of(tender),
        "recovery": queries.custodians_of(tender, "recovery"),
    }
    return answer(request, "trading/draft_custodians.html", context, form, threshold)


def holders(request: Request, tender: "Tender") -> list[tuple[str, str]]:
    """List who may be named: the office and the user name, in words."""
    titles = dict(tender.custodians.model.Office.choices)
    titles["purchaser"] = gettext_lazy(words_of(tender)["purchaser"])
    found = queries.custodian_choices(tender, request.at)
    return [(f"{office}:{who}", f"{titles[office]}：{name}") for who, name, office in found]


def _named(request: Request, code: str, form: CustodianForm) -> bool:
    office, person = form.cleaned_data["holder"].split(":", 1)
    named = saved(request, form, services.name_custodian, code=code, person=person, office=office)
    return named is not None


@login_required
@require_POST
def remove_custodian(request: Request, code: str, index: int) -> HttpResponse:
    """Take a custodian off a draft."""
    act(request, code, services.remove_custodian, index=index)
    return redirect("draft_custodians", code)
