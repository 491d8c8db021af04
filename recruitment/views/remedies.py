"""Recounts of written scores, and reports on whom the posts are to go to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.forms import FindingForm, RecountAnswerForm, RecountForm, ReportForm
from recruitment.views.frame import recruitment_page
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page


@login_required
@never_cache
@form_page
def recounts(request: Request, code: str) -> HttpResponse:
    """Ask for a recount of one's own score; list those one may know of."""
    tender, context = recruitment_page(request, code)
    may_file = queries.may_recount(request.actor, tender, request.at)
    seen, answers = queries.recounts_of(request.actor, tender), _answers(request, code)
    if not (may_file or answers or seen.exists()):
        raise Missing("recount.missing", _("没有这份复核申请，或您无权查看。"))
    form, said = RecountForm(request.POST or None), _("已申请复核，请等待答复。")
    if posted(request, form) and (
        saved(request, form, services.file_recount, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("recounts", code)
    until = queries.recount_until(tender)
    context |= {"form": form, "may_file": may_file, "recounts": seen, "until": until}
    context["own"] = None if answers else queries.own_applicant(request.actor, tender)
    return answer(request, "recruitment/recounts.html", context, form)


def _answers(request: Request, code: str) -> bool:
    tender = queries.recruitment_for(request.actor, code, request.at)
    return policy.allows(request.actor, "recount.answer", tender)


@login_required
@never_cache
@form_page
def recount(request: Request, code: str, token: str) -> HttpResponse:
    """Show one recount; whoever marked answers it here; no name is shown, only the paper's code."""
    tender, context = recruitment_page(request, code)
    found = queries.recount_for(request.actor, tender, token)
    form = RecountAnswerForm(request.POST or None, initial={"mark": found.before})
    given, said = {"code": code, "token": token}, _("已答复。成绩有更正的，更正公告已经发布。")
    if posted(request, form) and (
        saved(request, form, services.answer_recount, said, **given, **form.cleaned_data)
        is not None
    ):
        return redirect("recount", code, token)
    may_answer = found.state == "filed" and policy.allows(request.actor, "recount.answer", tender)
    context |= {"form": form, "found": found, "may_answer": may_answer}
    context["paper"] = queries.script_code(found.applicant)
    return answer(request, "recruitment/recount.html", context, form)


@login_required
@never_cache
@form_page
def reports(request: Request, code: str) -> HttpResponse:
    """Report on somebody a post is to go to; list those one may know of."""
    tender, context = recruitment_page(request, code)
    is_open = queries.takes_reports(tender, request.at)
    seen = queries.reports_of(request.actor, tender)
    if not (is_open or seen.exists()):
        raise Missing("report.missing", _("没有这份举报，或您无权查看。"))
    form = ReportForm(request.POST or None, people=queries.reportable(tender))
    said = _("举报已提交，只有人事综合管理部门可以看到，答复后请在本页查看。")
    if posted(request, form) and (
        saved(request, form, services.file_report, said, code=code, **form.cleaned_data) is not None
    ):
        return redirect("reports", code)
    context |= {"form": form, "is_open": is_open, "reports": seen}
    context["publicity"] = queries.publicity_of(tender)
    return answer(request, "recruitment/reports.html", context, form)


@login_required
@never_cache
@form_page
def report(request: Request, code: str, token: str) -> HttpResponse:
    """Show one report; the personnel authority answers it here. Each look is noted."""
    tender, context = recruitment_page(request, code)
    address = request.META.get("REMOTE_ADDR", "")
    found, text = services.read_report(
        actor=request.actor, code=code, token=token, address=address, at=request.at
    )
    form = FindingForm(request.POST or None)
    given, said = {"code": code, "token": token}, _("已答复举报人。")
    if posted(request, form) and (
        saved(request, form, services.answer_report, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("report", code, token)
    may_answer = found.state == "filed" and policy.allows(request.actor, "report.answer", tender)
    context |= {"form": form, "found": found, "may_answer": may_answer}
    context["text"] = text
    return answer(request, "recruitment/report.html", context, form)
