"""The pages of complaints: a bidder files, the authority checks, holds, decides and publishes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.domain.appeals import RULED
from trading.forms.appeals import AppealForm, AppealOutcomeForm
from trading.forms.complaints import (
    ComplaintForm,
    CopiesForm,
    CorrectionForm,
    DecisionForm,
    ExplanationForm,
    ExtensionForm,
    ReturnForm,
)
from trading.forms.drafts import ReasonForm
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Complaint

TOLD_PUBLICLY: Final = _("登记后随处理决定公开；不写申请人的名称。")
TOLD_NOBODY: Final = _("登记后不公开，只有投诉人和监督部门可以查看。")
SETS_DECISION_ASIDE: Final = _(
    "结果是变更、撤销或者责令重新作出的：登记后原处理决定即不再有效并公告，"
    "投诉从收到文书之日起重新处理；已经作出的处理不自动恢复。文书生效之前请不要登记。"
)
SETS_REFUSAL_ASIDE: Final = _(
    "结果是变更、撤销或者责令受理的：登记后不予受理即不再有效，"
    "投诉从收到文书之日起重新审查。文书生效之前请不要登记。"
)
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
    sent = (request.POST or None, request.FILES or None)
    form = ComplaintForm(*sent, windows=windows, terms=terms, when=when)
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
    form = DecisionForm(request.POST or None, ways=ways, lots=lots, own=found.lot)
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
        "appeals": queries.appeals_for(request.actor, found),
        "rulings": queries.rulings_for(request.actor, found),
        "may_appeal": found.state in RULED
        and policy.allows(request.actor, "complaint.appeal", found),
        "reconsider_until": queries.reconsider_until(found),
        "filer_told": queries.is_filer_told(tender),
        "terms": queries.complaints_of(tender),
        "upheld_means": queries.carried_out_if_upheld(found),
        "extension": ExtensionForm(),
        "reason": ReasonForm(),
        **_examined(request, found),
    }
    return answer(request, "trading/complaint.html", context, form)


def _examined(request: Request, found: "Complaint") -> dict[str, Any]:
    """Give what was mended, copied and explained of a complaint, with the days of it."""
    return {
        "copies": queries.copies_for(request.actor, found),
        "copies_due": queries.copies_due(found),
        "refusal_due": queries.refusal_due(found),
        "reads_correction": queries.reads_correction(request.actor, found),
        "corrects": queries.complaints_of(found.tender).corrects,
        "may_explain": queries.may_explain(request.actor, found, request.at),
        "unmended_due": queries.unmended_due(found, request.at),
    }


@login_required
@never_cache
@require_safe
def complaint_letter(request: Request, code: str, number: str) -> HttpResponse:
    """Give the decision on a complaint as a PDF to those who may read it."""
    tender = queries.tender_for(request.actor, code, request.at)
    found = queries.complaint_for(request.actor, tender, number)
    content = queries.complaint_letter(found, request.at)
    return downloads.printed("complaint_decision", found.code, content, found.code)


@login_required
@never_cache
@require_safe
def evidence(request: Request, code: str, number: str, file: int) -> HttpResponse:
    """Hand out a file that stands beside a challenge, a complaint or an explanation."""
    found = services.read_evidence(
        actor=request.actor,
        code=code,
        number=number,
        file=file,
        address=request.META.get("REMOTE_ADDR", ""),
        at=request.at,
    )
    kept = found.document
    return downloads.served(request, kept.digest, found.name, kept.media_type)


@login_required
@never_cache
@require_safe
def correction_letter(request: Request, code: str, number: str) -> HttpResponse:
    """Give the notice of what has to be mended as a PDF to its filer and to oversight."""
    tender = queries.tender_for(request.actor, code, request.at)
    found = queries.complaint_for(request.actor, tender, number)
    content = queries.correction_letter(request.actor, found, request.at)
    return downloads.printed("complaint_notice", found.code, content, f"{found.code}-BZ")


@login_required
@never_cache
@require_safe
def copy_letter(request: Request, code: str, number: str) -> HttpResponse:
    """Give the copy of a complaint with the days to explain as a PDF to whom it was sent."""
    tender = queries.tender_for(request.actor, code, request.at)
    found = queries.complaint_for(request.actor, tender, number)
    content = queries.copy_letter(request.actor, found, request.at)
    return downloads.printed("complaint_notice", found.code, content, f"{found.code}-FB")


def _acts(request: Request, found: "Complaint") -> dict[str, bool]:
    """Say which acts are possible on a complaint for this person in its state."""
    possible = queries.complaint_events(found)
    return {
        event: event in possible and policy.allows(request.actor, f"complaint.{event}", found)
        for event in possible
    }


@login_required
@require_POST
def accept_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Take a complaint up."""
    act(request, code, services.accept_complaint, number=number)
    return redirect("complaint", code, number)


@login_required
@form_page
def return_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Give a complaint back to be mended."""
    form = ReturnForm(request.POST or None)
    step = Step("return", _("通知补正投诉书"), services.return_complaint, _("补正通知已发出。"))
    return _step(request, code, number, step, form)


@login_required
@form_page
def correct_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Mend a complaint."""
    found = _found(request, code, number)
    written = {name: getattr(found, name) for name in ("matters", "claim", "law")}
    form = CorrectionForm(request.POST or None, request.FILES or None, initial=written)
    said = _("补正后的投诉书已提交，监督部门将重新审查。")
    step = Step("correct", _("补正投诉书"), services.correct_complaint, said)
    return _step(request, code, number, step, form)


@login_required
@form_page
def copy_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Send the copies of a complaint."""
    related = queries.related_suppliers(_found(request, code, number))
    form = CopiesForm(request.POST if request.method == "POST" else None, related=related)
    said = _("投诉答复通知书和投诉书副本已发出。")
    step = Step("copy", _("发出投诉书副本"), services.copy_complaint, said)
    return _step(request, code, number, step, form)


@login_required
@form_page
def explain_complaint(request: Request, code: str, number: str) -> HttpResponse:
    """Say what one has to say to a complaint."""
    form = ExplanationForm(request.POST or None, request.FILES or None)
    step = Step("explain", _("作出书面说明"), services.explain_complaint, _("书面说明已提交。"))
    return _step(request, code, number, step, form)


@login_required
@form_page
def record_appeal(request: Request, code: str, number: str) -> HttpResponse:
    """Record that a ruling was appealed."""
    said = _("复议、诉讼已登记。")
    is_public = _found(request, code, number).state == "decided"
    words = (TOLD_PUBLICLY if is_public else TOLD_NOBODY,)
    step = Step("appeal", _("登记复议、诉讼"), services.record_appeal, said, words)
    return _step(request, code, number, step, AppealForm(request.POST or None))


@login_required
@form_page
def close_appeal(request: Request, code: str, number: str, appeal: int) -> HttpResponse:
    """Record how an appeal ended."""
    made = queries.appeal_of(_found(request, code, number), appeal)
    is_public = queries.ruled_as(made) == "decided"
    words = (
        TOLD_PUBLICLY if is_public else TOLD_NOBODY,
        SETS_DECISION_ASIDE if is_public else SETS_REFUSAL_ASIDE,
    )
    service = partial(services.close_appeal, appeal=appeal)
    title, said = _("登记复议、诉讼的结果"), _("结果已登记。")
    step = Step("appeal", title, service, said, words, _("结果登记后不能更改，确定登记？"))
    return _step(request, code, number, step, AppealOutcomeForm(request.POST or None))


@dataclass(frozen=True)
class Step:
    """One act on a complaint that has a page of its own."""

    event: str
    title: str
    service: Callable[..., object]
    said: str
    words: Sequence[str] = ()
    confirm: str = ""


def _found(request: Request, code: str, number: str) -> "Complaint":
    tender = queries.tender_for(request.actor, code, request.at)
    return queries.complaint_for(request.actor, tender, number)


def _step(request: Request, code: str, number: str, step: Step, form: Form) -> HttpResponse:
    """Show the page of one act and do it; who may not is told why."""
    _tender, context = tender_page(request, code)
    found = _found(request, code, number)
    policy.require(request.actor, f"complaint.{step.event}", found)
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, step.service, step.said, **given, **form.cleaned_data) is not None
    ):
        return redirect("complaint", code, number)
    context |= {
        "complaint": found,
        "form": form,
        "step": step,
        "copies": queries.copies_for(request.actor, found),
        "explain_days": queries.explain_days(found, request.at),
    }
    return answer(request, "trading/complaint_step.html", context, form)


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
