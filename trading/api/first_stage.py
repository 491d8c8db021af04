"""The first stage of two by the API: what everybody reads, a proposer's own, the call for bids."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Status, UploadedFile

from accounts.api import OPEN, Closed, Text, Word, acting
from trading import queries, services
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import notice_out, tender_out
from trading.domain.files import Upload
from trading.domain.gates import Application
from trading.queries import Filed

Shape = dict[str, Any]
TOLD = ("statement", "contact", "phone", "name", "size", "sha256")


class ProposalIn(Closed):
    """What a proposer says, without a price."""

    statement: Text
    contact: Word
    phone: Word


class FirstAmendmentIn(Closed):
    """A public change of what is asked to be proposed."""

    changes: dict[str, Any] = {}
    reason: Text
    affects_proposals: bool
    closes_at: datetime | None = None


class SecondStageIn(Closed):
    """The digest of the text that was read, as GET …/text gives it."""

    digest: Word


@router.get("/tenders/{code}/first-stage", response=Shape, auth=OPEN)
def first_stage(request: HttpRequest, code: str) -> Shape:
    """Give what the first stage asks for, and my own proposal."""
    actor, at = acting(request)
    tender = queries.first_stage_for(actor, code, at)
    own, _turns = queries.own_filed(actor, tender)
    files = [
        {"number": kept.pk, "name": kept.name, "sha256": kept.document_id}
        for kept in queries.gate_documents(tender)
    ]
    mine = {**_said(own), "submitted_at": own.at} if own else None
    return {**queries.told_at_gate(tender), "files": files, "own": mine}


@router.post("/tenders/{code}/first-stage/publish", response=Shape)
def publish_first_stage(request: HttpRequest, code: str) -> Shape:
    """Publish the first notice of an approved tender."""
    return tender_out(services.publish_first_stage(**seen(request, code)))


@router.post("/tenders/{code}/first-stage/amend", response={201: Shape})
def amend_first_stage(request: HttpRequest, code: str, body: FirstAmendmentIn) -> Status[Shape]:
    """Change by a public amendment what is asked to be proposed."""
    notice = services.amend_first_stage(**seen(request, code), **body.dict())
    return Status(201, notice_out(notice))


@router.post("/tenders/{code}/first-stage/proposal", response={201: Shape})
def submit_proposal(
    request: HttpRequest, code: str, body: Form[ProposalIn], file: File[UploadedFile]
) -> Status[Shape]:
    """Propose, or replace my proposal (multipart: statement, contact, phone, file)."""
    upload = Upload("application", file.name or "", file.read())
    application = Application(file=upload, **body.dict())
    sha256 = services.submit_proposal(**seen(request, code), application=application)
    return Status(201, {"sha256": sha256})


@router.delete("/tenders/{code}/first-stage/proposal", response={204: None})
def withdraw_proposal(request: HttpRequest, code: str) -> Status[None]:
    """Take my proposal back."""
    services.withdraw_proposal(**seen(request, code))
    return Status(204, None)


@router.post("/tenders/{code}/first-stage/documents/{number}", response=Shape)
def download_first_document(request: HttpRequest, code: str, number: int) -> Shape:
    """Note that I took a document of the first stage, and give its digest and page."""
    kept = services.download_first_document(**seen(request, code), number=number)
    place = f"/tenders/{code}/first-stage/documents/{kept.pk}/"
    return {"name": kept.name, "sha256": kept.document_id, "url": place}


@router.get("/tenders/{code}/first-stage/proposals", response=list[Shape])
def proposals(request: HttpRequest, code: str) -> list[Shape]:
    """List who proposed to the tender's own side, once proposals are closed; to others none."""
    actor, at = acting(request)
    tender = queries.first_stage_for(actor, code, at)
    return [_read(one) for one in queries.seen_filed(actor, tender)]


@router.get("/tenders/{code}/first-stage/proposals/{row}", response=Shape)
def proposal(request: HttpRequest, code: str, row: UUID) -> Shape:
    """Give the tender's own side one proposal."""
    actor, at = acting(request)
    tender = queries.first_stage_for(actor, code, at)
    return _read(queries.filed_of(actor, tender, row))


@router.post("/tenders/{code}/first-stage/call", response=Shape)
def call_second_stage(request: HttpRequest, code: str, body: SecondStageIn) -> Shape:
    """Call for bids with the second document as it was read (the purchaser alone)."""
    called = services.call_second_stage(**seen(request, code), digest=body.digest)
    return tender_out(called)


def _said(filed: Filed) -> Shape:
    return {name: filed.content[name] for name in TOLD}


def _read(filed: Filed) -> Shape:
    who = {"id": filed.row, "uscc": filed.owner, "name_of_proposer": filed.name}
    return {**who, **_said(filed), "submitted_at": filed.at}
