"""What a bidder does before the deadline, and the agency's public answers, by the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from accounts.api import acting
from trading import downloads, policy, queries, services
from trading.api.bodies import AnswerIn, QuestionIn, RegistrationIn, RegistrationsIn
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import notice_out
from trading.services import takers

Shape = dict[str, Any]


@router.post("/tenders/{code}/lots/{number}/register", response={201: Shape})
def register_for_lot(
    request: HttpRequest, code: str, number: int, body: RegistrationIn
) -> Status[Shape]:
    """Register my organisation for a lot; withheld until closing, its author for good."""
    services.register_for_lot(**seen(request, code), number=number, **body.dict())
    return Status(201, {"lot": number})


@router.post("/tenders/{code}/registrations", response={201: Shape})
def register_for_lots(request: HttpRequest, code: str, body: RegistrationsIn) -> Status[Shape]:
    """Register my organisation for several lots, or for none of them."""
    given = body.dict()
    numbers = services.register_for_lots(**seen(request, code), numbers=given.pop("lots"), **given)
    return Status(201, {"lots": list(numbers)})


@router.get("/tenders/{code}/registrations", response=list[int])
def registrations(request: HttpRequest, code: str) -> list[int]:
    """List the lots my own organisation has registered for."""
    actor, at = acting(request)
    return queries.registered_lots(actor, queries.tender_for(actor, code, at))


@router.get("/tenders/{code}/takers", response=list[dict[str, Any]])
def document_takers(request: HttpRequest, code: str) -> list[Shape]:
    """List who took the documents, once bids are closed; each look is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    return [
        {
            "uscc": taker.uscc,
            "name": taker.name,
            "lots": taker.lots,
            "registered_at": taker.registered_at,
            "taken_at": taker.taken_at,
            "holds_priority": taker.holds_priority,
        }
        for taker in takers.read_takers(**seen(request, code), address=address)
    ]


@router.get("/tenders/{code}/documents", response=list[dict[str, Any]])
def documents(request: HttpRequest, code: str) -> list[Shape]:
    """List the files of a tender."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    if not policy.allows(actor, "tender.read_draft", found):
        queries.call_for(actor, code, at)
        policy.require(actor, "document.download", found)
    return [
        {
            "id": kept.pk,
            "kind": kept.kind,
            "name": kept.name,
            "size": kept.document.size,
            "sha256": kept.document.digest,
            "sm3": kept.document.sm3,
        }
        for kept in queries.attachments_of(found)
    ]


@router.get("/tenders/{code}/documents/{number}", response={200: None})
def download_document(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Download one file, whole or a range of it; withheld for bidders."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    if policy.allows(actor, "tender.read_draft", found):
        kept = queries.attachment_of(found, number)
    else:
        kept = services.download_document(actor=actor, code=code, number=number, at=at)
    return downloads.served(request, kept.document.digest, kept.name, kept.document.media_type)


@router.post("/tenders/{code}/questions", response={201: Shape})
def ask_question(request: HttpRequest, code: str, body: QuestionIn) -> Status[Shape]:
    """Ask about the documents; public only with its answer, without its author."""
    token = services.ask_question(**seen(request, code), question=body.question)
    return Status(201, {"token": token})


@router.get("/tenders/{code}/open-questions", response=list[dict[str, Any]])
def open_questions(request: HttpRequest, code: str) -> list[Shape]:
    """List what the agency still has to answer."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    policy.require(actor, "clarification.publish", found)
    return [
        {"token": asked.token, "question": asked.question, "asked_at": asked.asked_at}
        for asked in queries.open_questions(found)
    ]


@router.post("/tenders/{code}/questions/{token}/answer", response={201: Shape})
def publish_clarification(
    request: HttpRequest, code: str, token: str, body: AnswerIn
) -> Status[Shape]:
    """Answer a question in public; the deadline moves when the rule says so."""
    notice = services.publish_clarification(**seen(request, code), token=token, **body.dict())
    return Status(201, notice_out(notice))
