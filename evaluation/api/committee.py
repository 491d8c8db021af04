"""The committee by the API: drawn, seated, and led."""

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import OPEN, Closed, Word, acting
from evaluation.api.door import E, given, known, router, standing_of
from evaluation.queries import drawing
from evaluation.queries import factors as proofs
from evaluation.services import committee, factors, leaving
from trading import queries as trading


class PoolIn(Closed):
    """Which experts may be drawn, who the purchaser sends, how many sit, and why so many."""

    speciality: Word = Field(max_length=40)
    owner_rep: Word = Field("", max_length=30)
    size: int | None = Field(None, ge=1, le=99)
    large_case: Word = Field("", max_length=10)


class NonceIn(Closed):
    """The number of whoever did not commit the seed."""

    nonce: Word = Field(max_length=128)


class AppointIn(Closed):
    """Whom the purchaser sends instead."""

    username: Word = Field(max_length=30)


class ReasonIn(Closed):
    """Why somebody steps aside."""

    reason: Word = Field(max_length=300)


class VoteIn(Closed):
    """Whom a member wants to lead."""

    seat: int = Field(ge=1, le=999)


class RemoveIn(Closed):
    """Which member cannot go on, and why."""

    seat: int = Field(ge=1, le=999)
    reason: Word = Field(max_length=300)


SEAT_STEPS = {
    "accept": committee.accept_seat,
    "sign-in": committee.sign_in,
    "pledge": committee.pledge,
}
LEAVING = {"decline": leaving.decline_seat, "recuse": leaving.recuse}


@router.post(f"{E}/pool")
def freeze_pool(request: HttpRequest, code: str, body: PoolIn) -> dict[str, Any]:
    """Freeze the pool and commit to a seed."""
    committee.freeze_pool(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.post(f"{E}/draw")
def draw_experts(request: HttpRequest, code: str, body: NonceIn) -> dict[str, Any]:
    """Draw the committee with one's own number."""
    committee.draw_experts(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.get(f"{E}/draw", auth=OPEN)
def read_draw(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give everything needed to repeat the draw, once the report is handed in."""
    actor, at = acting(request)
    trading.tender_for(actor, code, at)
    proof = drawing.draw_proof(code)
    return {
        "candidates": list(proof.pool),
        "list_digest": proof.digest,
        "commit": proof.commit,
        "seed": proof.seed,
        "nonce": proof.nonce,
        "purpose": proof.purpose,
        "drawn": list(proof.drawn),
        "holds": all(proof.checks.values()),
    }


@router.post(f"{E}/factor-draw")
def draw_factor(request: HttpRequest, code: str, body: NonceIn) -> dict[str, Any]:
    """Draw the factor of each lot's price score with one's own number."""
    factors.draw_factor(**given(request, code), **body.dict())
    return factor_standing(request, code)


@router.get(f"{E}/factor-draw", auth=OPEN)
def read_factor_draw(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the printed list and the commitment, and once drawn everything to repeat the draw."""
    return factor_standing(request, code)


def factor_standing(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what is public of the draw of the factor."""
    actor, at = acting(request)
    proof = proofs.factor_proof(trading.tender_for(actor, code, at))
    return {
        "printed": list(proof.printed),
        "commit": proof.commit,
        "seed": proof.seed,
        "nonce": proof.nonce,
        "lots": [
            {"lot": line.lot, "factor": line.factor, "purpose": line.again.purpose}
            for line in proof.lines
        ],
        "holds": all(proof.checks.values()) if proof.checks else None,
    }


@router.post(f"{E}/representative")
def appoint_owner(request: HttpRequest, code: str, body: AppointIn) -> dict[str, Any]:
    """Send another representative of the purchaser."""
    leaving.appoint_owner(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.post(f"{E}/seat/{{step}}")
def seat_step(request: HttpRequest, code: str, step: str) -> dict[str, Any]:
    """Take a step of one's own seat: accept, sign-in, pledge."""
    known(SEAT_STEPS, step)(**given(request, code))
    return standing_of(request, code)


@router.post(f"{E}/leave/{{step}}")
def leave(request: HttpRequest, code: str, step: str, body: ReasonIn) -> dict[str, str]:
    """Leave one's seat: decline or recuse; another is drawn."""
    known(LEAVING, step)(**given(request, code), **body.dict())
    return {"left": step}


@router.post(f"{E}/remove")
def remove_member(request: HttpRequest, code: str, body: RemoveIn) -> dict[str, Any]:
    """Take the place from a member who cannot go on; another is drawn at once."""
    leaving.remove_member(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.post(f"{E}/lead")
def vote_lead(request: HttpRequest, code: str, body: VoteIn) -> dict[str, Any]:
    """Vote for the lead."""
    committee.vote_lead(**given(request, code), **body.dict())
    return standing_of(request, code)
