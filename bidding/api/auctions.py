"""Auctions for clients: how they stand, one's own acts, orders, and the log after the end."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from accounts.api import OPEN, Closed, acting
from bidding import gate
from bidding.outcry.application import answer_body
from bidding.queries import auctions as queries
from bidding.services import auction as services
from bidding.services.auction import Handed
from bidding.services.auction.deciding import require_kind
from kernel import money

router = Router(tags=["bidding"])
AUCTION = "/auctions/{code}"


class ActIn(Closed):
    """An act of a bidder; `key` names it, so that sending it again counts once."""

    kind: str
    key: str
    price: str = ""


class OrderIn(Closed):
    """Why an auction stops or goes on."""

    reason: str


@router.get(AUCTION, auth=OPEN)
def auction(request: HttpRequest, code: str) -> dict[str, Any]:
    """Tell how an auction stands: its terms and what everybody may know."""
    actor, at = acting(request)
    held = queries.auction_for(actor, code, at)
    return {"code": held.code, "terms": held.terms, **held.shown, "phase": held.phase}


@router.get(AUCTION + "/log", auth=OPEN)
def auction_log(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the whole log of an ended auction, a case of the tool auction_replay."""
    actor, at = acting(request)
    return queries.log_of(queries.auction_for(actor, code, at))


@router.post(AUCTION + "/acts")
def act(request: HttpRequest, code: str, body: ActIn) -> dict[str, Any]:
    """Decide an act of the caller's organisation; in a rush, /outcry/acts is the faster door."""
    actor, at = acting(request)
    held = queries.auction_for(actor, code, at)
    owner = queries.owner_acting(actor, held)
    price = money.parse(body.price) if body.price else None
    with gate.arrival(timezone.now) as arrived:
        wish = Handed(code, owner, require_kind(body.kind), price, body.key[:64], arrived)
        answer = services.decide(wish, timezone.now)
    return answer_body(answer, arrived)


@router.post(AUCTION + "/pause")
def pause_auction(request: HttpRequest, code: str, body: OrderIn) -> dict[str, Any]:
    """Stop the clock of an auction."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    services.pause_auction(actor=actor, code=code, reason=body.reason, at=at)
    return auction(request, code)


@router.post(AUCTION + "/resume")
def resume_auction(request: HttpRequest, code: str, body: OrderIn) -> dict[str, Any]:
    """Let an auction go on."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    services.resume_auction(actor=actor, code=code, reason=body.reason, at=at)
    return auction(request, code)
