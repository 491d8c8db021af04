"""Ask those who run a procurement, at any time, and answer in so many days (询问, GPL 51, GPR 52):
it holds nothing still, and is no step before a challenge.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from accounts import queries as accounts
from accounts.domain import Actor
from kernel.calendar import local_date
from trading import policy, queries
from trading.domain import ENQUIRY, remedies
from trading.models import Enquiry
from trading.queries import enquiries as reading
from trading.services.drafting import required
from trading.services.numbering import case_code
from trading.services.telling import tell_apart

LONGEST: Final = 4000
LEAST: Final = 4


@transaction.atomic
def ask_enquiry(*, actor: Actor, code: str, question: str, at: datetime) -> Enquiry:
    """Ask something of a procurement; the next once this is answered, taken back or overdue."""
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    policy.require(actor, "enquiry.ask", tender)
    filer, period = queries.bidder_in(actor, tender), reading.enquiry_period(tender)
    open_ones = tender.enquiries.filter(filer=filer, state="asked")
    remedies.require_next(open_ones.aggregate(last=Max("answer_due"))["last"], at)
    asked = Enquiry.objects.create(
        code=case_code(tender, "XW"),
        tender=tender,
        filer=filer,
        filed_by=accounts.person(actor.ref.removeprefix("person:")),
        question=remedies.checked_question(question, least=LEAST, most=LONGEST),
        asked_at=at,
        answer_due=queries.rules_of(tender, at).last_day(period, local_date(at)),
    )
    tell_apart("enquiry.asked", actor, at, enquiry=asked.code, due=asked.answer_due)
    return asked


@transaction.atomic
def answer_enquiry(*, actor: Actor, code: str, number: str, answer: str, at: datetime) -> Enquiry:
    """Answer an enquiry, to who asked."""
    found = _lock(actor, code, number, "answer", at)
    found.state = ENQUIRY.after(found.state, "answer")
    found.answer, found.answered_at = required(answer, "answer", LONGEST), at
    found.answered_by = accounts.person(actor.ref.removeprefix("person:"))
    found.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    tell_apart("enquiry.answered", actor, at, enquiry=found.code)
    return found


@transaction.atomic
def withdraw_enquiry(*, actor: Actor, code: str, number: str, at: datetime) -> Enquiry:
    """Take back what was asked and is not answered yet."""
    found = _lock(actor, code, number, "withdraw", at)
    found.state = ENQUIRY.after(found.state, "withdraw")
    found.save(update_fields=["state"])
    tell_apart("enquiry.withdrawn", actor, at, enquiry=found.code)
    return found


def _lock(actor: Actor, code: str, number: str, event: str, at: datetime) -> Enquiry:
    """Lock the tender of an enquiry and give that to whom this act is allowed."""
    queries.tender_for(actor, code, at)
    found = reading.enquiry_for(actor, queries.lock_tender(code), number)
    policy.require(actor, f"enquiry.{event}", found)
    return found
