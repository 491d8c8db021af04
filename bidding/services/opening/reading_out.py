"""The read-out: all opened at once with k keys, then read bid by bid (rulebook 3.1 steps 9-11)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding import domain
from bidding.models import Envelope, OpeningSession
from bidding.queries import attending
from bidding.queries import opening as queries
from bidding.services import objects, reading
from bidding.services.opening.hearing import invite_objections
from bidding.services.opening.session import (
    in_step,
    lead,
    line_of,
    minutes,
    move,
    revoke,
    set_states,
    take_part,
    tell,
    treat_as_withdrawn,
    wake,
)
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import record_each

AHEAD = 20
"""How many are opened before the first is read, and before each one that follows."""


@transaction.atomic
def start_reading(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Open the read-outs with k keys, and begin to read them out one by one."""
    session = lead(actor, code, stage)
    in_step(session, "releasing", "postponed")
    if not queries.has_enough_keys(session):
        raise Conflict("opening.too_few_keys", _("托管人公布的有效密钥不足，不能启封。"))
    if session.state == "postponed":
        move(session, "start_release", at)
    move(session, "start_reading", at)
    unlocked = queries.unlocked_envelopes(session).count()
    tell(session, "opening.reading_started", actor, at, bids=unlocked)
    _open_ahead(session, at)
    wake(session, at)
    return session


def _open_ahead(session: OpeningSession, at: datetime) -> bool:
    """Open the next few, so that the first line waits for no more than these; False when all are.

    The keys are public: what is left could be opened by anybody, and is before its turn comes.
    """
    few = list(queries.unopened_envelopes(session)[:AHEAD])
    _open(session, few, at)
    return bool(few)


def _open(session: OpeningSession, envelopes: Iterable[Envelope], at: datetime) -> None:
    """Open what can be opened, and let every failure fall on who is at fault (sealing.md 5)."""
    for envelope, fault in reading.open_all(session, envelopes, at):
        if fault.who == "bidder":
            revoke(session, envelope.bid, fault.code, at, **fault.proof)
        else:
            _wait_for_resupply(session, envelope, fault.code, at)


def _wait_for_resupply(
    session: OpeningSession, envelope: Envelope, cause: str, at: datetime
) -> None:
    """Log that the platform's copy is damaged; the bidder may hand in the same bytes again."""
    envelope.resupply_due_at = at + minutes(domain.RESUPPLY_MINUTES)
    envelope.save(update_fields=["resupply_due_at"])
    told = {"cause": cause, "due_at": envelope.resupply_due_at}
    tell(session, "opening.object_damaged", SYSTEM, at, **line_of(envelope.bid), **told)


@transaction.atomic
def resupply(
    *, actor: Actor, code: str, stage: str, lot: int, content: bytes, at: datetime
) -> Envelope:
    """Take the sealed read-out again from its bidder: only the very bytes that were committed."""
    session = take_part(actor, "resupply", code, stage)
    in_step(session, "reading")
    envelope = _damaged(actor, session, lot, at)
    if not reading.is_committed(envelope, content):
        raise Invalid(
            "object.other_bytes",
            _("补交的密文与提交时的摘要不一致，未被接收。请补交提交时的同一份密文。"),
            field="content",
        )
    objects.replace(envelope.readout, content)
    envelope.failure, envelope.resupply_due_at = "", None
    envelope.save(update_fields=["failure", "resupply_due_at"])
    tell(session, "opening.object_resupplied", actor, at, **line_of(envelope.bid))
    _open(session, [envelope], at)
    wake(session, at)
    return envelope


def _damaged(actor: Actor, session: OpeningSession, lot: int, at: datetime) -> Envelope:
    own = {bid.pk for bid in attending.own_bids(actor, session) if bid.lot.number == lot}
    for envelope in queries.damaged_envelopes(session):
        due = envelope.resupply_due_at
        if envelope.bid_id in own and due is not None and at < due:
            return envelope
    raise Conflict("object.not_damaged", _("该投标的密文完好，或补交时间已过，无需补交。"))


@transaction.atomic
def read_next(
    *, actor: Actor, code: str, stage: str, seen: int | None = None, at: datetime
) -> OpeningSession:
    """Read out the next bid: name, price, time and whatever else the document names.

    `seen` is how many the host saw read: a second click on the same button reads no second bid.
    """
    session = _lead_reading(actor, code, stage, seen)
    envelope = _next_opened(session, at)
    if envelope is None:
        return _finish(session, actor, at)
    _read(session, [envelope], actor, at)
    return session


@transaction.atomic
def read_all(
    *, actor: Actor, code: str, stage: str, seen: int | None = None, at: datetime
) -> OpeningSession:
    """Read out at once every bid that is left: in their order, a fact each, as one by one."""
    session = _lead_reading(actor, code, stage, seen)
    while _open_ahead(session, at):
        pass
    left = list(queries.left_to_read(session))
    if not left:
        return _finish(session, actor, at)
    _read(session, left, actor, at)
    return session


def _lead_reading(actor: Actor, code: str, stage: str, seen: int | None) -> OpeningSession:
    session = lead(actor, code, stage)
    in_step(session, "reading")
    if seen is not None and seen != queries.read_count(session):
        raise Conflict("opening.moved_on", _("唱标已经前进，请以大厅当前显示为准。"))
    return session


def _next_opened(session: OpeningSession, at: datetime) -> Envelope | None:
    """Give the bid to read now, opening ahead until there is one."""
    more = _open_ahead(session, at)
    envelope = queries.left_to_read(session).first()
    while envelope is None and more:
        more = _open_ahead(session, at)
        envelope = queries.left_to_read(session).first()
    return envelope


def _read(
    session: OpeningSession, envelopes: Sequence[Envelope], actor: Actor, at: datetime
) -> None:
    """Mark bids as read out, and tell each by a fact of its own."""
    queries.envelopes_of(session).filter(pk__in=[e.pk for e in envelopes]).update(read_at=at)
    if session.stage != "price":
        set_states([envelope.bid for envelope in envelopes], "read")
    move(session, "read", at)
    record_each(
        stream=session.stream,
        kind="bid.read",
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        each=[reading.read_line(envelope) for envelope in envelopes],
    )


def _finish(session: OpeningSession, actor: Actor, at: datetime) -> OpeningSession:
    """End the read-out; a damaged copy holds it open until its bidder's time is over."""
    for envelope in queries.damaged_envelopes(session):
        due = envelope.resupply_due_at
        if due is not None and at < due:
            raise Conflict(
                "opening.awaits_resupply",
                _("平台保存的一份密文受损，正等待投标人补交同一份密文，届时再继续。"),
                until=due.isoformat(),
            )
        treat_as_withdrawn(session, envelope.bid, envelope.failure, at)
    place = {"code": session.tender.code, "stage": session.stage}
    return invite_objections(actor=actor, **place, at=at)
