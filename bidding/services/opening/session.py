"""What every step shares: its fact, its move, its timer, and who may take it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from accounts.domain import SYSTEM, Actor
from bidding import domain, policy
from bidding.domain import BID, OPENING
from bidding.models import Bid, OpeningSession
from bidding.queries import opening as queries
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import Entry, record
from trading.timetable import PACES

LONGEST_TEXT = 2000


def minutes(number: int) -> timedelta:
    """Give so many minutes of the tender document at this installation's pace."""
    return PACES[settings.PACE].timer(number)


def timer(step: str) -> timedelta:
    """Give the length of a step at this installation's pace (minutes in law)."""
    return domain.READ_OUT if step == "reading" else minutes(domain.STEP_MINUTES[step])


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
    timed = session.state in (*domain.STEP_MINUTES, "reading")
    session.step_due_at = at + timer(session.state) if timed else None
    session.next_due_at = session.step_due_at
    session.save(update_fields=["state", "step_due_at", "next_due_at"])


def wake(session: OpeningSession, at: datetime) -> None:
    """Let the clock look at the session at this instant."""
    session.next_due_at = at
    session.save(update_fields=["next_due_at"])


def set_state(bid: Bid, event: str, note: str = "") -> None:
    """Make a move of a bid, with the note that explains it."""
    bid.state = BID.after(bid.state, event)
    bid.note = note or bid.note
    bid.save(update_fields=["state", "note"])


def set_states(bids: Sequence[Bid], event: str) -> None:
    """Make the same move of several bids at once."""
    for state in {bid.state for bid in bids}:
        same = [bid.pk for bid in bids if bid.state == state]
        Bid.objects.filter(pk__in=same).update(state=BID.after(state, event))


def lead(actor: Actor, code: str, stage: str) -> OpeningSession:
    """Lock the session for its host, or for the clock that acts in the host's place."""
    session = queries.lock_session(code, stage)
    if actor is not SYSTEM:
        policy.require(actor, "opening.host", session)
    return session


def take_part(actor: Actor, act: str, code: str, stage: str) -> OpeningSession:
    """Lock the session for somebody who acts in it by right."""
    session = queries.lock_session(code, stage)
    policy.require(actor, f"opening.{act}", session)
    return session


def in_step(session: OpeningSession, *steps: str) -> None:
    """Refuse what does not belong to the session's present step."""
    if session.state not in steps:
        raise Conflict(
            "opening.wrong_step",
            _("当前环节是“%(step)s”，此操作不在本环节进行。"),
            step=OPENING.titles[session.state],
        )


def worded(text: str) -> str:
    """Give a written statement without surrounding space; refuse an empty or endless one."""
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise Invalid("opening.text", _("请填写内容，不超过两千字。"), field="text")
    return text.strip()


def line_of(bid: Bid) -> dict[str, object]:
    """Name a bid as the hall does."""
    return {
        "lot": bid.lot.number,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "commit": bid.commit_hash,
    }


def revoke(session: OpeningSession, bid: Bid, cause: str, at: datetime, **proof: object) -> None:
    """Treat a bid as revoked through the bidder's own failing (EB20 art. 31)."""
    set_state(bid, "revoke", domain.cause_of(cause))
    tell(session, "bid.revoked", SYSTEM, at, **line_of(bid), cause=cause, proof=proof)


def treat_as_withdrawn(
    session: OpeningSession, bid: Bid, cause: str, at: datetime, **told: object
) -> None:
    """Treat as withdrawn, through no fault of its bidder; a claim for loss stays (EB20 art. 31)."""
    set_state(bid, "treat_as_withdrawn", domain.cause_of(cause))
    tell(session, "bid.treated_as_withdrawn", SYSTEM, at, **line_of(bid), cause=cause, **told)
