"""One observation with its thread: answer, accept or contest, rule."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from ledger import queries as ledger
from monitoring import forms, queries
from monitoring.domain import CATEGORIES
from monitoring.forms import done
from monitoring.services import observations
from monitoring.views.hall import observation_line


@require_safe
def observation(request: Request, number: str) -> HttpResponse:
    """Show an observation; observations of public openings are public."""
    return _page(request, number)


@require_safe
def thread(request: Request, number: str) -> HttpResponse:
    """Serve the thread alone, for the live page."""
    found = queries.observation(number)
    context = {"line": observation_line(request.actor, found), "o": found}
    return render(request, "monitoring/_thread.html", context)


def _page(request: Request, number: str, form: forms.ReplyForm | None = None) -> HttpResponse:
    found = queries.observation(number)
    session = found.supervision.session
    line: dict[str, Any] = observation_line(request.actor, found)
    if form is not None:
        line["reply_form"] = form
    context = {
        "line": line,
        "o": found,
        "session": session,
        "tender": session.tender,
        "number": ledger.last_number(session.stream),
        "categories": [(key, _(title)) for key, title in CATEGORIES.items()],
        "may_supersede": "supersede" in line["events"],
    }
    return render(request, "monitoring/observation.html", context, status=422 if form else 200)


@require_POST
def accept(request: Request, number: str) -> HttpResponse:
    """Accept the answer."""
    observations.accept(actor=request.actor, number=number, at=request.at)
    messages.success(request, _("已认可答复。"))
    return redirect("observation", number)


def _reply(service: Callable[..., Any], said: str) -> Callable[..., HttpResponse]:
    @require_POST
    def reply(request: Request, number: str) -> HttpResponse:
        form = forms.ReplyForm(request.POST)
        if form.is_valid() and done(
            form,
            lambda: service(
                actor=request.actor, number=number, text=form.cleaned_data["text"], at=request.at
            ),
        ):
            messages.success(request, _(said))
            return redirect("observation", number)
        return _page(request, number, form)

    return reply


answer = _reply(observations.answer, "答复已记录并公开。")
contest = _reply(observations.contest, "已记录，将由监督部门裁定。")
rule = _reply(observations.rule, "裁定已记录并公开。")
