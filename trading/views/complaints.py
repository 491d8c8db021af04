"""The pages of complaints: a bidder files, the authority checks, holds, decides and publishes."""

from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.forms.complaints import ComplaintForm, DecisionForm, ExtensionForm
from trading.forms.drafts import ReasonForm
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Complaint

DIRECT: Final = _("自知道或者应当知道之日起 %(complaint)s内")


@login_required
@form_page
def complaints(request: Request, code: str) -> HttpResponse:
    """List the complaints I may read; a bidder files one here."""
    tender, context = tender_page(request, code)
    terms = queries.complaints_of(tender)
    may_file = policy.allows(request.actor, "complaint.file", tender)
    windows = queries.complaint_windows(request.actor, tender, request.at) if may_file else []
    when = queries.in_days(terms.when, tender)
    form = ComplaintForm(request.POST or None, windows=windows, terms=terms, when=when)
    said = _("投诉已提交，监督部门将在法定期限内决定是否受理。")
    if request.method == "POST":
        policy.require(request.actor, "complaint.file", tender)
    if posted(request, form) and (
        filed := saved(request, form, services.file_complaint, said, code=code, **form.cleaned_data)
    ):
        return redirect("complaint", code, filed.code)
    seen = queries.complaints_visible_to(request.actor).filter(tender=tender)
    context |= {
        "complaints": seen.order_by("-received_at"),
        "form": form,
        "terms": terms,
        "when": when,
        "known": queries.in_days(DIRECT, tender),
        "windows": windows,
        "may_file": may_file,
        "may_file_now": any(window["is_open"] for window in windows),
        "suspensions": services.open_reasons(tender),
    }
    return answer(request, "trading/complaints.html", context, form)


@login_required
@form_page
def complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Show one complaint; the authority decides it here."""
    tender, context = tender_page(request, code)
    found = queries.complaint_for(request.actor, tender, number)
    ways, lots = queries.redress_ways(tender), queries.redress_lots(tender)
    form = DecisionForm(request.POST or None, ways=ways, lots=lots)
    given = {"code": code, "number": number}
    said = _("处理决定已作出并公告。")
    if posted(request, form) and (
        saved(request, form, services.decide_complaint, said, **given, **form.given()) is not None
    ):
        return redirect("complaint", code, number)
    context |= {
        "complaint": found,
        "form": form,
        "acts": _acts(request, found),
        "held": queries.is_held(found),
        "filer_told": queries.is_filer_told(tender),
        "terms": queries.complaints_of(tender),
        "upheld_means": queries.carried_out_if_upheld(found),
        "extension": ExtensionForm(),
        "reason": ReasonForm(),
    }
    return answer(request, "trading/complaint.html", context, form)


@login_required
@never_cache
@require_safe
def complaint_letter(request: Request, code: str, number: str) -> HttpResponse:
    """Give the decision on a complaint as a PDF to those who may read it."""
    tender = queries.tender_for(request.actor, code, request.at)
    found = queries.complaint_for(request.actor, tender, number)
    content = queries.complaint_letter(found, request.at)
    return downloads.printed("complaint_decision", found.code, content, found.code)


def _acts(request: Request, found: "Complaint") -> dict[str, bool]:
    """Say which acts are possible on a complaint for this person in its state."""
    possible = queries.complaint_events(found)
    return {
        event: event in possible and policy.allows(request.actor, f"complaint.{event}", found)
        for event in ("accept", "refuse", "extend", "hold", "release", "decide", "withdraw")
    }


@login_required
@require_POST
def accept_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Take a complaint up."""
    act(request, code, services.accept_complaint, number=number)
    return redirect("complaint", code, number)


@login_required
@require_POST
def refuse_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Refuse a complaint, with the reason."""
    reason = request.POST.get("reason", "")
    act(request, code, services.refuse_complaint, number=number, reason=reason)
    return redirect("complaint", code, number)


@login_required
@require_POST
def extend_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Leave the days of tests out of the time to decide."""
    tender = queries.tender_for(request.actor, code, request.at)
    queries.complaint_for(request.actor, tender, number)
    form = ExtensionForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"days": 0, "reason": ""}
    act(request, code, services.extend_complaint, number=number, **given)
    return redirect("complaint", code, number)


@login_required
@require_POST
def hold_for_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Order the tender to stand still."""
    reason = request.POST.get("reason", "")
    act(request, code, services.hold_for_complaint, number=number, reason=reason)
    return redirect("complaint", code, number)


@login_required
@require_POST
def release_for_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Let the tender go on."""
    act(request, code, services.release_for_complaint, number=number)
    return redirect("complaint", code, number)


@login_required
@require_POST
def withdraw_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Take a complaint back."""
    act(request, code, services.withdraw_complaint, number=number)
    return redirect("complaint", code, number)
