"""The talks: the panel's page with all of them, and each supplier's page with its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from bidding.queries import windows
from evaluation import forms as steps
from evaluation import talk_forms as forms
from evaluation.queries import paneling as panels
from evaluation.queries import questions
from evaluation.queries import talks as queries
from evaluation.services import paneling, talks
from evaluation.views.frame import evaluation_page
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.markets import method_of

if TYPE_CHECKING:
    from django.forms import Form

    from evaluation.models import Evaluation


@dataclass(frozen=True)
class Act:
    """Something a form does: the form, its service, and what is said afterwards."""

    form: Callable[..., "Form"]
    service: Callable[..., object]
    said: str


ACTS: Final = {
    "round": Act(forms.RoundForm, talks.open_round, _("已发给供应商，答复时间开始计算。")),
    "solutions": Act(forms.SolutionsForm, paneling.vote_solutions, _("已表决。")),
    "quotes": Act(forms.QuotesForm, talks.request_quotes, _("已要求所有供应商提交最后报价。")),
}
ANSWERS: Final = {
    "turn": Act(forms.TurnForm, talks.answer_turn, _("答复已提交。")),
    "leave": Act(forms.LeaveForm, talks.leave, _("已退出，投标保证金将按规定退还。")),
}


def panel_page(request: Request, code: str) -> tuple["Evaluation", dict[str, Any]]:
    """Give the talks to the panel, the purchasing side and oversight; no supplier has this page."""
    evaluation, context = evaluation_page(request, code)
    reads = questions.reads_clarifications(request.actor, evaluation)
    if not reads or not method_of(evaluation.tender).talks:
        raise Missing("talks.missing", _("没有磋商、谈判记录，或您无权查看。"))
    last = queries.last_round(evaluation)
    waits = last is not None and queries.is_open(last, request.at)
    talking = evaluation.state == "negotiating"
    context |= {
        "rounds": queries.rounds_of(evaluation),
        "suppliers": queries.talking(evaluation),
        "window": windows.quote_window(evaluation.tender),
        "waits": waits,
        "opens": talking and not waits,
        "must_mend": panels.must_mend(evaluation),
        "solutions_law": panels.solutions_law(evaluation),
        "solutions": panels.solutions_told(evaluation),
        "votes": panels.solutions_open(evaluation, request.at),
        "asks": talking and not waits and not queries.not_talked_with(evaluation),
    }
    return evaluation, context


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: Request, code: str) -> HttpResponse:
    """Show the rounds; the lead opens the next one here, or asks for last quotes."""
    evaluation, context = panel_page(request, code)
    given: dict[str, Any] = {"evaluation": evaluation, "at": request.at}
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown = {name: one.form(auto_id=f"{name}-%s", **given) for name, one in ACTS.items()}
    if act in ACTS:
        known = ACTS[act]
        form = shown[act] = known.form(request.POST, auto_id=f"{act}-%s", **given)
        if form.is_valid() and steps.accepted(
            form,
            lambda: known.service(
                actor=request.actor, code=code, at=request.at, **form.cleaned_data
            ),
        ):
            messages.success(request, gettext(known.said))
            return redirect("talks_panel", code)
    context |= {f"{name}_form": form for name, form in shown.items()}
    status = 422 if act else 200
    return render(request, "evaluation/talks_panel.html", context, status=status)


@login_required
@never_cache
@require_safe
def panel_list(request: Request, code: str) -> HttpResponse:
    """Give the page's live part alone."""
    _evaluation, context = panel_page(request, code)
    return render(request, "evaluation/_talks.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Request, code: str) -> HttpResponse:
    """Show a supplier what it alone is asked, take its answer, and lead it to its last quote."""
    talk = queries.talk_of(request.actor, code)
    refused: dict[str, Form] = {}
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act in ANSWERS:
        known = ANSWERS[act]
        form = known.form(request.POST, auto_id=f"{act}-%s")
        if form.is_valid() and steps.accepted(
            form,
            lambda: known.service(
                actor=request.actor, code=code, at=request.at, **form.cleaned_data
            ),
        ):
            messages.success(request, gettext(known.said))
            return redirect("talks", code)
        refused[f"{act}-{request.POST.get('turn') or request.POST.get('lot')}"] = form
    context = {
        "tender": talk.tender,
        "talk": talk,
        "turns": [
            {
                "made": turn,
                "waits": turn.answered_at is None and request.at < turn.round.due_at,
                "form": refused.get(f"turn-{turn.pk}")
                or forms.TurnForm(initial={"turn": turn.pk}, auto_id=f"turn{turn.pk}-%s"),
            }
            for turn in talk.turns
        ],
        "lots": [
            {
                "bid": bid,
                "quotes": bid.lot.number in talk.quotes,
                "refused": refused.get(f"leave-{bid.lot.number}"),
                "passed_over": queries.passed_over(bid),
            }
            for bid in talk.bids
        ],
        "quoting": talk.tender.state == "quoting",
        "may_leave": talk.tender.state == "negotiating",
    }
    return render(request, "evaluation/talks.html", context, status=422 if refused else 200)
