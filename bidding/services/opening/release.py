"""The custodians publish their stage keys; fewer than k and nothing is opened."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from bidding.models import OpeningSession, ReleasedKey
from bidding.queries import attending
from bidding.queries import opening as queries
from bidding.sealing import SealingError, check_stage_key
from bidding.services.opening.session import in_step, lead, move, take_part, tell, wake
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _

TAKES_KEYS = ("releasing", "postponed", "reading")


@transaction.atomic
def start_release(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Ask the custodians for their stage keys."""
    session = lead(actor, code, stage)
    move(session, "start_release", at)
    tell(session, "opening.release_started", actor, at, due_at=session.step_due_at)
    return session


def release_key(
    *, actor: Actor, code: str, stage: str, index: int, private_key: bytes, at: datetime
) -> None:
    """Publish a custodian's stage key; a wrong one is refused, recorded and does not count."""
    refusal: SealingError | None = None
    with transaction.atomic():
        session = take_part(actor, "release_key", code, stage)
        in_step(session, *TAKES_KEYS)
        told = _seat(actor, session, index)
        try:
            check_stage_key(queries.policy_of(session), stage, index, private_key)
        except SealingError as error:
            refusal = error
            tell(session, "opening.key_refused", actor, at, **told)
        else:
            _publish_key(session, told, private_key, actor, at)
    if refusal is not None:
        raise refusal


def _seat(actor: Actor, session: OpeningSession, index: int) -> dict[str, Any]:
    """Give the actor's own seat, as the policy that was frozen numbers it."""
    seat = attending.custodian_of(actor, session)
    if seat is None or seat.index != index:
        raise Missing("opening.no_seat", _("您不是本项目的这一位密钥托管人。"))
    return {"index": index, "name": actor.name, "office": seat.office}


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
    if queries.has_enough_keys(session) and session.state in {"releasing", "postponed"}:
        wake(session, at)


@transaction.atomic
def postpone(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Put the opening off: fewer than k keys came in their time, and nobody learnt anything."""
    session = lead(actor, code, stage)
    in_step(session, "releasing")
    if queries.has_enough_keys(session):
        raise Conflict("opening.enough_keys", _("有效密钥已足够，应当开始唱标。"))
    if session.step_due_at is not None and at < session.step_due_at:
        raise Conflict("opening.release_open", _("托管人公布密钥的时间未到，不能延期。"))
    move(session, "postpone", at)
    came, needed = len(queries.released_keys(session)), session.tender.threshold
    tell(session, "opening.postponed", actor, at, released=came, needed=needed)
    return session
