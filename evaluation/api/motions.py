"""Motions of a committee by the API: that a lot fails, and what each member says to it."""

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import Closed, Word
from evaluation.api.door import E, given, router, standing_of
from evaluation.queries import evaluation_for, overview
from evaluation.queries import motions as voting
from evaluation.services import motions, rejecting


class MotionIn(Closed):
    """What is put to the members."""

    lot: int = Field(ge=1, le=9999)
    ground: Word = Field(max_length=16)
    reason: Word = Field(max_length=300)


class RejectionIn(Closed):
    """Which bid falls under which ground of the law."""

    bid: int = Field(ge=1, lt=2**31)
    ground: Word = Field(max_length=16)
    reason: Word = Field(max_length=300)


class MotionVoteIn(Closed):
    """What one member says to a motion."""

    motion: int = Field(ge=1, le=9999)
    agrees: bool
    reason: Word = Field(max_length=300)


@router.get(f"{E}/motions")
def read_motions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """List the motions with their votes, for those who may read who bids."""
    actor = given(request, code)["actor"]
    evaluation = evaluation_for(actor, code)
    return voting.told(evaluation) if overview.sees_bidders(actor, evaluation) else []


@router.post(f"{E}/motions")
def put_motion(request: HttpRequest, code: str, body: MotionIn) -> dict[str, int]:
    """Put to the members that a lot fails on a ground of the law."""
    return {"motion": motions.put_motion(**given(request, code), **body.dict()).number}


@router.post(f"{E}/motions/rejection")
def put_rejection(request: HttpRequest, code: str, body: RejectionIn) -> dict[str, int]:
    """Put to the members that a bid is rejected on a ground of the law."""
    return {"motion": rejecting.put_rejection(**given(request, code), **body.dict()).number}


@router.post(f"{E}/motions/vote")
def vote_motion(request: HttpRequest, code: str, body: MotionVoteIn) -> dict[str, Any]:
    """Say whether the lot fails, with the reason."""
    motions.vote_motion(**given(request, code), **body.dict())
    return standing_of(request, code)
