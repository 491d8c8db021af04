"""Marks given alone, then side by side."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from evaluation import forms, queries
from evaluation.queries import marks as comparing
from evaluation.services import marking
from evaluation.views.frame import evaluation_page
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _

if TYPE_CHECKING:
    from evaluation.models import Evaluation, Scorecard

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
    if request.method == "POST" and "place" not in request.POST:
        return _save_marks(request, code, lot)
    card = queries.scorecard_of(seat, found)
    refused = _mark_anew(request, evaluation) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        messages.success(request, gettext("评分已保存。"))
        return redirect("scores", code, lot)
    rows = comparing.scoring_rows(card)
    given = sum(cell["score"] is not None for row in rows for cell in row["marks"])
    context |= {
        "lot": found,
        "card": card,
        "rows": rows,
        "bids": queries.valid_bids(found),
        "reopened": _reopened(request, evaluation, card, refused),
        "given": given,
        "needed": sum(len(row["marks"]) for row in rows),
    }
    status = 422 if refused else 200
    return render(request, "evaluation/scores.html", context, status=status)


def _reopened(
    request: Request, evaluation: "Evaluation", card: "Scorecard", refused: forms.RemarkForm | None
) -> list[dict[str, Any]]:
    """Give the items that were given back, each with its form."""
    asked = refused.data.get("place") if refused else None
    return [
        {
            **item,
            "form": refused
            if refused and asked == item["place"]
            else forms.RemarkForm(
                evaluation=evaluation,
                at=request.at,
                initial={"mark": item["review"].score.mark, "comment": item["review"].reason},
                auto_id=f"{item['review'].pk}-%s",
            ),
        }
        for item in comparing.reopened_items(card)
    ]


def _mark_anew(request: Request, evaluation: "Evaluation") -> forms.RemarkForm | None:
    """Mark a given back item anew; give the form back when it is refused."""
    form = forms.RemarkForm(request.POST, evaluation=evaluation, at=request.at)
    done = form.is_valid() and forms.accepted(
        form,
        lambda: marking.score(
            actor=request.actor, code=evaluation.tender.code, at=request.at, **form.cleaned_data
        ),
    )
    return None if done else form


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


LOOK_AGAIN: Final[Mapping[str, tuple[type[forms.PlaceForm], Callable[..., object], str]]] = {
    "keep": (forms.KeepForm, marking.keep_score, _("理由已记录。")),
    "reopen": (forms.ReopenForm, marking.reopen_scorecard, _("已退回成员重新评分。")),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def marks(request: Request, code: str) -> HttpResponse:
    """Show the members' marks side by side once all have locked; what strikes is explained here."""
    evaluation, context = evaluation_page(request, code)
    found = comparing.comparisons(request.actor, evaluation)
    if not found:
        raise Missing("marks.not_yet", _("全部成员锁定评分后方可查看。"))
    refused = _look_again(request, evaluation) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        return redirect("evaluation_marks", code)
    context |= {
        "comparisons": found,
        "items": comparing.standing_off(evaluation),
        "uneven": comparing.uneven(evaluation),
        "reviewed": comparing.reviewed(evaluation),
        "refused": refused,
        "explains": evaluation.state in marking.LOOKING_AGAIN,
        "reopens": evaluation.state in {"technical", "summary"},
    }
    status = 422 if refused else 200
    return render(request, "evaluation/marks.html", context, status=status)


def _look_again(request: Request, evaluation: "Evaluation") -> forms.PlaceForm | None:
    """Keep a mark with a reason, or give it back; give the form back when it is refused."""
    known = LOOK_AGAIN.get(request.POST.get("step", ""))
    if known is None:
        raise Missing("step.unknown", _("没有这一步。"))
    form_class, service, said = known
    form = form_class(request.POST, evaluation=evaluation, at=request.at)
    if form.is_valid() and forms.accepted(
        form,
        lambda: service(
            actor=request.actor, code=evaluation.tender.code, at=request.at, **form.cleaned_data
        ),
    ):
        messages.success(request, gettext(said))
        return None
    return form
