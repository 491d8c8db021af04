"""What the committee asks a bidder, and where it answers: in writing, within the time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from evaluation import downloads, forms
from evaluation.domain import CLARIFY_RULE, CLARIFY_SILENCE
from evaluation.queries.questions import asked_of
from evaluation.services import clarifying, prices, reading
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import answer_files

if TYPE_CHECKING:
    from evaluation.models import BidClarification, PriceReview


@dataclass(frozen=True)
class Answer:
    """How a kind of question is answered: the form, the service, its name for the question."""

    form: type[forms.QuestionForm]
    service: Callable[..., object]
    named: str


ANSWERS: Final = {
    "clarification": Answer(forms.ClarifyForm, clarifying.answer_clarification, "clarification"),
    "correction": Answer(forms.CorrectionForm, prices.answer_correction, "review"),
    "low_price": Answer(forms.ExplainForm, prices.explain_low_price, "review"),
}


# What the page says of files before they are sent; the service decides.
BOUNDS: Final = {
    "most": answer_files.MOST,
    "largest": answer_files.LARGEST,
    "together": answer_files.LARGEST_TOGETHER,
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def committee_questions(request: Request, code: str) -> HttpResponse:
    """Show a bidder what the committee asks it, and take its answer."""
    asked = asked_of(request.actor, code)
    refused: dict[str, forms.QuestionForm] = {}
    if request.method == "POST":
        refused = _answer(request, code)
        if not refused:
            messages.success(request, gettext("已提交。"))
            return redirect("committee_questions", code)
    context = {
        "tender": asked.tender,
        "questions": [
            *(
                _shown("clarification", made.number, made, request, refused)
                for made in asked.clarifications
            ),
            *(_shown(made.kind, made.pk, made, request, refused) for made in asked.reviews),
        ],
        "rule": CLARIFY_RULE,
        "silence": CLARIFY_SILENCE,
        "bounds": BOUNDS,
    }
    status = 422 if refused else 200
    return render(request, "evaluation/questions.html", context, status=status)


def _shown(
    kind: str,
    number: int,
    made: "BidClarification | PriceReview",
    request: Request,
    refused: dict[str, forms.QuestionForm],
) -> dict[str, Any]:
    """Give a question with its form, which is the refused one if it was just refused."""
    name = f"{kind}-{number}"
    empty = ANSWERS[kind].form(initial={"number": number}, auto_id=f"{name}-%s")
    form = refused.get(name, empty)
    return {
        "kind": kind,
        "name": name,
        "made": made,
        "form": form,
        "lost_files": bool(form.files),  # no browser sends again what was chosen for a page before
        "waits": made.answered_at is None and request.at < made.due_at,
    }


def _answer(request: Request, code: str) -> dict[str, forms.QuestionForm]:
    """Take an answer; give the form back when it is refused."""
    kind = request.POST.get("kind", "")
    answer = ANSWERS.get(kind)
    if answer is None:
        raise Missing("question.missing", _("评标委员会没有向贵单位提出要求。"))
    name = f"{kind}-{request.POST.get('number', '')}"
    form = answer.form(request.POST, request.FILES, auto_id=f"{name}-%s")
    if form.is_valid():
        given = dict(form.cleaned_data)
        given[answer.named] = given.pop("number")
        if forms.accepted(
            form, lambda: answer.service(actor=request.actor, code=code, at=request.at, **given)
        ):
            return {}
    return {name: form}


@login_required
@never_cache
@require_safe
def answer_file(request: Request, code: str, number: int) -> StreamingHttpResponse:
    """Send a file that stands beside an answer, to whoever reads the answer; never shown inside
    the site.
    """
    file = reading.read_answer_file(
        actor=request.actor,
        code=code,
        number=number,
        address=request.META.get("REMOTE_ADDR", ""),
        at=request.at,
    )
    return downloads.sent(file)
