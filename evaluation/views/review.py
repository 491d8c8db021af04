"""A bid judged clause by clause beside its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from evaluation import downloads, forms, queries
from evaluation.queries import overview as standing
from evaluation.queries import review as reviews
from evaluation.services import reading, review
from evaluation.views.frame import evaluation_page


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
    found = reviews.bid_of(evaluation, bid)
    form = forms.OpinionForm(
        request.POST or None,
        clauses=queries.clauses(evaluation, stage),
        given=reviews.own_checks(request.actor, evaluation, found),
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
        request,
        "evaluation/review.html",
        context | {"bid": found, "form": form, "partners": standing.partner_names(found)},
        status=status,
    )


def _next_bid(request: Request, evaluation: Any) -> HttpResponse:  # noqa: ANN401 - an Evaluation
    lines = [
        line for _lot, lines in standing.bid_lines(request.actor, evaluation) for line in lines
    ]
    left = next((line for line in lines if not line.out and not line.done), None)
    code = evaluation.tender.code
    return (
        redirect("evaluation", code) if left is None else redirect("review_bid", code, left.bid.pk)
    )


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
    return downloads.sent(file)
