"""What the committee asks a bidder, by the API: read and answered by that bidder alone."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import File, Form, UploadedFile
from pydantic import Field

from accounts.api import Closed, Text, acting
from accounts.domain import Actor
from evaluation import downloads
from evaluation.api.clarifications import clarification_out, price_review_out
from evaluation.api.door import router
from evaluation.queries import questions
from evaluation.services import clarifying, prices, reading
from trading.domain.files import Upload


class ClarifyIn(Closed):
    """A bidder's written clarification, confirmed as its own."""

    clarification: int = Field(ge=1, le=9999)
    text: Text = Field(max_length=5000)
    confirmed: bool


class ExplanationIn(Closed):
    """A bidder's written explanation."""

    review: int = Field(ge=1, lt=2**31)
    text: Text = Field(max_length=5000)


class CorrectionIn(Closed):
    """A bidder's answer to a correction."""

    review: int = Field(ge=1, lt=2**31)
    accepted: bool


@router.get("/tenders/{code}/committee-questions")
def read_questions(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what the committee asks one's own organisation."""
    actor, _at = acting(request)
    asked = questions.asked_of(actor, code)
    return {
        "clarifications": [clarification_out(made) for made in asked.clarifications],
        "prices": [price_review_out(made) for made in asked.reviews],
    }


@router.post("/tenders/{code}/committee-questions/clarification")
def answer_clarification(request: HttpRequest, code: str, body: ClarifyIn) -> dict[str, str]:
    """Answer a clarification, once, confirmed as one's own."""
    actor, at = acting(request)
    made = clarifying.answer_clarification(actor=actor, code=code, at=at, **body.dict())
    return {"state": made.state}


@router.post("/tenders/{code}/committee-questions/clarification/with-files")
def answer_clarification_with_files(
    request: HttpRequest, code: str, body: Form[ClarifyIn], attached: File[list[UploadedFile]]
) -> dict[str, str]:
    """Answer a clarification, once, with files beside the text (multipart: the same fields, and
    `attached` for each file).
    """
    actor, at = _asked(request, code)
    given = body.dict() | {"attached": _uploads(attached)}
    made = clarifying.answer_clarification(actor=actor, code=code, at=at, **given)
    return {"state": made.state}


@router.post("/tenders/{code}/committee-questions/price")
def explain(request: HttpRequest, code: str, body: ExplanationIn) -> dict[str, str]:
    """Explain an unusually low price."""
    actor, at = _asked(request, code)
    prices.explain_low_price(actor=actor, code=code, at=at, **body.dict())
    return {"saved": "yes"}


@router.post("/tenders/{code}/committee-questions/price/with-files")
def explain_with_files(
    request: HttpRequest, code: str, body: Form[ExplanationIn], attached: File[list[UploadedFile]]
) -> dict[str, str]:
    """Explain an unusually low price, once, with its proof (multipart: the same fields, and
    `attached` for each file).
    """
    actor, at = _asked(request, code)
    given = body.dict() | {"attached": _uploads(attached)}
    prices.explain_low_price(actor=actor, code=code, at=at, **given)
    return {"saved": "yes"}


def _asked(request: HttpRequest, code: str) -> tuple[Actor, datetime]:
    """Give who acts and when; to whoever was asked nothing there is no question (404)."""
    actor, at = acting(request)
    questions.asked_of(actor, code)
    return actor, at


def _uploads(files: list[UploadedFile]) -> list[Upload]:
    return [Upload("answer", file.name or "", file.read()) for file in files]


@router.get("/tenders/{code}/answer-files/{number}", response={200: None})
def read_answer_file(request: HttpRequest, code: str, number: int) -> StreamingHttpResponse:
    """Download a file that stands beside an answer, as far as one reads the answer; every look of
    others is on record.
    """
    actor, at = acting(request)
    address = request.META.get("REMOTE_ADDR", "")
    file = reading.read_answer_file(actor=actor, code=code, number=number, address=address, at=at)
    return downloads.sent(file)


@router.post("/tenders/{code}/committee-questions/correction")
def answer_correction(request: HttpRequest, code: str, body: CorrectionIn) -> dict[str, str]:
    """Confirm or refuse a correction of one's price."""
    actor, at = _asked(request, code)
    found = prices.answer_correction(actor=actor, code=code, at=at, **body.dict())
    return {"decision": found.decision}
