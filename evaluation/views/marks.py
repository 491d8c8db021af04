"""Marks given alone, then side by side."""

from decimal import Decimal, InvalidOperation
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from evaluation import queries
from evaluation.queries import marks as comparing
from evaluation.services import marking
from evaluation.views.frame import evaluation_page
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _

LONGEST_NUMBER: Final = 10


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
    rows = comparing.scoring_rows(card)
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
    found = comparing.comparisons(request.actor, evaluation)
    if not found:
        raise Missing("marks.not_yet", _("全部成员锁定评分后方可查看。"))
    return render(request, "evaluation/marks.html", context | {"comparisons": found})
