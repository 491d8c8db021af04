"""Who attends an opening, as what, and which bids are the actor's own."""

from django.db.models import QuerySet

from accounts.domain import (
    AGENCY,
    AUDITOR,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    NOTARY,
    PURCHASER,
    REGULATOR,
    SOCIAL_SUPERVISOR,
    Actor,
)
from accounts.models import Organisation
from bidding.models import Attendance, Bid, OpeningSession
from bidding.queries.opening import bids_of
from ledger import private
from trading.models import Custodian

OFFICIALS = (
    CENTRE_OPS,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    NOTARY,
    REGULATOR,
    AUDITOR,
    SOCIAL_SUPERVISOR,
)
"""Who attends any opening by office; experts never do (M87 art. 40)."""


def own_bids(actor: Actor, session: OpeningSession) -> list[Bid]:
    """Give the actor's own bids in a session once closing made them known."""
    return list(bids_of(session).filter(bidder_id__in=actor.organisations(BIDDER)))


def is_bidder_in(actor: Actor, session: OpeningSession) -> bool:
    """Tell whether the actor acts for a bidder of this session."""
    return bids_of(session).filter(bidder_id__in=actor.organisations(BIDDER)).exists()


def hides_bidders(session: OpeningSession) -> bool:
    """Tell whether nobody may know yet who bids: until the count, but not before a price stage."""
    return session.state == "waiting" and session.stage != "price"


def role_in(actor: Actor, session: OpeningSession) -> str:
    """Say as what the actor attends; "" for one who only watches.

    Before the count every bidder may sign in: who has bid is not known then.
    """
    if actor.has(BIDDER) and (hides_bidders(session) or is_bidder_in(actor, session)):
        return "bidder"
    if Custodian.objects.filter(tender=session.tender, person_id=actor.person_id).exists():
        return "custodian"
    for organisation, role in (
        (session.tender.agency_id, AGENCY),
        (session.tender.purchaser_id, PURCHASER),
    ):
        if actor.has_for(organisation, role):
            return role
    return next((role for role in OFFICIALS if actor.has(role)), "")


def own_code(actor: Actor) -> str:
    """Give the credit code of the organisation the actor bids for."""
    own = Organisation.objects.filter(pk__in=actor.organisations(BIDDER))
    return own.order_by("pk").values_list("uscc", flat=True)[0]


def sign_in_once(actor: Actor, session: OpeningSession) -> str:
    """Name a person's withheld sign-in to a session, which happens once."""
    return f"signed-in.{session.stage}.{actor.ref}"


def is_signed_in(actor: Actor, session: OpeningSession) -> bool:
    """Tell the actor, and nobody else, whether it has signed in."""
    if attendance_of(actor, session) is not None:
        return True
    if not hides_bidders(session) or not actor.has(BIDDER):
        return False
    return private.happened(session.tender.code, sign_in_once(actor, session)) is not None


def custodian_of(actor: Actor, session: OpeningSession) -> Custodian | None:
    """Give the actor's seat among those who open this tender, or None."""
    seats = Custodian.objects.filter(tender=session.tender, circle="opening")
    return seats.filter(person_id=actor.person_id).first()


def attendance_of(actor: Actor, session: OpeningSession) -> Attendance | None:
    """Give the actor's attendance, or None."""
    return Attendance.objects.filter(session=session, person_id=actor.person_id).first()


def attendances_of(session: OpeningSession) -> QuerySet[Attendance]:
    """Give who attended, in order of signing in."""
    return (
        Attendance.objects.filter(session=session)
        .select_related("person", "organisation")
        .order_by("signed_in_at", "id")
    )
