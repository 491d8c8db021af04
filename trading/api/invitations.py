"""Whom a tender invites, for its own side; and an organisation's own invitation, by the API."""

from typing import Any

from django.http import HttpRequest

from accounts.api import acting
from trading import policy, queries, services
from trading.api.door import router
from trading.api.draft_bodies import InvitedIn, InvitedNonceIn
from trading.api.drafts import seen
from trading.domain import invitations
from trading.domain.invitations import Invited

Shape = dict[str, Any]


@router.get("/tenders/{code}/invited", response=Shape)
def invited(request: HttpRequest, code: str) -> Shape:
    """Give the list of a tender by invitation to its own side, with all that repeats the draw."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    if not policy.allows(actor, "tender.read_draft", found):
        raise queries.no_call()
    return _shown(code, queries.invited_of(found))


@router.put("/tenders/{code}/invited", response=Shape)
def list_invited(request: HttpRequest, code: str, body: InvitedIn) -> Shape:
    """Name whom a draft invites, or the pool they are drawn from."""
    return _shown(code, services.list_invited(**seen(request, code), **body.dict()))


@router.post("/tenders/{code}/invited/nonce", response=Shape)
def give_invited_nonce(request: HttpRequest, code: str, body: InvitedNonceIn) -> Shape:
    """Give the nonce of the draw (the purchaser alone); the notice draws with it."""
    return _shown(code, services.give_invited_nonce(**seen(request, code), **body.dict()))


@router.get("/tenders/{code}/invitation", response=Shape)
def invitation(request: HttpRequest, code: str) -> Shape:
    """Give my own organisation's invitation; to others there is none."""
    actor, at = acting(request)
    return queries.invitation_fields(*queries.invitation_to(actor, code, at), at)


def _shown(code: str, kept: Invited) -> Shape:
    seed = kept.seed if kept.drawn else ""
    return {
        "listed": list(kept.listed),
        "count": kept.count,
        "commit": kept.commit,
        "seed": seed,
        "nonce": kept.nonce,
        "supervisors": list(kept.supervisors),
        "purpose": invitations.purpose_of(code) if kept.commit else "",
        "drawn": list(kept.drawn),
    }
