"""The supervisors' side of a hall: camera, observations, assignment; and the opening's timeline."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import PUBLIC, Actor
from accounts.forms import accepted
from accounts.requests import Request
from bidding.domain import OVER
from bidding.queries import opening
from ledger import queries as ledger
from ledger.facts import kinds
from monitoring import forms, metadata, policy, queries
from monitoring.domain import CATEGORIES, CATEGORY_WORDS
from monitoring.forms import done
from monitoring.services import evaluations, observations, supervision, watching
from monitoring.trail import Trail, worded

if TYPE_CHECKING:
    from bidding.models import OpeningSession


FRESH_SECONDS: Final = 60
KEPT_FRAGMENTS: Final = 256
LARGEST_PUSHED: Final = 32_768
PARTS: Final[dict[str, str]] = {
    "camera": "recording.started recording.ended opening.ended opening.failed opening.cancelled",
    "observations": "observation.* supervision.*",
    "panel": "supervision.drawn supervision.recused supervision.replaced "
    "opening.ended opening.failed opening.cancelled",
}
"""Each fragment of the hall with the facts that change it."""
PERSONAL: Final = {"panel"}


def supervision_context(actor: Actor, session: "OpeningSession") -> dict[str, Any]:
    """Give what the camera, the observations and the supervisor's panel show."""
    own = queries.own_supervision(actor, session)
    return {
        "session": session,
        "tender": session.tender,
        "is_over": session.state in OVER,
        "recordings": watching.recordings_for(actor=actor, session=session),
        "observations": _with_rights(actor, session),
        "supervisions": queries.supervisions_of(session).filter(recused_at=None),
        "own_supervision": own,
        "categories": [(k, _(t), _(CATEGORY_WORDS[k])) for k, t in CATEGORIES.items()],
        "on_screen": _on_screen(session) if own else None,
        "step_titles": json.dumps(_step_titles(), ensure_ascii=False) if own else "",
        "supervision_kinds": PARTS,
    }


def _on_screen(session: "OpeningSession") -> dict[str, object] | None:
    steps = [e for e in queries.facts_of(session) if e.kind.startswith(queries.STEP_KINDS)]
    if not steps:
        return None
    return {
        "number": steps[-1].number,
        "title": worded(steps[-1], _(kinds()[steps[-1].kind].title)),
    }


def _step_titles() -> dict[str, str]:
    return {
        kind: _(known.title)
        for kind, known in kinds().items()
        if kind.startswith(queries.STEP_KINDS)
    }


def _with_rights(actor: Actor, session: "OpeningSession") -> list[dict[str, Any]]:
    return [observation_line(actor, found) for found in queries.observations_of(session)]


def observation_line(actor: Actor, found: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Give an observation with what the actor may do to it now."""
    events = observations.events_for(actor=actor, observation=found)
    return {
        "o": found,
        "fact_title": _(kinds()[found.fact_kind].title) if found.fact_kind else "",
        "events": events,
        "stamp": metadata.stamp(found.observed_at),
        "reply_form": forms.ReplyForm(auto_id=f"id_{found.number}_%s"),
    }


@require_safe
def part(request: Request, code: str, stage: str, name: str) -> HttpResponse:
    """Serve one fragment of the hall; who has no account gets the one rendered for all."""
    session = opening.session_for(code, stage)
    if not request.actor.is_known:
        number = ledger.last_number(session.stream)
        key = (code, stage, name, get_language() or "", number, _window(request.at))
        return HttpResponse(_for_everybody(key))
    context = supervision_context(request.actor, session)
    return render(request, f"monitoring/_hall_{name}.html", context)


def _window(at: datetime) -> int:
    """Give the minute, after which a fragment is rendered anew whatever happened."""
    return int(at.timestamp()) // FRESH_SECONDS


@lru_cache(maxsize=KEPT_FRAGMENTS)
def _for_everybody(key: tuple[str, str, str, str, int, int]) -> str:
    """Render a fragment once a fact for everybody who has no account."""
    code, stage, name = key[:3]
    context = supervision_context(PUBLIC, opening.session_for(code, stage))
    return render_to_string(f"monitoring/_hall_{name}.html", context)


def pushed(
    stream: str, told: Iterable[str], number: int, language: str, at: datetime
) -> dict[str, str]:
    """Give the public fragments that these facts changed, by their address, as they are now."""
    _opening, code, stage = stream.split(".")
    facts, found = list(told), {}
    with translation.override(language):
        for name in PARTS.keys() - PERSONAL:
            if any(_concerns(wanted, facts) for wanted in PARTS[name].split()):
                html = _for_everybody((code, stage, name, language, number, _window(at)))
                if len(html) <= LARGEST_PUSHED:
                    found[reverse(f"hall_{name}", args=[code, stage])] = html
    return found


def _concerns(wanted: str, facts: list[str]) -> bool:
    """Tell whether a kind, or a family of kinds that ends in a star, is among the facts."""
    family = wanted.removesuffix("*")
    return any(fact.startswith(family) if family != wanted else fact == wanted for fact in facts)


@require_POST
def file_observation(request: Request, code: str, stage: str) -> HttpResponse:
    """File an observation; a script gets its number, a form comes back to the hall."""
    form = forms.ObservationForm(request.POST)
    made = None
    if form.is_valid():
        made = accepted(
            form,
            lambda: observations.file_observation(
                actor=request.actor,
                code=code,
                stage=stage,
                category=form.cleaned_data["category"],
                text=form.cleaned_data["text"],
                sight=form.sight(request.at),
                supersedes=form.cleaned_data["supersedes"],
                at=request.at,
            ),
        )
    if made is None:
        return _refused(request, form)
    if request.accepts("text/html"):
        messages.success(request, _("监督意见已提出，主持人须在时限内答复。"))
        return redirect("timeline" if made.seen == "replay" else "hall", code, stage)
    return JsonResponse({"number": made.number, "due_at": metadata.stamp(made.due_at)}, status=201)


def _refused(request: Request, form: forms.ObservationForm) -> HttpResponse:
    if request.accepts("text/html"):
        return render(request, "monitoring/observe.html", {"form": form}, status=422)
    said = " ".join(str(words) for errors in form.errors.values() for words in errors)
    body = {"code": "observation.invalid", "message": said, "facts": {}}
    return JsonResponse(body, status=422)


# --- assignment ---


@require_safe
def assignment(request: Request, code: str, stage: str) -> HttpResponse:
    """Show who supervises an opening and how they were drawn."""
    return _assignment(request, code, stage)


def _assignment(request: Request, code: str, stage: str, **extra: Any) -> HttpResponse:
    session = opening.session_for(code, stage)
    actor, frozen, draw = request.actor, queries.frozen_pool(session), queries.draw_of(session)
    own = queries.own_supervision(actor, session)
    context = {
        "session": session,
        "tender": session.tender,
        "number": ledger.last_number(session.stream),
        "frozen": frozen,
        "draw": draw,
        "is_over": session.state in OVER,
        "supervisions": queries.supervisions_of(session),
        "own_supervision": own,
        "has_evaluation": own is not None and queries.has_evaluation(session),
        "marks": queries.challenges_told(actor, session),
        "may_freeze": frozen is None and policy.allows(actor, "supervision.freeze_pool", session),
        "may_draw": _may_draw(request, session, frozen, draw),
        "nonce_form": forms.NonceForm(),
        "recusal_form": forms.ReasonForm(),
        "page": "assignment",
    }
    refused = any(form.errors for form in extra.values())
    return render(
        request, "monitoring/assignment.html", context | extra, status=422 if refused else 200
    )


@login_required
@never_cache
@require_safe
def evaluation(request: Request, code: str, stage: str) -> HttpResponse:
    """Show the supervisor of an opening what may be told of the evaluation that follows it."""
    session = opening.session_for(code, stage)
    address = request.META.get("REMOTE_ADDR", "")
    found = evaluations.read_evaluation(
        actor=request.actor, code=code, stage=stage, address=address, at=request.at
    )
    context = {"session": session, "tender": session.tender, "overseen": found}
    return render(request, "monitoring/supervised_evaluation.html", context)


def _may_draw(request: Request, session: "OpeningSession", frozen: Any, draw: Any) -> bool:  # noqa: ANN401
    waits = frozen is not None and draw is None and frozen.actor != request.actor.ref
    return waits and policy.allows(request.actor, "supervision.draw", session)


@require_POST
def freeze_pool(request: Request, code: str, stage: str) -> HttpResponse:
    """Freeze the candidates and publish the commitment."""
    supervision.freeze_pool(actor=request.actor, code=code, stage=stage, at=request.at)
    messages.success(request, _("候选名单已冻结，种子承诺已公布。请由另一人给出随机数。"))
    return redirect("assignment", code, stage)


@require_POST
def draw(request: Request, code: str, stage: str) -> HttpResponse:
    """Draw with somebody else's nonce."""
    form = forms.NonceForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: supervision.draw_supervisors(
            actor=request.actor,
            code=code,
            stage=stage,
            nonce=form.cleaned_data["nonce"],
            at=request.at,
        ),
    ):
        messages.success(request, _("抽取完成，任何人都可以复算。"))
        return redirect("assignment", code, stage)
    return _assignment(request, code, stage, nonce_form=form)


@require_POST
def recuse(request: Request, code: str, stage: str) -> HttpResponse:
    """Step aside from an assignment."""
    form = forms.ReasonForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: supervision.recuse(
            actor=request.actor,
            code=code,
            stage=stage,
            reason=form.cleaned_data["reason"],
            at=request.at,
        ),
    ):
        messages.success(request, _("您已回避。理由不公开。"))
        return redirect("assignment", code, stage)
    return _assignment(request, code, stage, recusal_form=form)


@require_POST
def sign_in(request: Request, code: str, stage: str) -> HttpResponse:
    """Sign in as the supervisor of this opening."""
    supervision.sign_in(actor=request.actor, code=code, stage=stage, at=request.at)
    messages.success(request, _("已签到，并声明没有应当回避的情形。"))
    return redirect("hall", code, stage)


# --- timeline ---


@require_safe
def timeline(request: Request, code: str, stage: str) -> HttpResponse:
    """Show the opening in time: the recording for those who may, the trail for everybody."""
    session = opening.session_for(code, stage)
    trail = Trail(session)
    recordings = watching.recordings_for(actor=request.actor, session=session)
    context = supervision_context(request.actor, session) | {
        "phases": [(mark, metadata.stamp(mark.at), _end(mark)) for mark in trail.phases],
        "marks": [(mark, metadata.stamp(mark.at)) for mark in trail.marks],
        "recording": recordings[0] if recordings else None,
        "covers": [_stretch(queries.pieces_of(r)) for r in recordings[:1]],
        "number": ledger.last_number(session.stream),
    }
    return render(request, "monitoring/timeline.html", context)


def _end(mark: metadata.Mark) -> str:
    return metadata.stamp(mark.until) if mark.until else ""


def _stretch(pieces: list[metadata.Piece]) -> str:
    """Write the stretches that have video, as pairs of instants."""
    runs: list[list[metadata.Piece]] = []
    for piece in pieces:
        if runs and runs[-1][-1].ends_at == piece.starts_at:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return " ".join(
        f"{metadata.stamp(run[0].starts_at)}/{metadata.stamp(run[-1].ends_at)}" for run in runs
    )
