"""Who is present, what their own clients found at the seal check, and who confirms the record."""

from datetime import datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import BIDDER, Actor
from accounts.models import Organisation
from bidding.domain import OVER
from bidding.models import Attendance, OpeningSession
from bidding.queries import attending
from bidding.queries import opening as queries
from bidding.services.opening.session import in_step, take_part, tell
from ledger import private

SIGNED_IN = "attendance.bidder_signed_in"


@transaction.atomic
def sign_in(*, actor: Actor, code: str, stage: str, at: datetime) -> bool:
    """Note that the actor is present; true the first time.

    Before the count a bidder's sign-in is withheld: names, and even how many, are nobody's to know
    (rulebook 3.1 step 1). Of a price stage they are known when it is called.
    """
    session = take_part(actor, "sign_in", code, stage)
    if session.state in OVER:
        in_step(session, *queries.LIVE)
    role = attending.role_in(actor, session)
    if attending.hides_bidders(session) and role == "bidder":
        return _withhold(actor, session, at)
    own = attending.own_bids(actor, session)
    _kept, made = _attend(session, actor.person_id, role, own[0].bidder if own else None, at)
    if made:
        tell(session, "attendance.signed_in", actor, at, role=role, name=actor.name)
    return made


def _attend(
    session: OpeningSession,
    person: int | None,
    role: str,
    organisation: Organisation | None,
    at: datetime,
) -> tuple[Attendance, bool]:
    defaults = {"role": role, "organisation": organisation, "signed_in_at": at}
    return Attendance.objects.get_or_create(session=session, person_id=person, defaults=defaults)


def _withhold(actor: Actor, session: OpeningSession, at: datetime) -> bool:
    """Keep a bidder's sign-in in the tender's private tree, once a person and stage."""
    once = attending.sign_in_once(actor, session)
    if private.happened(session.tender.code, once):
        return False
    private.withhold(
        tender=session.tender.code,
        owner=attending.own_code(actor),
        kind=SIGNED_IN,
        actor=actor.ref,
        at=at,
        once=once,
        stage=session.stage,
    )
    return True


def reveal_sign_ins(session: OpeningSession, at: datetime) -> None:
    """Enter the bidders who signed in before the count; one without a bid stays unnamed for good.

    Their rows come in the transaction that counts, so none was there a moment before.
    """
    bidders = {bid.bidder_id: bid.bidder for bid in queries.bids_of(session)}
    for event in private.events_of(session.tender.code):
        if event.kind == SIGNED_IN and event.content["stage"] == session.stage:
            person = accounts.person(str(event.content["actor"]).removeprefix("person:"))
            own = accounts.actor(person, at).organisations(BIDDER) & bidders.keys()
            if own:
                _attend(session, person.pk, "bidder", bidders[min(own)], event.at)


@transaction.atomic
def check_seals(*, actor: Actor, code: str, stage: str, intact: bool, at: datetime) -> Attendance:
    """Record what a bidder's own client found; a mismatch is an objection on the spot."""
    session = take_part(actor, "check_seals", code, stage)
    in_step(session, "checking", "unlocking")
    attendance = _present(actor, session, at)
    found = "intact" if intact else "broken"
    if attendance.seals_checked != found:
        attendance.seals_checked = found
        attendance.save(update_fields=["seals_checked"])
        bidder = _name_of(attendance, actor)
        tell(session, "opening.seal_checked", actor, at, bidder=bidder, intact=intact)
    return attendance


@transaction.atomic
def confirm(*, actor: Actor, code: str, stage: str, at: datetime) -> Attendance:
    """Confirm the opening record; silence until the timer ends counts as not signed."""
    session = take_part(actor, "confirm", code, stage)
    in_step(session, "confirming")
    attendance = _present(actor, session, at)
    if attendance.confirmed_at is None:
        attendance.confirmed_at, attendance.confirmation = at, "agreed"
        attendance.save(update_fields=["confirmed_at", "confirmation"])
        name = _name_of(attendance, actor)
        tell(session, "opening.confirmed", actor, at, name=name, role=attendance.role)
    return attendance


def _present(actor: Actor, session: OpeningSession, at: datetime) -> Attendance:
    """Give the actor's attendance; whoever acts is present."""
    sign_in(actor=actor, code=session.tender.code, stage=session.stage, at=at)
    return Attendance.objects.select_related("organisation").get(
        session=session, person_id=actor.person_id
    )


def _name_of(attendance: Attendance, actor: Actor) -> str:
    return attendance.organisation.name if attendance.organisation else actor.name
