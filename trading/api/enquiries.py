"""What a supplier asks at any time, and what is answered, by the API."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import Closed, Text, acting
from accounts.domain import Actor
from trading import queries, services
from trading.api.door import router
from trading.api.drafts import seen

if TYPE_CHECKING:
    from trading.models import Enquiry

Shape = dict[str, Any]
PLACE = "/tenders/{code}/enquiries"


class EnquiryIn(Closed):
    """What is asked."""

    question: Text


class EnquiryAnswerIn(Closed):
    """What is answered."""

    answer: Text


def enquiry_out(actor: Actor, found: "Enquiry") -> Shape:
    """Give an enquiry as one of its readers sees it."""
    names = ("code", "question", "state", "asked_at", "answer_due", "answer", "answered_at")
    shown = {name: getattr(found, name) for name in names}
    return shown | {"tender": found.tender.code, "filer": queries.asker_of(actor, found)}


@router.get(PLACE, response=list[dict[str, Any]])
def enquiries(request: HttpRequest, code: str) -> list[Shape]:
    """List the enquiries I may read."""
    actor, at = acting(request)
    tender = queries.tender_for(actor, code, at)
    queries.enquiry_period(tender)
    rows = queries.enquiries_visible_to(actor).filter(tender=tender).order_by("-asked_at")
    return [enquiry_out(actor, row) for row in rows]


@router.post(PLACE, response={201: Shape})
def ask_enquiry(request: HttpRequest, code: str, body: EnquiryIn) -> Status[Shape]:
    """Ask something of a procurement."""
    given = seen(request, code)
    asked = services.ask_enquiry(**given, question=body.question)
    return Status(201, enquiry_out(given["actor"], asked))


@router.post(f"{PLACE}/{{number}}/answer", response=Shape)
def answer_enquiry(request: HttpRequest, code: str, number: str, body: EnquiryAnswerIn) -> Shape:
    """Answer an enquiry."""
    given = seen(request, code)
    answered = services.answer_enquiry(**given, number=number, answer=body.answer)
    return enquiry_out(given["actor"], answered)


@router.post(f"{PLACE}/{{number}}/withdraw", response=Shape)
def withdraw_enquiry(request: HttpRequest, code: str, number: str) -> Shape:
    """Take back what I asked and nobody answered yet."""
    given = seen(request, code)
    return enquiry_out(given["actor"], services.withdraw_enquiry(**given, number=number))
