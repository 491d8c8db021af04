"""From a draft to a publication: submit, approve, return, publish, terminate."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.drafts import ReasonForm
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page, tender_page


@login_required
@require_POST
def submit_tender(request: Request, code: str) -> HttpResponse:
    """Hand the draft to the purchaser."""
    act(request, code, services.submit_tender, word="submitted_now")
    return redirect("draft", code)


@login_required
@require_POST
def approve_tender(request: Request, code: str) -> HttpResponse:
    """Approve the text as it stands."""
    act(request, code, services.approve_tender, word="approved_now")
    return redirect("draft", code)


@login_required
@require_POST
def return_tender(request: Request, code: str) -> HttpResponse:
    """Send the draft back with the reason."""
    reason = request.POST.get("reason", "")
    act(request, code, services.return_tender, word="returned_now", reason=reason)
    return redirect("draft", code)


@login_required
@form_page
def publish_tender(request: Request, code: str) -> HttpResponse:
    """Show exactly what will be published, then publish it."""
    tender, context = draft_page(request, code, "publish")
    if request.method == "POST":
        act(request, code, services.publish_tender, _("公告已发布。"))
        return redirect("tender", code)
    text = queries.text_of(tender)
    context |= {
        "text": queries.shown_text(text),
        "digest": queries.digest_of(text),
        "custody": queries.policy_of(tender),
        "why_not": policy.why_not(request.actor, "tender.publish", tender),
    }
    return render(request, "trading/publish.html", context)


@login_required
@form_page
def terminate_tender(request: Request, code: str) -> HttpResponse:
    """End a procurement whose task is cancelled."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.terminate", tender)
    form = ReasonForm(request.POST or None)
    if posted(request, form) and (
        saved(
            request, form, services.terminate_tender, code=code, reason=form.cleaned_data["reason"]
        )
        is not None
    ):
        return redirect("tender", code)
    return answer(request, "trading/terminate.html", context | {"form": form}, form)
