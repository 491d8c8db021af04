"""The API of anonymous leads."""

from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest
from ninja import Status
from pydantic import StringConstraints

from accounts import limits
from accounts.api import OPEN, Closed, Word, acting
from ledger.canonical import timestamp
from monitoring import leads as lead_queries
from monitoring.api.door import router
from monitoring.services import leads

if TYPE_CHECKING:
    from monitoring.models import Lead


class LeadIn(Closed):
    """A lead without a name."""

    text: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
    tender: Word = ""


class LeadTextIn(Closed):
    """What is answered to a lead."""

    text: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]


class ReceiptIn(Closed):
    """The code of a lead."""

    receipt: Word


class AddedIn(LeadTextIn):
    """What is added to a lead by its code."""

    receipt: Word


def lead_out(found: "Lead") -> dict[str, Any]:
    """Give a lead with its thread."""
    thread = [one | {"at": timestamp(one["at"])} for one in lead_queries.lead_thread(found)]
    return {"state": found.state, "thread": thread}


@router.post("/leads", response={201: dict[str, str]}, auth=OPEN)
def file_lead(request: HttpRequest, body: LeadIn) -> Status[dict[str, str]]:
    """Give a lead without a name; the receipt code is given once and kept nowhere."""
    limits.consume_unnamed(request, "lead")
    actor, at = acting(request)
    return Status(201, {"receipt": leads.file_lead(actor=actor, at=at, **body.dict())})


@router.post("/leads/follow", auth=OPEN)
def follow_lead(request: HttpRequest, body: ReceiptIn) -> dict[str, Any]:
    """Give a lead and its answers to whoever has its code."""
    limits.consume_unnamed(request, "lead_follow")
    return lead_out(leads.follow_lead(receipt=body.receipt))


@router.post("/leads/follow/add", auth=OPEN)
def add_to_lead(request: HttpRequest, body: AddedIn) -> dict[str, Any]:
    """Add something to a lead by its code."""
    limits.consume_unnamed(request, "lead_follow")
    actor, at = acting(request)
    return lead_out(leads.add_to_lead(actor=actor, at=at, **body.dict()))


@router.get("/leads")
def list_leads(request: HttpRequest) -> list[dict[str, Any]]:
    """List the leads I look into."""
    actor, _at = acting(request)
    return [
        {"number": one.number, "state": one.state, "filed_at": timestamp(one.filed_at)}
        for one in lead_queries.leads_of(actor)
    ]


@router.get("/leads/{number}")
def read_lead(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give a lead to who looks into it; every look is on record."""
    actor, at = acting(request)
    address = request.META.get("REMOTE_ADDR", "")
    return lead_out(leads.read_lead(actor=actor, number=number, address=address, at=at))


@router.post("/leads/{number}/answer")
def answer_lead(request: HttpRequest, number: str, body: LeadTextIn) -> dict[str, Any]:
    """Answer a lead."""
    actor, at = acting(request)
    return lead_out(leads.answer_lead(actor=actor, number=number, text=body.text, at=at))


@router.post("/leads/{number}/close")
def close_lead(request: HttpRequest, number: str, body: LeadTextIn) -> dict[str, Any]:
    """Close a lead with what was found."""
    actor, at = acting(request)
    return lead_out(leads.close_lead(actor=actor, number=number, text=body.text, at=at))
