"""A prequalification by the API: what everybody reads, an applicant's own, the review."""

from datetime import date, datetime
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


class PrequalApplicationIn(Closed):
    """What an applicant says; `partners` are codes apart by commas, where it leads a consortium."""

    statement: Text
    contact: Word
    phone: Word
    partners: Text = ""


class PrequalAmendmentIn(Closed):
    """A public change of what applicants answer."""

    changes: dict[str, Any] = {}
    reason: Text
    affects_applications: bool
    closes_at: datetime | None = None


class ReviewIn(Closed):
    """The terms an applicant does not meet, each with its reason."""

    unmet: dict[Word, Text]


class PrequalEndIn(Closed):
    """Who reviewed, and other dates than those approved, where the review took longer."""

    panel: list[Word]
    representatives: list[Word] = []
    documents_from: date | None = None
    documents_until: date | None = None
    bids_close_at: datetime | None = None


@router.get("/tenders/{code}/prequalification", response=Shape, auth=OPEN)
def prequalification(request: HttpRequest, code: str) -> Shape:
    """Give the terms and dates of a prequalification, and my own application and result."""
    actor, at = acting(request)
    tender = queries.prequalified_for(actor, code, at)
    own, _turns = queries.own_filed(actor, tender)
    files = [
        {"number": kept.pk, "name": kept.name, "sha256": kept.document_id}
        for kept in queries.gate_documents(tender)
    ]
    told = queries.prequal_fields(tender)
    return {**told, "files": files, "own": _own(own) if own else None}


@router.post("/tenders/{code}/prequalification/publish", response=Shape)
def publish_prequal(request: HttpRequest, code: str) -> Shape:
    """Publish the prequalification notice of an approved tender."""
    return tender_out(services.publish_prequal(**seen(request, code)))


@router.post("/tenders/{code}/prequalification/amend", response={201: Shape})
def amend_prequal(request: HttpRequest, code: str, body: PrequalAmendmentIn) -> Status[Shape]:
    """Change by a public amendment what applicants answer."""
    return Status(201, notice_out(services.amend_prequal(**seen(request, code), **body.dict())))


@router.post("/tenders/{code}/prequalification/application", response={201: Shape})
def submit_prequal(
    request: HttpRequest,
    code: str,
    body: Form[PrequalApplicationIn],
    file: File[UploadedFile],
    agreement: File[UploadedFile | None] = None,
) -> Status[Shape]:
    """Apply, or replace my application (multipart: statement, contact, phone, file; for a
    consortium also partners, codes apart by commas, and agreement).
    """
    upload = Upload("application", file.name or "", file.read())
    given = body.dict()
    named = tuple(one.strip() for one in given.pop("partners").split(",") if one.strip())
    signed = Upload("agreement", agreement.name or "", agreement.read()) if agreement else None
    application = Application(file=upload, partners=named, agreement=signed, **given)
    sha256 = services.submit_prequal(**seen(request, code), application=application)
    return Status(201, {"sha256": sha256})


@router.delete("/tenders/{code}/prequalification/application", response={204: None})
def withdraw_prequal(request: HttpRequest, code: str) -> Status[None]:
    """Take my application back."""
    services.withdraw_prequal(**seen(request, code))
    return Status(204, None)


@router.get("/tenders/{code}/prequalification/consortia", response=list[Shape])
def consortia(request: HttpRequest, code: str) -> list[Shape]:
    """List the leads that name my organisation as a partner in their consortium."""
    actor, at = acting(request)
    tender = queries.prequalified_for(actor, code, at)
    told = ("row", "lead", "joined", "decided_at")
    asked = queries.asked_to_join(actor, tender)
    return [{name: getattr(one, name) for name in told} for one in asked]


@router.post("/tenders/{code}/prequalification/consortia/{row}/join", response={204: None})
def join_prequal(request: HttpRequest, code: str, row: UUID) -> Status[None]:
    """Say that we take part in the consortium that a lead names us in."""
    services.join_prequal(**seen(request, code), application=row)
    return Status(204, None)


@router.post("/tenders/{code}/prequalification/consortia/{row}/leave", response={204: None})
def leave_prequal(request: HttpRequest, code: str, row: UUID) -> Status[None]:
    """Take that back while applications are open."""
    services.leave_prequal(**seen(request, code), application=row)
    return Status(204, None)


@router.post("/tenders/{code}/prequalification/documents/{number}", response=Shape)
def download_prequal_document(request: HttpRequest, code: str, number: int) -> Shape:
    """Note that I took a prequalification document, and give its digest and page."""
    kept = services.download_prequal_document(**seen(request, code), number=number)
    place = f"/tenders/{code}/prequalification/documents/{kept.pk}/"
    return {"name": kept.name, "sha256": kept.document_id, "url": place}


@router.get("/tenders/{code}/prequalification/applications", response=list[Shape])
def applications(request: HttpRequest, code: str) -> list[Shape]:
    """List who applied to the tender's own side, once applications are closed; to others none."""
    actor, at = acting(request)
    tender = queries.prequalified_for(actor, code, at)
    return [_reviewed(one) for one in queries.seen_filed(actor, tender)]


@router.put("/tenders/{code}/prequalification/applications/{row}", response=Shape)
def review_prequal(request: HttpRequest, code: str, row: UUID, body: ReviewIn) -> Shape:
    """Say which terms an applicant does not meet, each with its reason; none, and it passes."""
    filed = services.review_prequal(**seen(request, code), application=row, unmet=body.unmet)
    return _reviewed(filed)


@router.post("/tenders/{code}/prequalification/close", response=Shape)
def close_prequal(request: HttpRequest, code: str, body: PrequalEndIn) -> Shape:
    """Tell every applicant its result; those who passed may bid (the purchaser alone)."""
    given = body.dict(exclude_none=True)
    who = {name: given.pop(name) for name in ("panel", "representatives")}
    return tender_out(services.close_prequal(**seen(request, code), **who, dates=given))


def _own(filed: Filed) -> Shape:
    told = {name: filed.content[name] for name in TOLD}
    found = filed.verdict if filed.decided_at else None
    result = {"passed": found.passed, "unmet": dict(found.unmet)} if found else {}
    return {
        **told,
        "partners": _partners(filed),
        "submitted_at": filed.at,
        "decided_at": filed.decided_at,
        **result,
    }


def _partners(filed: Filed) -> list[Shape]:
    return [{"uscc": p.uscc, "name": p.name, "joined": p.joined} for p in filed.partners]


def _reviewed(filed: Filed) -> Shape:
    verdict = filed.verdict
    return {
        "id": filed.row,
        "uscc": filed.owner,
        "name_of_applicant": filed.name,
        **{name: filed.content[name] for name in TOLD},
        "partners": _partners(filed),
        "void": filed.void,
        "submitted_at": filed.at,
        "passed": verdict.passed if verdict else None,
        "unmet": dict(verdict.unmet) if verdict else {},
    }
