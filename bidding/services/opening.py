"""The opening session step by step, led by the host, with a timer on each step (rulebook 3.1).

Every step is one fact in the session's stream, so that thousands who watch see the same and nobody
asks. Steps that a timer ends are taken by `due`, which calls the very same functions.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding import domain, policy
from bidding.domain import BID, OPENING
from bidding.models import Attendance, Bid, Envelope, Objection, OpeningSession, ReleasedKey
from bidding.queries import opening as queries
from bidding.sealing import SealingError, check_share_b, check_stage_key
from bidding.services import reading
from kernel.errors import Conflict, DomainError, Invalid
from kernel.text import gettext_noop as _
from ledger import papers
from ledger.models import Entry
from ledger.services import record
from trading import queries as tenders
from trading.models import Tender
from trading.services import procedure as trading
from trading.timetable import PACES

LONGEST_TEXT = 2000


def timer(step: str) -> timedelta:
    """Give the length of a step at this installation's pace (minutes in law)."""
    return PACES[settings.PACE].timer(domain.STEP_MINUTES[step])


def tell(session: OpeningSession, kind: str, actor: Actor, at: datetime, **data: object) -> Entry:
    """Record a fact of the session in its stream."""
    return record(
        stream=session.stream,
        kind=kind,
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        **data,
    )


def move(session: OpeningSession, event: str, at: datetime) -> None:
    """Make a move of the session and set the timer of the step it reaches."""
    session.state = OPENING.after(session.state, event)
    timed = session.state in domain.STEP_MINUTES
    session.step_due_at = at + timer(session.state) if timed else None
    session.next_due_at = session.step_due_at
    session.save()


# --- before the hall ---


def schedule_opening(
    *, tender: Tender, stage: str, opens_at: datetime, at: datetime, admitted: Sequence[int] = ()
) -> OpeningSession:
    """Open the waiting room of one stage; asking again moves the time of one still waiting."""
    session, made = OpeningSession.objects.get_or_create(
        tender=tender,
        stage=stage,
        defaults={
            "opens_at": opens_at,
            "admitted": list(admitted),
            "next_due_at": opens_at if stage == "price" else None,
        },
    )
    if not made and session.state == "waiting":
        session.opens_at = opens_at
        session.save(update_fields=["opens_at"])
    tell(session, "opening.scheduled", SYSTEM, at, opens_at=opens_at, stage=stage)
    return session


def on_tender_published(entry: Entry) -> None:
    """Open the waiting room when a tender is published or its deadline moves."""
    tender = tenders.lock_tender(entry.tender)
    if tender.bids_close_at is None:
        return
    stage = tender.policy["stages"][0]
    schedule_opening(tender=tender, stage=stage, opens_at=tender.bids_close_at, at=entry.at)


def on_technical_closed(entry: Entry) -> None:
    """Call the price opening, for the admitted bids only (rulebook 3.3)."""
    tender = tenders.lock_tender(entry.tender)
    if tender.stages == "two":
        opens_at = entry.at + timer("unlocking")
        admitted = entry.data["admitted"]
        schedule_opening(
            tender=tender, stage="price", opens_at=opens_at, at=entry.at, admitted=admitted
        )


def on_tender_closed(entry: Entry) -> None:
    """Count when the deadline has closed the tender; the bids are known from this moment."""
    tender = tenders.lock_tender(entry.tender)
    count_bids(code=tender.code, stage=tender.policy["stages"][0], at=entry.at)


@transaction.atomic
def count_bids(*, code: str, stage: str, at: datetime) -> OpeningSession:
    """Freeze the list and count: a lot with fewer than three is not opened (M87 art. 43)."""
    session = queries.lock_session(code, stage)
    counts = queries.counts_of(session)
    tell(session, "opening.counted", SYSTEM, at, lots=counts, total=sum(counts.values()))
    short = domain.lots_with_too_few(counts)
    for number in short:
        _fail_lot(session, number, counts[number], at)
    if len(short) == len(counts):
        _fail(session, at)
    else:
        move(session, "count", at)
    return session


def _fail_lot(session: OpeningSession, number: int, count: int, at: datetime) -> None:
    trading.fail_lot(
        actor=SYSTEM,
        code=session.tender.code,
        number=number,
        reason=f"投标截止时间结束后，投标人为 {count} 家，不足三家",
        article="政府采购法第三十六条第一款第（一）项",
        at=at,
    )
    for bid in Bid.objects.filter(lot__tender=session.tender, lot__number=number, state="sealed"):
        set_state(bid, "return")


def _fail(session: OpeningSession, at: datetime) -> None:
    session.state = OPENING.after(session.state, "fail")
    session.ended_at, session.next_due_at, session.step_due_at = at, None, None
    session.save()
    tell(session, "opening.failed", SYSTEM, at)


def set_state(bid: Bid, event: str, note: str = "") -> None:
    """Make a move of a bid, with the note that explains it."""
    bid.state = BID.after(bid.state, event)
    bid.note = note or bid.note
    bid.save(update_fields=["state", "note"])


# --- in the hall ---


@transaction.atomic
def sign_in(*, actor: Actor, code: str, stage: str, role: str, at: datetime) -> Attendance:
    """Note who is present; a bidder's sign-in before closing is withheld."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "opening.sign_in", session)
    own = queries.own_bids(actor, session)
    attendance, made = Attendance.objects.get_or_create(
        session=session,
        person_id=actor.person_id,
        defaults={
            "role": role,
            "organisation": own[0].bidder if own else None,
            "signed_in_at": at,
        },
    )
    if made:
        tell(session, "attendance.signed_in", actor, at, role=role, name=actor.name)
    return attendance


def _host(actor: Actor, code: str, stage: str) -> OpeningSession:
    session = queries.lock_session(code, stage)
    if actor is not SYSTEM:
        policy.require(actor, "opening.host", session)
    return session


@transaction.atomic
def announce(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Begin: the host announces the opening and its discipline."""
    session = _host(actor, code, stage)
    move(session, "announce", at)
    session.host_id, session.started_at = actor.person_id, at
    session.save(update_fields=["host", "started_at"])
    if stage != "price":
        trading.open_tender(actor=actor, code=code, at=at)
    tell(session, "opening.announced", actor, at, host=actor.name, discipline=domain.DISCIPLINE)
    return session


@transaction.atomic
def list_bidders(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Make the list of bidders public: names, order, receipts' hashes (EB20 art. 32)."""
    session = _host(actor, code, stage)
    move(session, "list", at)
    listed = [_listed(bid) for bid in queries.bids_of(session)]
    tell(session, "opening.listed", actor, at, bids=listed)
    return session


def _listed(bid: Bid) -> dict[str, object]:
    return {
        "lot": bid.lot.number,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "uscc": bid.bidder.uscc,
        "accepted_at": bid.accepted_at,
        "commit": bid.commit_hash,
    }


@transaction.atomic
def start_seal_check(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Let every bidder's own client compare the stored objects with its receipt (BL art. 36)."""
    session = _host(actor, code, stage)
    move(session, "check_seals", at)
    tell(session, "opening.seal_check_started", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def check_seals(*, actor: Actor, code: str, stage: str, intact: bool, at: datetime) -> Attendance:
    """Record what a bidder's client found; a mismatch is an objection on the spot."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "opening.check_seals", session)
    _in_step(session, "checking", "unlocking")
    attendance = sign_in(actor=actor, code=code, stage=stage, role="bidder", at=at)
    attendance.seals_checked = "intact" if intact else "broken"
    attendance.save(update_fields=["seals_checked"])
    name = attendance.organisation.name if attendance.organisation else actor.name
    tell(session, "opening.seal_checked", actor, at, bidder=name, intact=intact)
    return attendance


def _in_step(session: OpeningSession, *steps: str) -> None:
    if session.state not in steps:
        raise Conflict(
            "opening.wrong_step",
            _("当前环节是“%(step)s”，此操作不在本环节进行。"),
            step=OPENING.titles[session.state],
        )


@transaction.atomic
def start_unlock(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Open the window in which every bidder hands in its share."""
    session = _host(actor, code, stage)
    move(session, "start_unlock", at)
    tell(session, "opening.unlock_started", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def extend_unlock(
    *, actor: Actor, code: str, stage: str, minutes: int, reason: str, at: datetime
) -> OpeningSession:
    """Give more time to hand in shares; only the host, only with a reason."""
    session = _host(actor, code, stage)
    if not reason.strip() or not 0 < minutes <= domain.STEP_MINUTES["unlocking"]:
        raise Invalid("opening.extension", _("延长须说明理由，且一次不超过三十分钟。"))
    session.state = OPENING.after(session.state, "extend_unlock")
    due = (session.step_due_at or at) + PACES[settings.PACE].timer(minutes)
    session.step_due_at = session.next_due_at = due
    session.save()
    tell(session, "opening.unlock_extended", actor, at, due_at=due, reason=reason)
    return session


def hand_in_share(
    *, actor: Actor, code: str, stage: str, bid: int, share: bytes, at: datetime
) -> bool:
    """Take a bidder's share b; a wrong one is recorded and may be tried again until the window
    ends.

    Raises Conflict outside the window, SealingError when the share is not the committed one.
    """
    refusal: SealingError | None = None
    with transaction.atomic():
        session = queries.lock_session(code, stage)
        policy.require(actor, "opening.hand_in_share", session)
        _in_window(session, at)
        mine = _own_bid(actor, session, bid)
        envelope = queries.envelope_of(mine, stage)
        try:
            check_share_b(bytes(envelope.core), share)
        except SealingError as error:
            refusal = error
            tell(session, "opening.share_refused", actor, at, **_line(mine))
        else:
            _keep_share(session, mine, envelope, share, actor, at)
    if refusal is not None:
        raise refusal
    return True


def _keep_share(
    session: OpeningSession, bid: Bid, envelope: Envelope, share: bytes, actor: Actor, at: datetime
) -> None:
    if envelope.share_at is not None:
        return
    envelope.share, envelope.share_at = share, at
    envelope.save(update_fields=["share", "share_at"])
    if session.stage != "price":
        set_state(bid, "unlock")
    tell(session, "opening.share_accepted", actor, at, **_line(bid))
    if all(e.share_at for e in _envelopes(session)):
        session.next_due_at = at
        session.save(update_fields=["next_due_at"])


def _in_window(session: OpeningSession, at: datetime) -> None:
    _in_step(session, "unlocking")
    if session.step_due_at is not None and at >= session.step_due_at:
        raise Conflict("opening.window_closed", _("解密时间已结束，份额未被接收。"))


def _own_bid(actor: Actor, session: OpeningSession, bid: int) -> Bid:
    for mine in queries.own_bids(actor, session):
        if mine.pk == bid and mine.state not in queries.OUT:
            return mine
    raise Conflict("opening.not_your_bid", _("这份投标不是贵单位的，或已不在解密范围内。"))


def _line(bid: Bid) -> dict[str, object]:
    return {"lot": bid.lot.number, "sequence": bid.sequence, "bidder": bid.bidder.name}


def _envelopes(session: OpeningSession) -> list[Envelope]:
    open_bids = [b for b in queries.bids_of(session) if b.lot.state == "open"]
    return list(
        Envelope.objects.filter(bid__in=open_bids, stage=session.stage).select_related(
            "bid__lot", "bid__bidder"
        )
    )


@transaction.atomic
def close_unlock(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Close the window and log which bids are unlocked, before any custodian key is out.

    A bid whose share was not handed in is treated as revoked (EB20 art. 31).
    """
    session = _host(actor, code, stage)
    everyone = _envelopes(session)
    early = session.step_due_at is not None and at < session.step_due_at
    if early and not all(e.share_at for e in everyone):
        raise Conflict("opening.window_open", _("仍有投标人未解密，解密时间未到，不能提前关闭。"))
    move(session, "close_unlock", at)
    unlocked = [_line(e.bid) for e in everyone if e.share_at]
    tell(session, "opening.unlock_closed", actor, at, unlocked=unlocked)
    for envelope in everyone:
        if envelope.share_at is None:
            revoke(session, envelope.bid, _("未在规定时间内交出解密份额"), at)
    start_release(actor=SYSTEM, code=code, stage=stage, at=at)
    session.refresh_from_db()
    return session


def revoke(session: OpeningSession, bid: Bid, cause: str, at: datetime, **proof: object) -> None:
    """Treat a bid as revoked through the bidder's own failing (EB20 art. 31)."""
    set_state(bid, "revoke", cause)
    tell(session, "bid.revoked", SYSTEM, at, **_line(bid), cause=cause, proof=proof)


@transaction.atomic
def start_release(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask the custodians for their stage keys."""
    session = _host(actor, code, stage)
    move(session, "start_release", at)
    tell(session, "opening.release_started", actor, at, due_at=session.step_due_at)
    return session


def release_key(*, actor: Actor, code: str, stage: str, private_key: bytes, at: datetime) -> None:
    """Publish a custodian's stage key; a wrong one is refused, recorded and does not count."""
    refusal: SealingError | None = None
    with transaction.atomic():
        session = queries.lock_session(code, stage)
        policy.require(actor, "opening.release_key", session)
        _in_step(session, "releasing", "postponed", "reading")
        seat = queries.custodian_of(actor, session)
        if seat is None:
            raise Conflict("opening.no_seat", _("您不是本项目的密钥托管人。"))
        told = {"index": seat.index, "name": actor.name, "office": seat.office}
        try:
            check_stage_key(queries.policy_of(session), stage, seat.index, private_key)
        except SealingError as error:
            refusal = error
            tell(session, "opening.key_refused", actor, at, **told)
        else:
            _publish_key(session, told, private_key, actor, at)
    if refusal is not None:
        raise refusal


def _publish_key(
    session: OpeningSession, told: dict[str, Any], key: bytes, actor: Actor, at: datetime
) -> None:
    _kept, made = ReleasedKey.objects.get_or_create(
        session=session,
        index=told["index"],
        defaults={"private_key": key, "released_by": actor.ref, "released_at": at},
    )
    if not made:
        return
    tell(session, "opening.key_released", actor, at, **told, private_key=key.hex())
    enough = len(queries.released_keys(session)) >= session.tender.threshold
    if enough and session.state in {"releasing", "postponed"}:
        session.next_due_at = at
        session.save(update_fields=["next_due_at"])


@transaction.atomic
def postpone(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Put the opening off: fewer than k keys came, nothing was opened, nobody learnt anything."""
    session = _host(actor, code, stage)
    move(session, "postpone", at)
    came, needed = len(queries.released_keys(session)), session.tender.threshold
    tell(session, "opening.postponed", actor, at, released=came, needed=needed)
    return session


@transaction.atomic
def start_reading(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Open the read-outs with k keys, and begin to read them out one by one."""
    session = _host(actor, code, stage)
    if session.state == "postponed":
        move(session, "start_release", at)
    if len(queries.released_keys(session)) < session.tender.threshold:
        raise Conflict("opening.too_few_keys", _("托管人公布的有效密钥不足，不能启封。"))
    move(session, "start_reading", at)
    unlocked = [e for e in _envelopes(session) if e.share_at]
    tell(session, "opening.reading_started", actor, at, bids=len(unlocked))
    for envelope, fault in reading.open_all(session, unlocked, at):
        if fault.who == "bidder":
            revoke(session, envelope.bid, fault.code, at, **fault.proof)
        else:
            _treat_as_withdrawn(session, envelope.bid, fault.code, at)
    session.next_due_at = at
    session.save(update_fields=["next_due_at"])
    return session


def _treat_as_withdrawn(session: OpeningSession, bid: Bid, cause: str, at: datetime) -> None:
    """Treat as withdrawn, through the platform's fault; a claim for loss stays (EB20 art. 31)."""
    set_state(bid, "treat_as_withdrawn", cause)
    tell(session, "bid.treated_as_withdrawn", SYSTEM, at, **_line(bid), cause=cause)


@transaction.atomic
def read_next(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Read out the next bid: name, price, time and whatever else the document names."""
    session = _host(actor, code, stage)
    _in_step(session, "reading")
    waiting = [bid for bid in queries.bids_of(session) if reading.is_readable(bid, session.stage)]
    place = session.reading
    if place >= len(waiting):
        return invite_objections(actor=actor, code=code, stage=stage, at=at)
    bid = waiting[place]
    if session.stage != "price":
        set_state(bid, "read")
    session.reading = place + 1
    move(session, "read", at)
    tell(session, "bid.read", actor, at, **reading.read_line(bid, session.stage))
    return session


@transaction.atomic
def invite_objections(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask for objections, to be answered in writing on the spot (BLR art. 44)."""
    session = _host(actor, code, stage)
    move(session, "invite_objections", at)
    tell(session, "opening.objections_invited", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def raise_objection(*, actor: Actor, code: str, stage: str, text: str, at: datetime) -> Objection:
    """Record a bidder's objection."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "opening.raise_objection", session)
    _in_step(session, "checking", "unlocking", "unlocked", "releasing", "reading", "objecting")
    _worded(text)
    objection = Objection.objects.create(
        session=session,
        bidder=queries.own_bids(actor, session)[0].bidder,
        raised_by_id=actor.person_id,
        text=text.strip(),
        raised_at=at,
    )
    told = {"number": objection.pk, "bidder": objection.bidder.name, "text": objection.text}
    tell(session, "opening.objection_raised", actor, at, **told)
    return objection


def _worded(text: str) -> None:
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise Invalid("opening.text", _("请填写内容，不超过两千字。"))


@transaction.atomic
def answer_objection(
    *, actor: Actor, code: str, stage: str, objection: int, text: str, at: datetime
) -> Objection:
    """Answer an objection in writing; the first answer stands."""
    session = _host(actor, code, stage)
    _worded(text)
    found = queries.objections_of(session).filter(pk=objection).first()
    if found is None or found.answered_at is not None:
        raise Conflict("objection.answered", _("该异议已答复，或不存在。"))
    found.answer, found.answered_at = text.strip(), at
    found.save(update_fields=["answer", "answered_at"])
    tell(session, "opening.objection_answered", actor, at, number=found.pk, text=found.answer)
    return found


@transaction.atomic
def invite_confirmation(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask everybody to confirm the record; an unanswered objection keeps the step open."""
    session = _host(actor, code, stage)
    if queries.objections_of(session).filter(answered_at=None).exists():
        raise Conflict("objection.open", _("还有异议未答复。请主持人先书面答复。"))
    move(session, "invite_confirmation", at)
    tell(session, "opening.confirmation_invited", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def confirm(*, actor: Actor, code: str, stage: str, role: str, at: datetime) -> Attendance:
    """Confirm the opening record; silence until the timer ends counts as not signed."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "opening.confirm", session)
    _in_step(session, "confirming")
    attendance = sign_in(actor=actor, code=code, stage=stage, role=role, at=at)
    if attendance.confirmed_at is None:
        attendance.confirmed_at, attendance.confirmation = at, "agreed"
        attendance.save(update_fields=["confirmed_at", "confirmation"])
        name = attendance.organisation.name if attendance.organisation else actor.name
        tell(session, "opening.confirmed", actor, at, name=name, role=attendance.role)
    return attendance


@transaction.atomic
def end(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Close the session: the record is final, and its paper is ordered."""
    session = _host(actor, code, stage)
    move(session, "end", at)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    if stage != "price":
        trading.confirm_record(actor=actor, code=code, at=at)
    opened = sum(1 for bid in queries.bids_of(session) if reading.is_readable(bid, stage))
    tell(session, "opening.ended", actor, at, opened=opened)
    papers.order(
        kind="opening_record",
        subject=f"{code}.{stage}",
        stream=session.stream,
        tender=code,
        content=reading.record_content(session, at),
        at=at,
    )
    return session


# --- what time does ---


def due(at: datetime) -> int:
    """Take the steps whose timer has run out, one transaction each."""
    return sum(_take_due(code, stage, at) for code, stage in queries.due_sessions(at))


def _take_due(code: str, stage: str, at: datetime) -> int:
    with transaction.atomic():
        session = queries.lock_session(code, stage)
        if session.next_due_at is None or session.next_due_at > at:
            return 0
        try:
            with transaction.atomic():
                _timed_step(session, at)
        except DomainError:
            # The step waits for a person (an objection is unanswered): look again later.
            OpeningSession.objects.filter(pk=session.pk).update(next_due_at=at + timer("reading"))
            return 0
    return 1


def _timed_step(session: OpeningSession, at: datetime) -> None:
    if session.state == "waiting":
        count_bids(code=session.tender.code, stage=session.stage, at=at)
        return
    place = {"actor": SYSTEM, "code": session.tender.code, "stage": session.stage, "at": at}
    enough = len(queries.released_keys(session)) >= session.tender.threshold
    step = {
        "checking": start_unlock,
        "unlocking": close_unlock,
        "releasing": start_reading if enough else postpone,
        "postponed": start_reading,
        "reading": read_next,
        "objecting": invite_confirmation,
        "confirming": end,
    }[session.state]
    step(**place)
