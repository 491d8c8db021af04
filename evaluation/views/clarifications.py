"""The committee's questions to bidders, in writing, with the answers and what became of them."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from evaluation import forms
from evaluation.domain import CLARIFY_GROUNDS, CLARIFY_RULE, CLARIFY_SILENCE
from evaluation.queries import questions
from evaluation.services import clarifying
from evaluation.views.frame import evaluation_page
from kernel.errors import Missing
from kernel.text import gettext_noop as _

if TYPE_CHECKING:
    from evaluation.models import Evaluation


def _page(request: Request, code: str) -> tuple["Evaluation", dict[str, Any]]:
    evaluation, context = evaluation_page(request, code)
    if not questions.reads_clarifications(request.actor, evaluation):
        raise Missing("bid_clarification.missing", _("没有这个澄清要求。"))
    return evaluation, context


def _listed(
    request: Request, evaluation: "Evaluation", refused: dict[int, forms.JudgeForm]
) -> list[dict[str, Any]]:
    """Give every question with the reader's own opinion, and the form for it."""
    found = questions.clarifications_for(request.actor, evaluation)
    return [
        {
            "made": made,
            "ground": CLARIFY_GROUNDS[made.ground],
            "own": questions.own_opinion(request.actor, made),
            "form": refused.get(made.number)
            or forms.JudgeForm(
                evaluation=evaluation, at=request.at, auto_id=f"judge{made.number}-%s"
            ),
        }
        for made in found
    ]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def clarifications(request: Request, code: str) -> HttpResponse:
    """Show what was asked and answered; the lead asks here."""
    evaluation, context = _page(request, code)
    given: dict[str, Any] = {"evaluation": evaluation, "at": request.at, "auto_id": "ask-%s"}
    form = forms.AskForm(request.POST or None, **given)
    if form.is_valid() and forms.accepted(
        form,
        lambda: clarifying.ask_clarification(
            actor=request.actor, code=code, at=request.at, **form.cleaned_data
        ),
    ):
        messages.success(request, gettext("澄清要求已发给供应商。"))
        return redirect("clarifications", code)
    context |= _told(request, evaluation, form=form)
    status = 422 if form.is_bound else 200
    return render(request, "evaluation/clarifications.html", context, status=status)


def _told(
    request: Request,
    evaluation: "Evaluation",
    form: forms.AskForm | None = None,
    refused: dict[int, forms.JudgeForm] | None = None,
) -> dict[str, Any]:
    asks = evaluation.state in clarifying.ASKING
    return {
        "listed": _listed(request, evaluation, refused or {}),
        "form": form,
        "asks": asks,
        "rule": CLARIFY_RULE,
        "silence": CLARIFY_SILENCE,
    }


@login_required
@never_cache
@require_safe
def clarification_list(request: Request, code: str) -> HttpResponse:
    """Give the page's live part alone."""
    evaluation, context = _page(request, code)
    context |= _told(request, evaluation)
    return render(request, "evaluation/_clarifications.html", context)


@login_required
@require_POST
def judge_clarification(request: Request, code: str, number: int) -> HttpResponse:
    """Take a member's opinion on an answer."""
    evaluation, context = _page(request, code)
    given: dict[str, Any] = {"evaluation": evaluation, "at": request.at}
    form = forms.JudgeForm(request.POST, auto_id=f"judge{number}-%s", **given)
    if form.is_valid() and forms.accepted(
        form,
        lambda: clarifying.judge_clarification(
            actor=request.actor,
            code=code,
            clarification=number,
            at=request.at,
            **form.cleaned_data,
        ),
    ):
        messages.success(request, gettext("意见已记录。"))
        return redirect("clarifications", code)
    asking = forms.AskForm(auto_id="ask-%s", **given)
    context |= _told(request, evaluation, asking, {number: form})
    return render(request, "evaluation/clarifications.html", context, status=422)
