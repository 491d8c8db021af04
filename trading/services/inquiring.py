"""Take what holders of a right of first refusal answer, and their silence (SA32 13)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import BIDDER, SYSTEM, Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import PRIORITY_INQUIRY, award, inquiry
from trading.models import PriorityInquiry, Tender
from trading.services.concluding import conclude, set_clock
from trading.services.suspensions import open_reasons
from trading.services.telling import tell


@transaction.atomic
def answer_priority(
    *, actor: Actor, code: str, number: int, exercises: bool, at: datetime
) -> PriorityInquiry:
    """Take a holder's answer: it takes the lot at the price that was formed, or waives."""
    tender = queries.lock_tender(code)
    policy.require(actor, "priority.answer", tender)
    award.require_no_suspension(open_reasons(tender))
    mine = PriorityInquiry.objects.select_for_update().filter(
        lot__tender=tender, lot__number=number, holder_id__in=actor.organisations(BIDDER)
    )
    found = mine.first()
    if found is None:
        raise Missing("priority.not_asked", _("没有需要贵单位答复的优先购买权询问。"))
    after = PRIORITY_INQUIRY.after(found.state, "exercise" if exercises else "waive")
    inquiry.require_in_time(found.due_at, at)
    _settle(tender, found, after, actor, at)
    return found


@transaction.atomic
def expire_inquiries(*, code: str, at: datetime) -> Tender:
    """Take silence as a waiver once the time to answer is over."""
    tender = queries.lock_tender(code)
    policy.require(SYSTEM, "priority.expire", tender)
    late = PriorityInquiry.objects.select_for_update().filter(lot__tender=tender, state="asked")
    for found in late.filter(due_at__lte=at):
        _settle(tender, found, PRIORITY_INQUIRY.after(found.state, "lapse"), SYSTEM, at)
    set_clock(tender)
    return tender


def _settle(tender: Tender, found: PriorityInquiry, after: str, actor: Actor, at: datetime) -> None:
    found.state, found.answered_at = after, at
    found.save(update_fields=["state", "answered_at"])
    told = {"lot": found.lot.number, "holder": found.holder.uscc, "answer": after}
    tell(tender, "priority.answered", actor, at, **told)
    if not found.lot.inquiries.filter(state="asked").exists():
        conclude(found.lot)
    set_clock(tender)
