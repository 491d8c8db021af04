"""Recovery of a lost share for clients: the same acts as in the hall, by the same services."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from accounts.api import Closed, Printable, acting
from bidding import policy
from bidding.api.hall import HALL, number
from bidding.forms.hall import decoded
from bidding.queries import opening as halls
from bidding.queries import recovery as queries
from bidding.services import opening

router = Router(tags=["bidding"])


class RecoveryIn(Closed):
    """The lot of one's own bid."""

    lot: Printable | int


class PartIn(Closed):
    """A recovery custodian's part of the share of one bid, base64url."""

    part: Printable


@router.post(HALL + "/recoveries", response={201: dict[str, Any]})
def request_recovery(
    request: HttpRequest, code: str, stage: str, body: RecoveryIn
) -> Status[dict[str, Any]]:
    """Ask, in the unlock window, that the share of one's own bid be recovered."""
    actor, at = acting(request)
    asked = opening.request_recovery(
        actor=actor, code=code, stage=stage, lot=number(body.lot), at=at
    )
    found = {"commit": asked.envelope.bid.commit_hash, "needed": queries.needed(asked)}
    return Status(201, found)


@router.get(HALL + "/recoveries")
def open_requests(request: HttpRequest, code: str, stage: str) -> dict[str, Any]:
    """List for a recovery custodian what waits for its part, with what its client unwraps."""
    actor, _at = acting(request)
    session = halls.session_for(code, stage)
    policy.require(actor, "opening.release_part", session)
    seat = queries.seat_of(actor, session)
    return {
        "index": seat.index if seat else 0,
        "requests": queries.open_requests(session, seat) if seat else [],
    }


@router.post(HALL + "/recoveries/{commit}/parts", response={201: dict[str, Any]})
def release_part(
    request: HttpRequest, code: str, stage: str, commit: str, body: PartIn
) -> Status[dict[str, Any]]:
    """Release one's own part of the share of one bid, never one's key."""
    actor, at = acting(request)
    part = decoded(body.part)
    asked = opening.release_part(
        actor=actor, code=code, stage=stage, commit=commit, part=part, at=at
    )
    return Status(201, {"commit": commit, "recovered": asked.recovered_at is not None})
