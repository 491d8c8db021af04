"""The API of supervisors, observations and recordings."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Status
from pydantic import AwareDatetime, StringConstraints

from accounts.api import OPEN, Closed, Word, acting
from bidding.queries import opening
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp
from monitoring import queries
from monitoring.api.door import router
from monitoring.domain import CATEGORIES, Sight
from monitoring.services import (
    evaluations,
    observations,
    supervision,
    supervisors,
)

Sentence = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
HALL = "/halls/{code}/{stage}"


class ObservationIn(Closed):
    """An observation; `observed_at` is the instant that was on the screen."""

    category: Word
    text: Sentence
    observed_at: AwareDatetime | None = None
    fact: int | None = None
    supersedes: Word = ""


class TextIn(Closed):
    """An answer, a ground or a ruling."""

    text: Sentence


class ReasonIn(Closed):
    """A reason to be recorded."""

    reason: Word


class NonceIn(Closed):
    """The word of somebody else for a draw."""

    nonce: Word


class NominationIn(Closed):
    """A nomination by a unit."""

    username: Word
    uscc: Word
    background: Word
    opinion: Sentence


class VettingIn(Closed):
    """What the vetting found; `interests` are credit codes."""

    passed: bool
    reason: Sentence = ""
    interests: list[Word] = []


def observation_out(found: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Give an observation with its thread."""
    return {
        "number": found.number,
        "category": found.category,
        "category_title": CATEGORIES[found.category],
        "text": found.text,
        "supervisor": found.supervision.supervisor.person.name,
        "observed_at": timestamp(found.observed_at),
        "seen": found.seen,
        "fact": {"number": found.fact_number, "kind": found.fact_kind},
        "segment": found.segment.document_id if found.segment else None,
        "media_ms": found.media_ms,
        "clock_uncertainty_ms": found.clock_uncertainty_ms,
        "filed_at": timestamp(found.filed_at),
        "due_at": timestamp(found.due_at),
        "state": found.state,
        "supersedes": found.supersedes.number if found.supersedes else None,
        "replies": [
            {"kind": r.kind, "by": r.author.name, "text": r.text, "at": timestamp(r.at)}
            for r in found.replies.order_by("id")
        ],
    }


def supervisor_out(found: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Give what is public of a supervisor, and the state."""
    return {
        "id": found.pk,
        "name": found.person.name,
        "unit": found.nominated_by.name,
        "background": found.background,
        "state": found.state,
        "letter_number": found.letter_number,
        "term_from": _day(found.term_from),
        "term_until": _day(found.term_until),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@router.get("/supervisors", auth=OPEN)
def list_supervisors(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001 - ninja's signature
    """List the supervisors in office."""
    return [supervisor_out(found) for found in queries.appointed()]


@router.post("/supervisors", response={201: dict[str, Any]})
def nominate(request: HttpRequest, body: NominationIn) -> Status[dict[str, Any]]:
    """Nominate a person for a unit."""
    actor, at = acting(request)
    return Status(201, supervisor_out(supervisors.nominate(actor=actor, at=at, **body.dict())))


@router.post("/supervisors/{pk}/vet")
def vet(request: HttpRequest, pk: int, body: VettingIn) -> dict[str, Any]:
    """Vet a nominee."""
    actor, at = acting(request)
    return supervisor_out(supervisors.vet(actor=actor, supervisor=pk, at=at, **body.dict()))


@router.post("/supervisors/{pk}/agree")
def agree(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Sign the agreement."""
    actor, at = acting(request)
    return supervisor_out(supervisors.agree(actor=actor, supervisor=pk, at=at))


@router.post("/supervisors/{pk}/appoint")
def appoint(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Appoint for two years."""
    actor, at = acting(request)
    return supervisor_out(supervisors.appoint(actor=actor, supervisor=pk, at=at))


@router.post("/supervisors/{pk}/suspend")
def suspend(request: HttpRequest, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Suspend while a complaint is looked into."""
    actor, at = acting(request)
    return supervisor_out(
        supervisors.suspend(actor=actor, supervisor=pk, reason=body.reason, at=at)
    )


@router.post("/supervisors/{pk}/resume")
def resume(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Let a suspended supervisor serve again."""
    actor, at = acting(request)
    return supervisor_out(supervisors.resume(actor=actor, supervisor=pk, at=at))


@router.post("/supervisors/{pk}/resign")
def resign(request: HttpRequest, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Leave office."""
    actor, at = acting(request)
    return supervisor_out(supervisors.resign(actor=actor, supervisor=pk, reason=body.reason, at=at))


@router.post("/supervisors/{pk}/dismiss")
def dismiss(request: HttpRequest, pk: int, body: ReasonIn) -> dict[str, Any]:
    """Dismiss a supervisor who failed in duty."""
    actor, at = acting(request)
    return supervisor_out(
        supervisors.dismiss(actor=actor, supervisor=pk, reason=body.reason, at=at)
    )


@router.post(f"{HALL}/supervision/freeze")
def freeze_pool(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:
    """Freeze who may be drawn, and publish the commitment."""
    actor, at = acting(request)
    return {"pool": supervision.freeze_pool(actor=actor, code=code, stage=stage, at=at)}


@router.post(f"{HALL}/supervision/draw")
def draw(request: HttpRequest, code: str, stage: str, body: NonceIn) -> dict[str, Any]:
    """Draw with somebody else's nonce."""
    actor, at = acting(request)
    drawn = supervision.draw_supervisors(
        actor=actor, code=code, stage=stage, nonce=body.nonce, at=at
    )
    return {"drawn": [own.supervisor.letter_number for own in drawn]}


@router.post(f"{HALL}/supervision/recuse")
def recuse(request: HttpRequest, code: str, stage: str, body: ReasonIn) -> dict[str, Any]:
    """Step aside from one's assignment."""
    actor, at = acting(request)
    own = supervision.recuse(actor=actor, code=code, stage=stage, reason=body.reason, at=at)
    return {"recused_at": timestamp(own.recused_at or at)}


@router.post(f"{HALL}/supervision/sign-in")
def sign_in(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:
    """Sign in to one's assignment."""
    actor, at = acting(request)
    own = supervision.sign_in(actor=actor, code=code, stage=stage, at=at)
    return {"signed_in_at": timestamp(own.signed_in_at or at)}


@router.get(f"{HALL}/supervision/evaluation")
def read_evaluation(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:
    """Give the opening's supervisor what may be told of the evaluation; each look is recorded."""
    actor, at = acting(request)
    found = evaluations.read_evaluation(
        actor=actor, code=code, stage=stage, address=request.META.get("REMOTE_ADDR", ""), at=at
    )
    return {
        "clarifications": [
            {"number": note.number, "lot": note.lot, "asked_at": timestamp(note.asked_at)}
            for note in found.notes
        ],
        "rejections": [
            {
                "lot": out.bid.lot.number,
                "bidder": out.bid.bidder.name,
                "code": out.code,
                "clause": out.clause,
                "reason": out.reason,
            }
            for out in found.rejections
        ]
        if found.is_reported
        else None,
    }


@router.get(f"{HALL}/supervision/challenges")
def list_challenge_marks(request: HttpRequest, code: str, stage: str) -> list[dict[str, Any]]:
    """Give the opening's supervisor that challenges were raised: neither by whom nor their text."""
    actor, _at = acting(request)
    marks = queries.challenges_told(actor, opening.session_for(code, stage))
    if marks is None:
        message = _("质疑情况仅供本项目开标的社会监督员查阅。")
        raise Missing("supervision.challenges_missing", message)
    return [asdict(mark) | {"filed_at": timestamp(mark.filed_at)} for mark in marks]


@router.get(f"{HALL}/observations", auth=OPEN)
def list_observations(request: HttpRequest, code: str, stage: str) -> list[dict[str, Any]]:  # noqa: ARG001 - ninja's signature
    """List what supervisors observed in an opening."""
    session = opening.session_for(code, stage)
    return [observation_out(found) for found in queries.observations_of(session)]


@router.post(f"{HALL}/observations", response={201: dict[str, Any]})
def file_observation(
    request: HttpRequest, code: str, stage: str, body: ObservationIn
) -> Status[dict[str, Any]]:
    """File an observation."""
    actor, at = acting(request)
    made = observations.file_observation(
        actor=actor,
        code=code,
        stage=stage,
        category=body.category,
        text=body.text,
        sight=Sight(body.observed_at or at, body.fact),
        supersedes=body.supersedes,
        at=at,
    )
    return Status(201, observation_out(made))


@router.get("/observations/{number}", auth=OPEN)
def read_observation(request: HttpRequest, number: str) -> dict[str, Any]:  # noqa: ARG001 - ninja's signature
    """Give one observation with its thread."""
    return observation_out(queries.observation(number))


@router.post("/observations/{number}/answer")
def answer(request: HttpRequest, number: str, body: TextIn) -> dict[str, Any]:
    """Answer an observation."""
    actor, at = acting(request)
    return observation_out(observations.answer(actor=actor, number=number, text=body.text, at=at))


@router.post("/observations/{number}/accept")
def accept(request: HttpRequest, number: str) -> dict[str, Any]:
    """Accept the answer."""
    actor, at = acting(request)
    return observation_out(observations.accept(actor=actor, number=number, at=at))


@router.post("/observations/{number}/contest")
def contest(request: HttpRequest, number: str, body: TextIn) -> dict[str, Any]:
    """Contest the answer."""
    actor, at = acting(request)
    return observation_out(observations.contest(actor=actor, number=number, text=body.text, at=at))


@router.post("/observations/{number}/rule")
def rule(request: HttpRequest, number: str, body: TextIn) -> dict[str, Any]:
    """Rule on an observation."""
    actor, at = acting(request)
    return observation_out(observations.rule(actor=actor, number=number, text=body.text, at=at))
