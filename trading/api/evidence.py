"""Challenges, complaints and explanations with their proof, and the proof itself, by the API.

Multipart: the same fields as without files, and `attached` for each file.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Status, UploadedFile

from accounts import limits
from accounts.domain import BIDDER
from trading import downloads, services
from trading.api.bodies import ChallengeIn
from trading.api.complaints import (
    ONE,
    PLACE,
    ComplaintIn,
    CorrectionIn,
    ExplanationIn,
    complaint_out,
)
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import challenge_out
from trading.domain.files import Upload

Shape = dict[str, Any]
Files = File[list[UploadedFile]]


def _uploads(files: list[UploadedFile]) -> list[Upload]:
    return [Upload("evidence", file.name or "", file.read()) for file in files]


@router.post("/tenders/{code}/challenges/with-files", response={201: Shape})
def file_challenge_with_files(
    request: HttpRequest, code: str, body: Form[ChallengeIn], attached: Files
) -> Status[Shape]:
    """File a challenge with its proof."""
    given = seen(request, code)
    if not given["actor"].organisations(BIDDER):
        limits.consume(request, "objection")
    filed = services.file_challenge(**given, **body.dict(), attached=_uploads(attached))
    return Status(201, challenge_out(filed))


@router.post(f"{PLACE}/with-files", response={201: Shape})
def file_complaint_with_files(
    request: HttpRequest, code: str, body: Form[ComplaintIn], attached: Files
) -> Status[Shape]:
    """File a complaint with its proof."""
    given = seen(request, code)
    filed = services.file_complaint(**given, **body.dict(), attached=_uploads(attached))
    return Status(201, complaint_out(filed))


@router.post(f"{ONE}/correct/with-files", response=Shape)
def correct_complaint_with_files(
    request: HttpRequest, code: str, number: str, body: Form[CorrectionIn], attached: Files
) -> Shape:
    """Mend my complaint and add proof to it."""
    given = {**seen(request, code), **body.dict(), "attached": _uploads(attached)}
    return complaint_out(services.correct_complaint(**given, number=number))


@router.post(f"{ONE}/explain/with-files", response=Shape)
def explain_complaint_with_files(
    request: HttpRequest, code: str, number: str, body: Form[ExplanationIn], attached: Files
) -> Shape:
    """Say what my organisation has to say to a complaint, with its proof."""
    given = {**seen(request, code), **body.dict(), "attached": _uploads(attached)}
    made = services.explain_complaint(**given, number=number)
    return {"explanation": made.explanation, "explained_at": made.explained_at}


@router.get("/tenders/{code}/cases/{number}/files/{file}", response={200: None})
def read_evidence(request: HttpRequest, code: str, number: str, file: int) -> HttpResponse:
    """Download a file that stands beside what one may read; every look of others is on record."""
    address = request.META.get("REMOTE_ADDR", "")
    found = services.read_evidence(**seen(request, code), number=number, file=file, address=address)
    kept = found.document
    return downloads.served(request, kept.digest, found.name, kept.media_type)
