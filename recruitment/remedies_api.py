"""Recounts and reports by the API."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Router, Status

from accounts.api import Closed, Text, Word, acting
from recruitment import queries, services
from recruitment.api import seen

if TYPE_CHECKING:
    from recruitment.models import Recount, Report

router = Router(tags=["recruitment"])
Shape = dict[str, Any]
RECOUNTS = "/tenders/{code}/recounts"
REPORTS = "/tenders/{code}/reports"


class RecountIn(Closed):
    """Why a written score should be looked at again."""

    reason: Word


class RecountAnswerIn(Closed):
    """What the paper is worth after all."""

    mark: Word
    answer: Word


class ReportIn(Closed):
    """A report on somebody a post is to go to, by their number."""

    number: int
    text: Text


class FindingIn(Closed):
    """What a report was found to be: upheld or dismissed; what either side is told of it."""

    finding: Word
    answer: Text
    reason: Word = ""


def recount_out(found: "Recount") -> Shape:
    """Give a recount as its readers see it: the code of the paper, and no name."""
    names = ("token", "reason", "state", "filed_at", "answer_due", "before", "after", "answer")
    shown = {name: getattr(found, name) for name in names}
    return shown | {"paper": queries.script_code(found.applicant)}


def report_out(found: "Report") -> Shape:
    """Give where a report stands, for the personnel authority and who reported it; what it says is
    read one by one.
    """
    names = ("token", "state", "filed_at", "answer_due", "finding", "answer")
    shown = {name: getattr(found, name) for name in names}
    return shown | {"about": found.applicant.name}


@router.get(RECOUNTS, response=list[dict[str, Any]])
def recounts(request: HttpRequest, code: str) -> list[Shape]:
    """List the recounts I may know of."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    return [recount_out(found) for found in queries.recounts_of(actor, tender)]


@router.post(RECOUNTS, response={201: Shape})
def file_recount(request: HttpRequest, code: str, body: RecountIn) -> Status[Shape]:
    """Ask for my own written score to be looked at again."""
    return Status(201, recount_out(services.file_recount(**seen(request, code), **body.dict())))


@router.post(f"{RECOUNTS}/{{token}}/answer", response=Shape)
def answer_recount(request: HttpRequest, code: str, token: str, body: RecountAnswerIn) -> Shape:
    """Say what the paper is worth after all; another mark is published with the range it gives."""
    given = seen(request, code)
    return recount_out(services.answer_recount(**given, token=token, **body.dict()))


@router.get(REPORTS, response=list[dict[str, Any]])
def reports(request: HttpRequest, code: str) -> list[Shape]:
    """List the reports I may know of."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    return [report_out(found) for found in queries.reports_of(actor, tender)]


@router.get(f"{REPORTS}/{{token}}", response=Shape)
def read_report(request: HttpRequest, code: str, token: str) -> Shape:
    """Read what a report says; each look at what another reported is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    found, text = services.read_report(**seen(request, code), token=token, address=address)
    return report_out(found) | {"text": text}


@router.post(REPORTS, response={201: Shape})
def file_report(request: HttpRequest, code: str, body: ReportIn) -> Status[Shape]:
    """Report on somebody a post is to go to, while the publicity runs; kept secret."""
    return Status(201, report_out(services.file_report(**seen(request, code), **body.dict())))


@router.post(f"{REPORTS}/{{token}}/answer", response=Shape)
def answer_report(request: HttpRequest, code: str, token: str, body: FindingIn) -> Shape:
    """Answer a report (the personnel authority alone); one that is right disqualifies."""
    given = seen(request, code)
    return report_out(services.answer_report(**given, token=token, **body.dict()))
