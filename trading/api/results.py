"""The winner, the result, challenges and contracts by the API."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import File, Status, UploadedFile

from accounts.api import acting
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shapes import (
    ChallengeAnswerIn,
    ChallengeIn,
    ReasonIn,
    WinnersIn,
    challenge_out,
    contract_out,
    notice_out,
    tender_out,
)
from trading.domain.files import Upload

Shape = dict[str, Any]


@router.get("/tenders/{code}/candidates", response=list[dict[str, Any]])
def candidates(request: HttpRequest, code: str) -> list[Shape]:
    """List the ranked candidates of every lot, for the purchasing side."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    policy.require(actor, "tender.read_draft", found)
    return [{"lot": lot.number, "candidates": lot.candidates} for lot in found.lots.all()]


@router.post("/tenders/{code}/award/confirm", response=Shape)
def confirm_winner(request: HttpRequest, code: str, body: WinnersIn) -> Shape:
    """Decide the winner of every open lot, in rank order."""
    choices = {chosen.lot: (chosen.rank, chosen.reason) for chosen in body.winners}
    if len(choices) != len(body.winners):
        raise Invalid("award.lots", _("请为每个未废标的采购包确定中标人。"), field="winners")
    return tender_out(services.confirm_winner(**seen(request, code), choices=choices))


@router.post("/tenders/{code}/award/publish", response={201: Shape})
def publish_result(request: HttpRequest, code: str) -> Status[Shape]:
    """Publish the result and send notice and letters."""
    return Status(201, notice_out(services.publish_result(**seen(request, code))))


@router.get("/tenders/{code}/challenges", response=list[dict[str, Any]])
def challenges(request: HttpRequest, code: str) -> list[Shape]:
    """List the challenges I may read; the centre's staff learn only that they were raised."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    marks = queries.challenge_marks_for(actor, found)
    if marks is not None:
        return [asdict(mark) for mark in marks]
    rows = queries.challenges_visible_to(actor).filter(tender=found).order_by("-filed_at")
    return [challenge_out(row) for row in rows]


@router.post("/tenders/{code}/challenges", response={201: Shape})
def file_challenge(request: HttpRequest, code: str, body: ChallengeIn) -> Status[Shape]:
    """File a challenge."""
    filed = services.file_challenge(**seen(request, code), **body.dict())
    return Status(201, challenge_out(filed))


@router.post("/tenders/{code}/challenges/{number}/accept", response=Shape)
def accept_challenge(request: HttpRequest, code: str, number: str) -> Shape:
    """Take a challenge up."""
    return challenge_out(services.accept_challenge(**seen(request, code), number=number))


@router.post("/tenders/{code}/challenges/{number}/reject", response=Shape)
def reject_challenge(request: HttpRequest, code: str, number: str, body: ReasonIn) -> Shape:
    """Refuse a challenge that does not hold its form."""
    given = seen(request, code)
    return challenge_out(services.reject_challenge(**given, number=number, reason=body.reason))


@router.post("/tenders/{code}/challenges/{number}/answer", response=Shape)
def answer_challenge(
    request: HttpRequest, code: str, number: str, body: ChallengeAnswerIn
) -> Shape:
    """Answer a challenge."""
    given = seen(request, code)
    return challenge_out(services.answer_challenge(**given, number=number, **body.dict()))


@router.post("/tenders/{code}/challenges/{number}/withdraw", response=Shape)
def withdraw_challenge(request: HttpRequest, code: str, number: str) -> Shape:
    """Take my challenge back."""
    return challenge_out(services.withdraw_challenge(**seen(request, code), number=number))


@router.get("/tenders/{code}/contracts", response=list[dict[str, Any]])
def contracts(request: HttpRequest, code: str) -> list[Shape]:
    """List the contracts of a tender."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    return [contract_out(contract) for contract in queries.contracts_of(found)]


@router.post("/tenders/{code}/contracts/{number}/sign", response=Shape)
def sign_contract(request: HttpRequest, code: str, number: int, file: File[UploadedFile]) -> Shape:
    """Record the signed contract of a lot (multipart: file)."""
    upload = Upload("contract_draft", file.name or "", file.read())
    return contract_out(
        services.sign_contract(**seen(request, code), number=number, document=upload)
    )


@router.post("/tenders/{code}/contracts/{number}/publish", response={201: Shape})
def publish_contract(request: HttpRequest, code: str, number: int) -> Status[Shape]:
    """Publish a signed contract."""
    return Status(201, notice_out(services.publish_contract(**seen(request, code), number=number)))


@router.post("/tenders/{code}/contracts/{number}/file", response=Shape)
def file_contract(request: HttpRequest, code: str, number: int) -> Shape:
    """File a contract with the finance department."""
    return contract_out(services.file_contract(**seen(request, code), number=number))


@router.post("/tenders/{code}/archive", response=Shape)
def archive_tender(request: HttpRequest, code: str) -> Shape:
    """Close the file."""
    return tender_out(services.archive_tender(**seen(request, code)))
