"""The unlock window: every bidder hands in its share, from its own client (sealing.md 5)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding import domain
from bidding.models import Bid, OpeningSession
from bidding.queries import opening as queries
from bidding.sealing import SealingError, check_share_b
from bidding.services.opening.recovery import give_up
from bidding.services.opening.release import start_release
from bidding.services.opening.session import in_step, lead, line_of, minutes, move, take_part, tell
from bidding.services.opening.window import keep_share, own_envelope, window_end
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

LONGEST_REASON = 200


@transaction.atomic
def start_unlock(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Open the window in which every bidder hands in its share."""
    session = lead(actor, code, stage)
    move(session, "start_unlock", at)
    tell(session, "opening.unlock_started", actor, at, due_at=session.step_due_at)
    return session


@transaction.atomic
def extend_unlock(
    *, actor: Actor, code: str, stage: str, longer: int, reason: str, at: datetime
) -> OpeningSession:
    """Give more minutes to hand in shares; only the host, only with a reason."""
    session = lead(actor, code, stage)
    due = window_end(session, at)
    most = domain.STEP_MINUTES["unlocking"]
    if not 0 < len(reason.strip()) <= LONGEST_REASON or not 0 < longer <= most:
        raise Invalid(
            "opening.extension",
            _("延长须说明理由（二百字以内），且一次不超过 %(most)s 分钟。"),
            most=most,
            field="reason",
        )
    session.step_due_at = session.next_due_at = due + minutes(longer)
    session.save(update_fields=["step_due_at", "next_due_at"])
    told = {"due_at": session.step_due_at, "reason": reason.strip()}
    tell(session, "opening.unlock_extended", actor, at, **told)
    return session


def hand_in_share(
    *, actor: Actor, code: str, stage: str, lot: int, share: bytes, at: datetime
) -> Bid:
    """Take the share of the actor's bid for a lot; again it changes nothing.

    A wrong one is recorded, refused, and may be tried again until the window ends.
    """
    refusal: SealingError | None = None
    with transaction.atomic():
        session = take_part(actor, "hand_in_share", code, stage)
        window_end(session, at)
        bid, envelope = own_envelope(actor, session, lot)
        try:
            check_share_b(bytes(envelope.core), share)
        except SealingError as error:
            refusal = error
            tell(session, "opening.share_refused", actor, at, **line_of(bid))
        else:
            if envelope.share_at is None:
                kind = "opening.share_accepted"
                keep_share(session, envelope, share, kind=kind, actor=actor, at=at)
    if refusal is not None:
        raise refusal
    return bid


@transaction.atomic
def close_unlock(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Close the window and log which bids are unlocked, before any custodian key is out.

    A bid whose share was neither handed in nor recovered stays shut (EB20 art. 31).
    """
    session = lead(actor, code, stage)
    in_step(session, "unlocking")
    locked = list(queries.locked_envelopes(session))
    early = session.step_due_at is not None and at < session.step_due_at
    if early and locked:
        raise Conflict("opening.window_open", _("仍有投标人未解密，解密时间未到，不能提前关闭。"))
    move(session, "close_unlock", at)
    unlocked = [line_of(envelope.bid) for envelope in queries.unlocked_envelopes(session)]
    tell(session, "opening.unlock_closed", actor, at, unlocked=unlocked)
    for envelope in locked:
        give_up(session, envelope, at)
    return start_release(actor=SYSTEM, code=code, stage=stage, at=at)
