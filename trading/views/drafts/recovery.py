"""The recovery set of a draft; a draft without one is complete too."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from trading import queries, services
from trading.forms.drafts import CustodianForm, RecoveryThresholdForm
from trading.views.acts import act, posted, saved
from trading.views.drafts.custodians import holders
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from django.http import QueryDict


@login_required
@form_page
def draft_recovery(request: Request, code: str) -> HttpResponse:
    """Name the recovery set and how many of it give back a share."""
    tender, context = draft_page(request, code, "custodians")
    form = CustodianForm(_sent(request, "holder"), choices=holders(request, tender))
    threshold = RecoveryThresholdForm(
        _sent(request, "recovery_threshold"),
        initial={"recovery_threshold": tender.recovery_threshold},
    )
    if form.is_bound and posted(request, form) and _named(request, code, form):
        return redirect("draft_recovery", code)
    if threshold.is_bound and posted(request, threshold) and changed(request, tender, threshold):
        return redirect("draft_recovery", code)
    context |= {
        "form": form,
        "threshold": threshold,
        "recovery": queries.custodians_of(tender, "recovery"),
    }
    return answer(request, "trading/draft_recovery.html", context, form, threshold)


def _sent(request: Request, field: str) -> "QueryDict | None":
    return request.POST if field in request.POST else None


def _named(request: Request, code: str, form: CustodianForm) -> bool:
    office, person = form.cleaned_data["holder"].split(":", 1)
    given = {"code": code, "person": person, "office": office, "circle": "recovery"}
    return saved(request, form, services.name_custodian, **given) is not None


@login_required
@require_POST
def remove_recovery_custodian(request: Request, code: str, index: int) -> HttpResponse:
    """Take a custodian off the recovery set of a draft."""
    act(request, code, services.remove_custodian, index=index, circle="recovery")
    return redirect("draft_recovery", code)
