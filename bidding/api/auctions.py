"""Auctions for clients: how they stand, one's own acts, orders, and the log after the end."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from accounts.api import OPEN, Closed, Printable, acting
from bidding import gate
from bidding.outcry.application import answer_body
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.queries import receipts
from bidding.services import auction as services
from bidding.services.auction import Handed
from bidding.services.auction.acting import require_kind
from kernel import money

router = Router(tags=["bidding"])
AUCTION = "/auctions/{code}"


class ActIn(Closed):
    """An act of a bidder; `key` names it, so that sending it again counts once; `items` are what a
    weighted quote offers beside its price. Of a `condition` at the highest price, `price` is how
    much is promised.
    """

    kind: Printable
    key: Printable
    price: Printable = ""
    items: dict[Printable, Printable] = {}


class OrderIn(Closed):
    """Why an auction stops or goes on."""

    reason: Printable


class DisqualifyIn(Closed):
    """Who was found out after the end, by code or code of credit, what it did, by which article;
    `touches` says that the result is void with it.
    """

    bidder: Printable
    reason: Printable
    article: Printable
    touches: bool = False


class VoidIn(Closed):
    """Why the result of an auction is void, and by which article; `defaulted` where its taker
    refuses to sign or to pay.
    """

    reason: Printable
    article: Printable
    defaulted: bool = False


class ExcludeIn(Closed):
    """Who is put out, by its code or its code of credit, and why."""

    bidder: Printable
    reason: Printable


class NonceIn(Closed):
    """The random text that somebody gives for a draw."""

    nonce: Printable


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
    return offered.log_of(queries.auction_for(actor, code, at))


@router.get(AUCTION + "/log/note", auth=OPEN)
def auction_log_note(request: HttpRequest, code: str) -> dict[str, str]:
    """Give the platform's signature under the file `/auctions/{code}/log.json`, and its key."""
    actor, at = acting(request)
    held = queries.auction_for(actor, code, at)
    return {"note": services.signed_log(held), "key": str(receipts.receipt_verifier())}


@router.post(AUCTION + "/acts")
def act(request: HttpRequest, code: str, body: ActIn) -> dict[str, Any]:
    """Decide an act of the caller's organisation; in a rush, /outcry/acts is the faster door."""
    actor, at = acting(request)
    held = queries.auction_for(actor, code, at)
    owner = queries.owner_acting(actor, held)
    price = money.parse(body.price) if body.price else None
    with gate.arrival(timezone.now) as arrived:
        kind, key = require_kind(body.kind), body.key[:64]
        wish = Handed(code, owner, kind, price, key, arrived, items=body.items)
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


@router.post(AUCTION + "/exclude")
def exclude_bidder(request: HttpRequest, code: str, body: ExcludeIn) -> dict[str, Any]:
    """Put a bidder out; what it offered counts no longer."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    given = {"bidder": body.bidder, "reason": body.reason}
    services.exclude_bidder(actor=actor, code=code, at=at, **given)
    return auction(request, code)


@router.post(AUCTION + "/void")
def void_auction(request: HttpRequest, code: str, body: VoidIn) -> dict[str, Any]:
    """Void what an auction ended with; its lot is not sold."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    services.void_auction(actor=actor, code=code, at=at, **body.dict())
    return auction(request, code)


@router.post(AUCTION + "/disqualify")
def disqualify_bidder(request: HttpRequest, code: str, body: DisqualifyIn) -> dict[str, Any]:
    """Put a bidder out of an auction that is over; its deposit waits for a decision."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    services.disqualify_bidder(actor=actor, code=code, at=at, **body.dict())
    return auction(request, code)


@router.post(AUCTION + "/draw")
def draw_winner(request: HttpRequest, code: str, body: NonceIn) -> dict[str, Any]:
    """Draw at the highest price with the nonce the caller gives."""
    actor, at = acting(request)
    queries.auction_for(actor, code, at)
    services.draw_winner(actor=actor, code=code, nonce=body.nonce, at=at)
    return auction(request, code)
