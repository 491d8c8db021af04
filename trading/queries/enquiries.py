"""Read what suppliers asked those who run a procurement (询问, GPL 51)."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.markets import remedy_of
from trading.models import Enquiry, Tender
from trading.queries.complaints import is_filer_told

MISSING = _("没有这件询问，或您无权查看。")
NOT_TOLD: Final = _("供应商")
"""What who asked is called while nobody may know who bids."""


def enquiry_period(tender: Tender) -> str:
    """Name the period in which an enquiry is answered, or refuse where the law has none."""
    remedy = remedy_of(tender)
    if remedy is None or not remedy.enquiries:
        raise Missing("enquiry.missing", MISSING)
    return remedy.enquiries


def enquiries_visible_to(actor: Actor) -> QuerySet[Enquiry]:
    """List the enquiries an actor may read: its own, those put to it, and for oversight."""
    rows = Enquiry.objects.select_related("tender", "filer", "answered_by")
    if actor.has(REGULATOR, AUDITOR):
        return rows
    return rows.filter(Q(filer_id__in=actor.organisations(BIDDER)) | _put_to(actor))


def _put_to(actor: Actor) -> Q:
    return Q(tender__purchaser_id__in=actor.organisations(PURCHASER)) | Q(
        tender__agency_id__in=actor.organisations(AGENCY)
    )


def enquiry_for(actor: Actor, tender: Tender, number: str) -> Enquiry:
    """Give an enquiry to an actor who may read it."""
    found = enquiries_visible_to(actor).filter(tender=tender, code=number).first()
    if found is None:
        raise Missing("enquiry.missing", MISSING)
    return found


def asker_of(actor: Actor, found: Enquiry) -> str:
    """Name who asked: to itself at any time, to others only once they may know who bids (rulebook
    1.3), for who asks what to bid is a bidder.
    """
    is_own = actor.has_for(found.filer_id, BIDDER)
    return found.filer.name if is_own or is_filer_told(found.tender) else NOT_TOLD


def enquiries_to_answer(actor: Actor) -> QuerySet[Enquiry]:
    """List what was put to the actor's side and has no answer yet, the nearest first."""
    return _open().filter(_put_to(actor))


def enquiries_waiting(actor: Actor) -> QuerySet[Enquiry]:
    """List what the actor asked and has no answer to yet, the nearest first."""
    return _open().filter(filer_id__in=actor.organisations(BIDDER))


def _open() -> QuerySet[Enquiry]:
    rows = Enquiry.objects.filter(state="asked").select_related("tender")
    return rows.order_by("answer_due", "pk")
