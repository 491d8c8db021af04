"""The overview with its steps, item by item review, and the marks."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from evaluation import forms, queries
from evaluation.domain import PLEDGE
from evaluation.queries import pages
from evaluation.services import committee, marking, prices, reading, report, review
from evaluation.views.frame import evaluation_page
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Step:
    """Something a button does: its form, its service, and what is said afterwards."""

    form: type[forms.StepForm]
    service: Callable[..., object]
    said: str


LONGEST_NUMBER: Final = 10
STEPS: Final = {
    "freeze": Step(forms.PoolForm, committee.freeze_pool, _("候选名单已冻结，种子承诺已公布。")),
    "draw": Step(forms.NonceForm, committee.draw_experts, _("评审专家已抽取。")),
    "appoint": Step(forms.AppointForm, committee.appoint_owner, _("已另派采购人代表。")),
    "accept": Step(forms.StepForm, committee.accept_seat, _("已确认参加。")),
    "decline": Step(forms.ReasonForm, committee.decline_seat, _("已登记，系统已补抽专家。")),
    "sign-in": Step(forms.StepForm, committee.sign_in, _("已签到。")),
    "pledge": Step(forms.StepForm, committee.pledge, _("已签署承诺。")),
    "recuse": Step(forms.ReasonForm, committee.recuse, _("已回避，系统已补抽专家。")),
    "start": Step(forms.StepForm, committee.start, _("评审开始。")),
    "vote": Step(forms.VoteForm, committee.vote_lead, _("已投票。")),
    "close-qualification": Step(forms.StepForm, review.close_qualification, _("资格审查已结束。")),
    "close-conformity": Step(forms.StepForm, review.close_conformity, _("符合性审查已结束。")),
    "lock": Step(forms.LockForm, marking.lock_scorecard, _("评分已锁定。")),
    "reopen": Step(forms.ReopenForm, marking.reopen_scorecard, _("评分表已重新打开。")),
    "low-price": Step(forms.LowPriceForm, prices.decide_low_price, _("意见已记录。")),
    "summarise": Step(forms.StepForm, prices.summarise, _("已汇总排序。")),
    "draft-report": Step(forms.StepForm, report.draft_report, _("评审报告已起草，请成员签署。")),
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
    shown = pages.sees_bidders(request.actor, evaluation)
    context |= {
        "seats": pages.seat_lines(request.actor, evaluation),
        "steps": pages.steps_of(evaluation),
        "lots": pages.bid_lines(request.actor, evaluation) if shown else [],
        "lacking": evaluation.size - queries.seats_of(evaluation).count(),
        "no_lead": not queries.seats_of(evaluation).filter(lead=True).exists(),
        "reviews": list(queries.price_reviews(evaluation)),
        "opinions": pages.opinions_given(evaluation) if evaluation.state == "conformity" else [],
        "forms": _forms(request, evaluation) | refused,
        "pledge_text": PLEDGE,
        "open_lots": queries.lots_of(evaluation),
        "uneven": queries.all_locked(evaluation) if evaluation.state == "technical" else False,
    }
    return render(request, template, context, status=status)


NEEDED: Final = {
    "drawing": ("freeze", "draw"),
    "gathering": ("decline", "recuse", "appoint"),
    "electing": ("vote", "recuse", "appoint"),
    "qualification": ("vote", "recuse", "appoint"),
    "conformity": ("vote", "recuse", "appoint"),
    "technical": ("vote", "recuse", "appoint", "reopen"),
    "price_review": ("low-price",),
    "summary": ("reopen",),
    "signing": ("sign",),
}


def _forms(request: Request, evaluation: Any) -> dict[str, forms.StepForm]:  # noqa: ANN401 - an Evaluation
    return {
        name.replace("-", "_"): STEPS[name].form(
            evaluation=evaluation, at=request.at, auto_id=f"{name}-%s"
        )
        for name in NEEDED.get(evaluation.state, ())
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


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_bid(request: Request, code: str, bid: int) -> HttpResponse:
    """Judge every clause of one bid beside its files."""
    evaluation, context = evaluation_page(request, code)
    stage = evaluation.state
    permission = "qualification_decide" if stage == "qualification" else "conformity_vote"
    if stage not in {"qualification", "conformity"} or not context["may"][permission]:
        return redirect("evaluation", code)
    found = pages.bid_of(evaluation, bid)
    form = forms.OpinionForm(
        request.POST or None,
        clauses=queries.clauses(evaluation, stage),
        given=pages.own_checks(request.actor, evaluation, found),
    )
    if form.is_valid() and forms.accepted(
        form,
        lambda: review.judge_bid(
            actor=request.actor, code=code, bid=bid, opinions=form.opinions(), at=request.at
        ),
    ):
        messages.success(request, gettext("意见已保存。"))
        return _next_bid(request, evaluation)
    status = 422 if form.is_bound else 200
    return render(
        request, "evaluation/review.html", context | {"bid": found, "form": form}, status=status
    )


def _next_bid(request: Request, evaluation: Any) -> HttpResponse:  # noqa: ANN401 - an Evaluation
    lines = [line for _lot, lines in pages.bid_lines(request.actor, evaluation) for line in lines]
    left = next((line for line in lines if not line.out and not line.done), None)
    code = evaluation.tender.code
    return (
        redirect("evaluation", code) if left is None else redirect("review_bid", code, left.bid.pk)
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scores(request: Request, code: str, lot: int) -> HttpResponse:
    """Mark alone; every mark is saved when it is given."""
    evaluation, context = evaluation_page(request, code)
    seat = context["own"]
    if evaluation.state != "technical" or seat is None or not context["may"]["scorecard_score"]:
        return redirect("evaluation", code)
    found = next((item for item in queries.lots_of(evaluation) if item.number == lot), None)
    if found is None:
        raise Missing("scorecard.missing", _("没有这张评分表。"))
    if request.method == "POST":
        return _save_marks(request, code, lot)
    card = queries.scorecard_of(seat, found)
    rows = pages.scoring_rows(card)
    given = sum(cell["score"] is not None for row in rows for cell in row["marks"])
    context |= {
        "lot": found,
        "card": card,
        "rows": rows,
        "bids": queries.valid_bids(found),
        "given": given,
        "needed": sum(len(row["marks"]) for row in rows),
    }
    return render(request, "evaluation/scores.html", context)


def _save_marks(request: Request, code: str, lot: int) -> HttpResponse:
    given = [_mark_of(name, str(text)) for name, text in request.POST.items() if "." in name]
    marking.score_all(
        actor=request.actor,
        code=code,
        lot=lot,
        marks=[mark for mark in given if mark is not None],
        at=request.at,
    )
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"saved": len(given)})
    messages.success(request, gettext("评分已保存。"))
    return redirect("scores", code, lot)


def _mark_of(name: str, text: str) -> marking.Mark | None:
    bid, _dot, criterion = name.partition(".")
    if not text.strip():
        return None
    number = int(bid) if bid.isdecimal() and len(bid) < LONGEST_NUMBER else 0
    return marking.Mark(number, criterion, _mark(text))


def _mark(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise Invalid("score.number", _("“%(text)s”不是分值。"), text=text[:20]) from None


@login_required
@never_cache
@require_safe
def marks(request: Request, code: str) -> HttpResponse:
    """Show the members' marks side by side, once all have locked."""
    evaluation, context = evaluation_page(request, code)
    found = pages.comparisons(request.actor, evaluation)
    if not found:
        raise Missing("marks.not_yet", _("全部成员锁定评分后方可查看。"))
    return render(request, "evaluation/marks.html", context | {"comparisons": found})


@login_required
@never_cache
@require_safe
def bid_file(request: Request, code: str, bid: int, place: int) -> StreamingHttpResponse:
    """Send one file of a bid, decrypted on the way; never shown inside the site."""
    file = reading.read_bid_file(
        actor=request.actor,
        code=code,
        bid=bid,
        place=place,
        address=request.META.get("REMOTE_ADDR", ""),
        at=request.at,
    )
    answer = StreamingHttpResponse(file.pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
