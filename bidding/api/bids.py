"""What a bidder's client asks: the tender's policy, its own receipts, and whether one is right.

Sealed bids themselves go through /intake/, which is not under a tender's path.
"""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from accounts.api import OPEN, Closed, Printable, acting
from bidding.queries import bids as queries
from bidding.queries import receipts
from trading import queries as trading

router = Router(tags=["bidding"])


class ReceiptIn(Closed):
    """The text of a receipt, as it was given."""

    receipt: Printable


@router.get("/tenders/{code}/policy", auth=OPEN)
def tender_policy(request: HttpRequest, code: str, stage: str = "") -> dict[str, Any]:
    """Give the exact bytes of the custody policy and what a client needs to seal to it: what is
    sealed now, or the stage named.
    """
    actor, at = acting(request)
    return queries.client_policy(trading.tender_for(actor, code, at), stage)


@router.get("/tenders/{code}/receipts")
def own_receipts(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """List one's own commits of a tender with their receipts."""
    actor, at = acting(request)
    tender = trading.tender_for(actor, code, at)
    return queries.receipts_of(tender.code, trading.bidder_in(actor, tender).uscc)


@router.post("/receipts/check", auth=OPEN)
def check_receipt(request: HttpRequest, body: ReceiptIn) -> dict[str, Any]:  # noqa: ARG001 - ninja's signature
    """Check a receipt's signature and, after closing, that its commit is in the published tree."""
    return receipts.check_receipt(body.receipt).as_plain()


@router.get("/receipts/key", auth=OPEN)
def receipt_key(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - ninja's signature
    """Give the public key under which receipts are signed, as name+id+key."""
    return {"key": str(receipts.receipt_verifier())}
