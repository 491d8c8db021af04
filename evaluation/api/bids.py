"""Bids under review by the API: their files, opinions on clauses and on low prices."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from pydantic import Field

from accounts.api import Closed, Word
from evaluation import downloads
from evaluation.api.door import E, given, router
from evaluation.services import asking, prices, reading, review


class OpinionIn(Closed):
    """An opinion on one clause."""

    clause: Word = Field(max_length=40)
    passed: bool
    reason: Word = Field("", max_length=300)
    page: Word = Field("", max_length=40)


class JudgeIn(Closed):
    """One's opinions on a bid, all or none."""

    bid: int = Field(ge=1, lt=2**31)
    opinions: list[OpinionIn] = Field(max_length=200)


class DecisionIn(Closed):
    """A member's opinion on an unusually low price."""

    review: int = Field(ge=1, lt=2**31)
    accepted: bool
    reason: Word = Field(max_length=300)


class AskIn(Closed):
    """Whose price the lead asks about, and why."""

    bid: int = Field(ge=1, lt=2**31)
    reason: Word = Field(max_length=300)


@router.post(f"{E}/opinions")
def judge_bid(request: HttpRequest, code: str, body: JudgeIn) -> dict[str, Any]:
    """Give one's opinions on a bid in the present review."""
    opinions = [review.Opinion(**opinion.dict()) for opinion in body.opinions]
    review.judge_bid(**given(request, code), bid=body.bid, opinions=opinions)
    return {"saved": len(opinions)}


@router.post(f"{E}/low-prices")
def decide_low_price(request: HttpRequest, code: str, body: DecisionIn) -> dict[str, str]:
    """Give one's opinion on an unusually low price."""
    found = prices.decide_low_price(**given(request, code), **body.dict())
    return {"decision": found.decision}


@router.post(f"{E}/low-prices/ask")
def ask_about_price(request: HttpRequest, code: str, body: AskIn) -> dict[str, int]:
    """Ask a bidder to explain its price, as the lead."""
    return {"review": asking.ask_about_price(**given(request, code), **body.dict()).pk}


@router.get(f"{E}/bids/{{bid}}/files/{{place}}", response={200: None})
def read_bid_file(request: HttpRequest, code: str, bid: int, place: int) -> StreamingHttpResponse:
    """Download one file of an opened bid; every look is on record."""
    address = request.META.get("REMOTE_ADDR", "")
    asked = given(request, code) | {"bid": bid, "place": place}
    return downloads.sent(reading.read_bid_file(**asked, address=address))
