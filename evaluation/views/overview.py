"""The overview with its steps: what the reader does next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from evaluation import committee_forms, forms, motion_forms, queries, talk_forms
from evaluation.domain import PLEDGE
from evaluation.queries import leads, questions
from evaluation.queries import marks as comparing
from evaluation.queries import motions as voting
from evaluation.queries import overview as standing
from evaluation.queries import paneling as panels
from evaluation.services import (
    asking,
    committee,
    leaving,
    marking,
    motions,
    paneling,
    prices,
    rejecting,
    report,
    review,
    summary,
)
from evaluation.views.frame import evaluation_page
from kernel.errors import Missing
from kernel.text import gettext_noop as _

if TYPE_CHECKING:
    from evaluation.models import BidClarification, Evaluation, PriceReview


@dataclass(frozen=True)
class Step:
    """Something a button does: its form, its service, and what is said afterwards."""

    form: type[forms.StepForm]
    service: Callable[..., object]
    said: str


STEPS: Final = {
    "freeze": Step(
        committee_forms.PoolForm, committee.freeze_pool, _("候选名单已冻结，种子承诺已公布。")
    ),
    "draw": Step(committee_forms.NonceForm, committee.draw_experts, _("评审专家已抽取。")),
    "appoint": Step(committee_forms.AppointForm, leaving.appoint_owner, _("已另派采购人代表。")),
    "accept": Step(forms.StepForm, committee.accept_seat, _("已确认参加。")),
    "decline": Step(
        committee_forms.ReasonForm, leaving.decline_seat, _("已登记，系统已补抽专家。")
    ),
    "sign-in": Step(forms.StepForm, committee.sign_in, _("已签到。")),
    "pledge": Step(forms.StepForm, committee.pledge, _("已签署承诺。")),
    "recuse": Step(committee_forms.ReasonForm, leaving.recuse, _("已回避，系统已补抽专家。")),
    "remove": Step(
        committee_forms.RemoveForm, leaving.remove_member, _("已更换成员，须补足后继续评审。")
    ),
    "start": Step(forms.StepForm, committee.start, _("评审开始。")),
    "vote": Step(committee_forms.VoteForm, committee.vote_lead, _("已投票。")),
    "judge-document": Step(talk_forms.DocumentForm, paneling.judge_document, _("意见已记录。")),
    "close-qualification": Step(forms.StepForm, review.close_qualification, _("资格审查已结束。")),
    "close-conformity": Step(forms.StepForm, review.close_conformity, _("符合性审查已结束。")),
    "lock": Step(forms.LockForm, marking.lock_scorecard, _("评分已锁定。")),
    "reopen": Step(forms.ReopenForm, marking.reopen_scorecard, _("评分表已重新打开。")),
    "low-price": Step(forms.LowPriceForm, prices.decide_low_price, _("意见已记录。")),
    "ask-price": Step(
        committee_forms.AskPriceForm, asking.ask_about_price, _("已要求投标人说明报价。")
    ),
    "put-motion": Step(motion_forms.MotionForm, motions.put_motion, _("已提请全体成员表决。")),
    "put-rejection": Step(
        motion_forms.RejectionForm, rejecting.put_rejection, _("已提请全体成员表决。")
    ),
    "vote-motion": Step(motion_forms.MotionVoteForm, motions.vote_motion, _("已表决。")),
    "summarise": Step(forms.StepForm, summary.summarise, _("已汇总排序。")),
    "draft-report": Step(forms.MinutesForm, report.draft_report, _("评审报告已起草，请成员签署。")),
    "sign": Step(forms.SignForm, report.sign_report, _("已签署评审报告。")),
    "submit": Step(forms.StepForm, report.submit_report, _("评审报告已提交。")),
}


@login_required
@never_cache
@require_safe
def overview(request: Request, code: str) -> HttpResponse:
    """Show where the evaluation stands and what the reader does next."""
    return _overview(request, code, "evaluation/overview.html", {})


@login_required
@never_cache
@require_safe
def panel(request: Request, code: str) -> HttpResponse:
    """Give the overview's live part alone."""
    return _overview(request, code, "evaluation/_panel.html", {})


def _overview(
    request: Request,
    code: str,
    template: str,
    refused: dict[str, forms.StepForm],
    status: int = 200,
) -> HttpResponse:
    evaluation, context = evaluation_page(request, code)
    shown = standing.sees_bidders(request.actor, evaluation)
    seats, reviews = list(queries.seats_of(evaluation)), _reviews(request, evaluation)
    made, lots = _forms(request, evaluation), queries.lots_of(evaluation)
    context |= {
        "seats": standing.seat_lines(request.actor, evaluation),
        "steps": standing.steps_of(evaluation),
        "lots": standing.bid_lines(request.actor, evaluation) if shown else [],
        "unpledged": evaluation.size - sum(seat.state == "pledged" for seat in seats),
        "lacking": evaluation.size - len(seats),
        "no_lead": not any(seat.lead for seat in seats),
        "reviews": reviews,
        "reads_answers": questions.reads_clarifications(request.actor, evaluation),
        "undecided": any(review.decided_at is None for review in reviews),
        "opinions": standing.opinions_given(evaluation) if evaluation.state == "conformity" else [],
        "forms": made | refused,
        "pledge_text": PLEDGE,
        "open_lots": lots,
        "uneven": evaluation.state == "technical" and queries.marks_seen(evaluation),
        "unexplained": _unexplained(request, evaluation),
        "waiting": _waiting(request, evaluation),
        "document": panels.document_told(request.actor, evaluation) if shown else None,
        "motions": voting.shown(evaluation) if shown else [],
        "leads": _leads(request, evaluation),
        "may_put": "put_motion" in made and bool(lots and voting.grounds_of(evaluation)),
    }
    return render(request, template, context, status=status)


def _reviews(request: Request, evaluation: "Evaluation") -> list["PriceReview"]:
    """Give what was asked about prices, each told apart from what nobody answered in time."""
    found = list(queries.price_reviews(evaluation))
    for made in found:
        made.is_over = request.at >= made.due_at  # type: ignore[attr-defined]
    return found


def _leads(request: Request, evaluation: "Evaluation") -> list[Any]:
    """Give what the prices point at to the members and who oversees them, once they are priced."""
    if evaluation.state not in {"price_review", "summary", "signing"}:
        return []
    reads = questions.reads_clarifications(request.actor, evaluation)
    return leads.leads(evaluation) if reads else []


def _unexplained(request: Request, evaluation: "Evaluation") -> list[comparing.LookAgain]:
    """Give the striking marks without a reason, to whoever may see all marks."""
    if evaluation.state not in marking.LOOKING_AGAIN or not queries.marks_seen(evaluation):
        return []
    own = queries.seat_of(request.actor, evaluation)
    return comparing.unexplained(evaluation) if own else []


def _waiting(request: Request, evaluation: "Evaluation") -> list["BidClarification"]:
    """Give the clarifications without an end, to whoever reads them."""
    found = questions.clarifications_for(request.actor, evaluation)
    return [made for made in found if made.is_open]


SEATS: Final = ("recuse", "appoint", "remove")
WORKING: Final = ("vote", *SEATS)
NEEDED: Final = {
    "drawing": ("freeze", "draw"),
    "gathering": ("decline", *SEATS),
    "electing": WORKING,
    "qualification": WORKING,
    "conformity": WORKING,
    "negotiating": WORKING,
    "technical": (*WORKING, "reopen"),
    "price_review": (*WORKING, "low-price", "ask-price"),
    "summary": (*WORKING, "draft-report"),
    "signing": ("sign",),
}


def _forms(request: Request, evaluation: "Evaluation") -> dict[str, forms.StepForm]:
    votes = ("vote-motion",) if voting.open_motions(evaluation).exists() else ()
    puts = ("put-motion",) if not votes and evaluation.state in motions.WORKING else ()
    confirms = ("judge-document",) if panels.opens(evaluation) else ()
    rejects = ("put-rejection",) if not votes and evaluation.state in rejecting.REJECTING else ()
    return {
        name.replace("-", "_"): STEPS[name].form(
            evaluation=evaluation, at=request.at, auto_id=f"{name}-%s"
        )
        for name in (*NEEDED.get(evaluation.state, ()), *votes, *puts, *rejects, *confirms)
    }


@login_required
@require_POST
def act(request: Request, code: str, step: str) -> HttpResponse:
    """Take one step; a refused form is shown again in its place."""
    evaluation = queries.evaluation_for(request.actor, code)
    known = STEPS.get(step)
    if known is None:
        raise Missing("step.unknown", _("没有这一步。"))
    form = known.form(request.POST, evaluation=evaluation, at=request.at, auto_id=f"{step}-%s")
    if form.is_valid() and forms.accepted(
        form,
        lambda: known.service(actor=request.actor, code=code, at=request.at, **form.cleaned_data),
    ):
        messages.success(request, gettext(known.said))
        still = queries.may_see(request.actor, evaluation)
        return redirect("evaluation", code) if still else redirect("desk")
    shown = {step.replace("-", "_"): form, "refused": form}
    return _overview(request, code, "evaluation/overview.html", shown, status=422)
