"""From a draft to a publication: submit, approve, return, publish, terminate."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import predisclosure
from trading.domain.gates import FIRST_STAGE, PREQUALIFICATION
from trading.forms.drafts import ReasonForm
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page, tender_page

PUBLISH: Final = {
    None: services.publish_tender,
    PREQUALIFICATION: services.publish_prequal,
    FIRST_STAGE: services.publish_first_stage,
}
"""What makes an approved draft public: its call, or the notice of what stands before it."""


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
def approve_plan(request: Request, code: str) -> HttpResponse:
    """Approve the plan of a recruitment; until it is posted its pages are its own side's."""
    act(request, code, services.approve_plan, _("招聘计划已核准，招聘服务机构可以发布。"))
    return redirect("desk")


@login_required
@require_POST
def return_tender(request: Request, code: str) -> HttpResponse:
    """Send the draft back with the reason."""
    reason = request.POST.get("reason", "")
    tender = act(request, code, services.return_tender, word="returned_now", reason=reason)
    reads = policy.allows(request.actor, "tender.read_draft", tender)
    return redirect("draft", code) if reads else redirect("desk")


@login_required
@form_page
def publish_tender(request: Request, code: str) -> HttpResponse:
    """Show exactly what will be published, then publish it."""
    tender, context = draft_page(request, code, "publish")
    gate = method_of(tender).gate
    if request.method == "POST":
        act(request, code, PUBLISH[gate], _("公告已发布。"))
        return redirect("tender", code)
    text = queries.text_of(tender)
    waits = predisclosure.waits(queries.facts(tender, request.at), request.at)
    context |= {
        "waits": waits.text(gettext(waits.message)) if waits else "",
        "text": queries.shown_text(text),
        "digest": queries.digest_of(text),
        "custody": queries.policy_of(tender),
        "shown": queries.shown_fields(queries.gate_notice(tender)) if gate else {},
        "why_not": policy.why_not(request.actor, "tender.publish", tender)
        or services.not_yet_invitable(tender, request.at),
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
