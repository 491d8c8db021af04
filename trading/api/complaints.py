"""Complaints by the API."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import Closed, Text, Word, acting
from trading import queries, services
from trading.api.bodies import ReasonIn
from trading.api.door import router
from trading.api.drafts import seen

if TYPE_CHECKING:
    from trading.models import Complaint

Shape = dict[str, Any]
PLACE = "/tenders/{code}/complaints"
ONE = f"{PLACE}/{{number}}"


class ComplaintIn(Closed):
    """A complaint: about what was raised before, by its code, or a matter that goes there at
    once.
    """

    ground: Word
    matters: Text
    claim: Text
    law: Word
    known_on: date | None = None


class DecisionIn(Closed):
    """The decision of the authority, which is published."""

    outcome: Word
    decision: Text
    redress: Word = ""
    lot: int | None = None


class ExtensionIn(Closed):
    """The days of tests and expert reports."""

    days: int
    reason: Word


def complaint_out(complaint: "Complaint") -> Shape:
    """Give a complaint as its readers see it."""
    names = (
        "code about matters claim law known_on state received_at check_due accepted_at "
        "decision_due test_days outcome decision decided_at redress"
    )
    shown = {name: getattr(complaint, name) for name in names.split()}
    return shown | {
        "tender": complaint.tender.code,
        "filer": complaint.filer.name,
        "challenge": complaint.challenge.code if complaint.challenge else None,
    }


@router.get(PLACE, response=list[dict[str, Any]])
def complaints(request: HttpRequest, code: str) -> list[Shape]:
    """List the complaints I may read."""
    actor, at = acting(request)
    tender = queries.tender_for(actor, code, at)
    rows = queries.complaints_visible_to(actor).filter(tender=tender).order_by("-received_at")
    return [complaint_out(row) for row in rows]


@router.post(PLACE, response={201: Shape})
def file_complaint(request: HttpRequest, code: str, body: ComplaintIn) -> Status[Shape]:
    """File a complaint with the authority."""
    filed = services.file_complaint(**seen(request, code), **body.dict())
    return Status(201, complaint_out(filed))


@router.post(f"{ONE}/accept", response=Shape)
def accept_complaint(request: HttpRequest, code: str, number: str) -> Shape:
    """Take a complaint up."""
    return complaint_out(services.accept_complaint(**seen(request, code), number=number))


@router.post(f"{ONE}/refuse", response=Shape)
def refuse_complaint(request: HttpRequest, code: str, number: str, body: ReasonIn) -> Shape:
    """Refuse a complaint, with the reason."""
    given = seen(request, code)
    return complaint_out(services.refuse_complaint(**given, number=number, reason=body.reason))


@router.post(f"{ONE}/extend", response=Shape)
def extend_complaint(request: HttpRequest, code: str, number: str, body: ExtensionIn) -> Shape:
    """Leave the days of tests out of the time to decide."""
    given = seen(request, code)
    return complaint_out(services.extend_complaint(**given, number=number, **body.dict()))


@router.post(f"{ONE}/hold", response=Shape)
def hold_for_complaint(request: HttpRequest, code: str, number: str, body: ReasonIn) -> Shape:
    """Order the tender to stand still."""
    given = seen(request, code)
    row = services.hold_for_complaint(**given, number=number, reason=body.reason)
    return {"reason": row.reason, "started_at": row.started_at, "until": row.until}


@router.post(f"{ONE}/release", response=Shape)
def release_for_complaint(request: HttpRequest, code: str, number: str) -> Shape:
    """Let the tender go on."""
    return complaint_out(services.release_for_complaint(**seen(request, code), number=number))


@router.post(f"{ONE}/decide", response=Shape)
def decide_complaint(request: HttpRequest, code: str, number: str, body: DecisionIn) -> Shape:
    """Decide a complaint and publish the decision."""
    given = seen(request, code)
    return complaint_out(services.decide_complaint(**given, number=number, **body.dict()))


@router.post(f"{ONE}/withdraw", response=Shape)
def withdraw_complaint(request: HttpRequest, code: str, number: str) -> Shape:
    """Take my complaint back."""
    return complaint_out(services.withdraw_complaint(**seen(request, code), number=number))
