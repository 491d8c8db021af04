"""Complaints by the API."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import Closed, Text, Word, acting
from accounts.domain import Actor
from trading import queries, services
from trading.api.bodies import ReasonIn
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import files_out

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
    contact: Word = ""


class DecisionIn(Closed):
    """The decision of the authority, which is published; what is undone is done in the lot that
    was complained of unless `lot` names another, or all of them by 0.
    """

    outcome: Word
    decision: Text
    redress: Word = ""
    lot: int | None = None


class ReturnIn(Closed):
    """All that has to be mended in a complaint, and by when."""

    to_correct: Text
    correct_until: date


class CorrectionIn(Closed):
    """A complaint that is mended."""

    matters: Text
    claim: Text
    law: Word


class CopiesIn(Closed):
    """The suppliers a copy goes to besides those the complaint is against, by their codes."""

    suppliers: list[Word] = []


class ExplanationIn(Closed):
    """What one whom a complaint concerns says to it."""

    explanation: Text


class AppealIn(Closed):
    """Who took a ruling where, and when."""

    way: Word
    body: Word
    appellant: Word
    filed_on: date


class AppealOutcomeIn(Closed):
    """How an appeal ended: by a paper of which day, received when, and whether it is in force."""

    outcome: Word
    decided_on: date
    received_on: date
    document: Word = ""
    in_force: bool = False


class ExtensionIn(Closed):
    """The days of tests and expert reports."""

    days: int
    reason: Word


def complaint_out(complaint: "Complaint") -> Shape:
    """Give a complaint as its readers see it."""
    names = (
        "code about matters claim law known_on state received_at check_due accepted_at "
        "decision_due test_days outcome decision decided_at redress corrected_at copied_at "
        "reopened_on"
    )
    shown = {name: getattr(complaint, name) for name in names.split()}
    return shown | {
        "tender": complaint.tender.code,
        "lot": complaint.lot.number if complaint.lot else None,
        "filer": complaint.filer.name,
        "contact": complaint.contact,
        "files": files_out(complaint),
        "appeals": queries.appeals_out(complaint.appeals.all()),
        "rulings": queries.rulings_out(complaint.rulings.all()),
        "challenge": complaint.challenge.code if complaint.challenge else None,
    }


@router.get(PLACE, response=list[dict[str, Any]])
def complaints(request: HttpRequest, code: str) -> list[Shape]:
    """List the complaints I may read."""
    actor, at = acting(request)
    tender = queries.tender_for(actor, code, at)
    rows = queries.complaints_visible_to(actor).filter(tender=tender).order_by("-received_at")
    return [complaint_out(row) | _examined(actor, row) for row in rows]


def _examined(actor: Actor, found: "Complaint") -> Shape:
    """Give what has to be mended, what was explained and what was set aside, to whom may read
    each.
    """
    rulings = queries.rulings_for(actor, found)
    told: Shape = {
        "appeals": queries.appeals_out(queries.appeals_for(actor, found)),
        "rulings": queries.rulings_out(rulings),
        "reopened_on": found.reopened_on if rulings else None,
        "explanations": [
            {
                "organisation": copy.organisation.name,
                "explain_due": copy.explain_due,
                "explained_at": copy.explained_at,
                "explanation": copy.explanation,
                "files": files_out(copy),
            }
            for copy in queries.copies_for(actor, found)
        ],
    }
    if found.returned_at and queries.reads_correction(actor, found):
        told |= {"to_correct": found.to_correct, "correct_until": found.correct_until}
    return told


@router.post(PLACE, response={201: Shape})
def file_complaint(request: HttpRequest, code: str, body: ComplaintIn) -> Status[Shape]:
    """File a complaint with the authority."""
    filed = services.file_complaint(**seen(request, code), **body.dict())
    return Status(201, complaint_out(filed))


@router.post(f"{ONE}/accept", response=Shape)
def accept_complaint(request: HttpRequest, code: str, number: str) -> Shape:
    """Take a complaint up."""
    return complaint_out(services.accept_complaint(**seen(request, code), number=number))


@router.post(f"{ONE}/return", response=Shape)
def return_complaint(request: HttpRequest, code: str, number: str, body: ReturnIn) -> Shape:
    """Give a complaint back to be mended, once."""
    given = seen(request, code)
    return complaint_out(services.return_complaint(**given, number=number, **body.dict()))


@router.post(f"{ONE}/correct", response=Shape)
def correct_complaint(request: HttpRequest, code: str, number: str, body: CorrectionIn) -> Shape:
    """Mend my complaint in the days given for it."""
    given = seen(request, code)
    return complaint_out(services.correct_complaint(**given, number=number, **body.dict()))


@router.post(f"{ONE}/copy", response=Shape)
def copy_complaint(request: HttpRequest, code: str, number: str, body: CopiesIn) -> Shape:
    """Send the copies of a complaint to whom it concerns."""
    given = seen(request, code)
    return complaint_out(services.copy_complaint(**given, number=number, **body.dict()))


@router.post(f"{ONE}/explain", response=Shape)
def explain_complaint(request: HttpRequest, code: str, number: str, body: ExplanationIn) -> Shape:
    """Say what my organisation has to say to a complaint it has a copy of."""
    given = seen(request, code)
    made = services.explain_complaint(**given, number=number, **body.dict())
    return {"explanation": made.explanation, "explained_at": made.explained_at}


@router.post(f"{ONE}/refuse", response=Shape)
def refuse_complaint(request: HttpRequest, code: str, number: str, body: ReasonIn) -> Shape:
    """Refuse a complaint, with the reason."""
    given = seen(request, code)
    return complaint_out(services.refuse_complaint(**given, number=number, reason=body.reason))


@router.post(f"{ONE}/appeals", response={201: list[dict[str, Any]]})
def record_appeal(
    request: HttpRequest, code: str, number: str, body: AppealIn
) -> Status[list[Shape]]:
    """Record that the ruling on a complaint was appealed; gives all its appeals."""
    made = services.record_appeal(**seen(request, code), number=number, **body.dict())
    return Status(201, queries.appeals_out(made.complaint.appeals.all()))


@router.post(f"{ONE}/appeals/{{appeal}}/close", response=list[dict[str, Any]])
def close_appeal(
    request: HttpRequest, code: str, number: str, appeal: int, body: AppealOutcomeIn
) -> list[Shape]:
    """Record how an appeal ended; gives all appeals of the ruling."""
    given = {**seen(request, code), **body.dict()}
    made = services.close_appeal(**given, number=number, appeal=appeal)
    return queries.appeals_out(made.complaint.appeals.all())


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
