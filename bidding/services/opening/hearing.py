"""Objections and their written answers, the confirmation, and the end (BLR art. 44)."""

from datetime import datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from bidding.models import Objection, OpeningSession
from bidding.queries import attending
from bidding.queries import opening as queries
from bidding.services import reading
from bidding.services.opening.session import in_step, lead, move, take_part, tell, wake, worded
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import papers
from trading import services as tenders
from trading.services import procedure as trading

MOST_OBJECTIONS = 10
HEARD_IN = ("checking", "unlocking", "releasing", "postponed", "reading", "objecting")


@transaction.atomic
def invite_objections(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask for objections, to be answered in writing on the spot (BLR art. 44)."""
    session = lead(actor, code, stage)
    in_step(session, "reading")
    if queries.left_count(session):
        raise Conflict("opening.still_reading", _("还有投标尚未唱标，不能进入异议环节。"))
    move(session, "invite_objections", at)
    tell(session, "opening.objections_invited", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def raise_objection(*, actor: Actor, code: str, stage: str, text: str, at: datetime) -> Objection:
    """Record a bidder's objection."""
    session = take_part(actor, "raise_objection", code, stage)
    in_step(session, *HEARD_IN)
    wording = worded(text)
    bidder = attending.own_bids(actor, session)[0].bidder
    if queries.objections_of(session).filter(bidder=bidder).count() >= MOST_OBJECTIONS:
        raise Conflict(
            "objection.too_many",
            _("一家投标人在一场开标中最多提出 %(most)s 项异议，请合并提出。"),
            most=MOST_OBJECTIONS,
        )
    objection = Objection.objects.create(
        session=session,
        bidder=bidder,
        raised_by=accounts.person(actor.ref.removeprefix("person:")),
        text=wording,
        raised_at=at,
    )
    told = {"number": objection.pk, "bidder": bidder.name, "text": objection.text}
    tell(session, "opening.objection_raised", actor, at, **told)
    return objection


@transaction.atomic
def answer_objection(
    *, actor: Actor, code: str, stage: str, objection: int, text: str, at: datetime
) -> Objection:
    """Answer an objection in writing; the first answer stands."""
    session = lead(actor, code, stage)
    wording = worded(text)
    found = queries.objections_of(session).filter(pk=objection).first()
    if found is None:
        raise Missing("objection.missing", _("没有这项异议。"))
    if found.answered_at is not None:
        raise Conflict("objection.answered", _("该异议已经答复；答复一经作出不再更改。"))
    found.answer, found.answered_at = wording, at
    found.save(update_fields=["answer", "answered_at"])
    tell(session, "opening.objection_answered", actor, at, number=found.pk, text=found.answer)
    tenders.note_objection(
        actor=actor,
        code=code,
        bidder=found.bidder_id,
        person=found.raised_by_id,
        raised=found.text,
        answer=found.answer,
        at=at,
    )
    if session.state == "objecting" and not queries.has_open_objections(session):
        wake(session, max(at, session.step_due_at or at))
    return found


@transaction.atomic
def invite_confirmation(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask everybody to confirm the record; an unanswered objection keeps the step open."""
    session = lead(actor, code, stage)
    in_step(session, "objecting")
    if queries.has_open_objections(session):
        raise Conflict("objection.open", _("还有异议未答复。请主持人先书面答复。"))
    move(session, "invite_confirmation", at)
    tell(session, "opening.confirmation_invited", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def end(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Close the session: the record is final, and its paper is ordered."""
    session = lead(actor, code, stage)
    move(session, "end", at)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    if stage != "price":
        trading.confirm_record(actor=actor, code=code, at=at)
    papers.order(
        kind="opening_record",
        subject=f"{code}.{stage}",
        stream=session.stream,
        tender=code,
        content=reading.record_content(session, at),
        at=at,
    )
    tell(session, "opening.ended", actor, at, opened=queries.read_count(session))
    return session
