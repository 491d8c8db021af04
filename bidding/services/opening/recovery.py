"""Recovery of a lost share: its bidder asks, in the window, for that one bid (sealing.md 5).

Nothing is released unasked; a part that does not match what the bidder committed to counts for
nobody; and no custodian's key ever comes here.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import Envelope, OpeningSession, RecoveryPart, RecoveryRequest
from bidding.queries import recovery as queries
from bidding.sealing import SealingError, check_escrow_part, combine_escrow
from bidding.sealing.derive import part_commitment
from bidding.services.opening.session import (
    line_of,
    revoke,
    take_part,
    tell,
    treat_as_withdrawn,
)
from bidding.services.opening.window import keep_share, own_envelope, window_end
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from trading.models import Custodian


@transaction.atomic
def request_recovery(
    *, actor: Actor, code: str, stage: str, lot: int, at: datetime
) -> RecoveryRequest:
    """Ask that the share of the actor's own bid be recovered; again it changes nothing."""
    session = take_part(actor, "request_recovery", code, stage)
    window_end(session, at)
    bid, envelope = own_envelope(actor, session, lot)
    if envelope.share_at is not None:
        raise _unlocked()
    if not queries.is_escrowed(envelope):
        raise Conflict(
            "recovery.no_escrow",
            _(
                "这份投标密封时没有选择代存份额，无法恢复。请用设备密钥或恢复密钥解密；"
                "到时间仍不能解密的，视为撤销投标。"
            ),
        )
    made, is_new = RecoveryRequest.objects.get_or_create(
        envelope=envelope,
        defaults={"session": session, "requested_by": actor.ref, "requested_at": at},
    )
    if is_new:
        # A custodian's client releases a part for the very commit that this fact names.
        told = line_of(bid) | {"commit": queries.name_of(envelope)}
        told |= {"needed": queries.needed(made), "due_at": session.step_due_at}
        tell(session, "opening.recovery_requested", actor, at, **told)
    return made


def _unlocked() -> Conflict:
    return Conflict("recovery.unlocked_already", _("这份投标已经解密，无需恢复份额。"))


def release_part(
    *, actor: Actor, code: str, stage: str, commit: str, part: bytes, at: datetime
) -> RecoveryRequest:
    """Give a recovery custodian's part of one bid's share; a wrong one is refused and recorded.

    With ke parts the share is whole again and the bid counts as unlocked.
    """
    refusal: SealingError | None = None
    with transaction.atomic():
        session = take_part(actor, "release_part", code, stage)
        window_end(session, at)
        request, seat = queries.request_for(session, commit), _seat(actor, session)
        core = bytes(request.envelope.core)
        try:
            check_escrow_part(core, seat.index, part)
        except SealingError as error:
            refusal = error
            given = part_commitment("share-e-part", seat.index, part).hex()
            told = _told(request.envelope, seat) | {"given": given}
            tell(session, "opening.part_refused", actor, at, **told)
        else:
            _keep_part(session, request, seat, part, actor=actor, at=at)
    if refusal is not None:
        raise refusal
    return request


def _seat(actor: Actor, session: OpeningSession) -> Custodian:
    seat = queries.seat_of(actor, session)
    if seat is None:
        raise Missing("opening.no_seat", _("您不是本项目的这一位密钥托管人。"))
    return seat


def _told(envelope: Envelope, seat: Custodian) -> dict[str, object]:
    """Name bid and custodian; the part itself is never told, nor is a share of a good bid."""
    place = {"index": seat.index, "name": seat.person.name, "office": seat.office}
    return line_of(envelope.bid) | place


def _keep_part(
    session: OpeningSession,
    request: RecoveryRequest,
    seat: Custodian,
    part: bytes,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if request.parts.filter(index=seat.index).exists():
        return
    if request.envelope.share_at is not None:
        raise _unlocked()
    RecoveryPart.objects.create(
        request=request, index=seat.index, part=part, released_by=actor.ref, released_at=at
    )
    tell(session, "opening.part_released", actor, at, **_told(request.envelope, seat))
    _recover(session, request, at)


def _recover(session: OpeningSession, request: RecoveryRequest, at: datetime) -> None:
    """Put the share together when enough parts are there; only the committed one is taken."""
    parts = queries.parts_of(request)
    try:
        share = combine_escrow(bytes(request.envelope.core), parts)
    except SealingError:  # too few yet, or parts that disagree: another one may decide it
        return
    request.recovered_at = at
    request.save(update_fields=["recovered_at"])
    indexes = sorted(parts)
    keep_share(
        session,
        request.envelope,
        share,
        kind="opening.recovery_used",
        actor=SYSTEM,
        at=at,
        indexes=indexes,
    )


def give_up(session: OpeningSession, envelope: Envelope, at: datetime) -> None:
    """Let the end of the window fall on who is at fault for a bid that is still locked.

    No share and no request: the bidder's. Parts enough that give no share: the bidder's, who sealed
    them so, with the parts as proof. Too few parts: the custodians', and a claim for loss stays.
    """
    request = queries.request_of(envelope)
    if request is None:
        revoke(session, envelope.bid, "no_share", at)
        return
    parts, needed = queries.parts_of(request), queries.needed(request)
    if len(parts) >= needed:
        shown = {str(index): part.hex() for index, part in sorted(parts.items())}
        revoke(session, envelope.bid, "recovery.parts_disagree", at, parts=shown)
        return
    told: dict[str, Any] = {"released": sorted(parts), "needed": needed}
    treat_as_withdrawn(session, envelope.bid, "recovery.too_few_parts", at, **told)
