"""The members decide whether a lot fails: too few valid bids of works, where the law asks whether
they still compete, or a ground of the law the lead puts to them (BL 42, EV12 27; GPL 36).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from evaluation import domain, policy, queries
from evaluation.models import Evaluation, Motion, MotionVote
from evaluation.queries import motions as found
from evaluation.services import prices, rejecting
from evaluation.services.committee import lock_going, tell
from evaluation.services.stages import in_state
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import failing
from trading.markets import method_of
from trading.services import procedure as trading

LONGEST: Final = 300
WORKING: Final = ("conformity", "negotiating", "technical", "price_review", "summary")
"""When a motion may be put: while the members judge, before the report is drafted."""


@transaction.atomic
def put_motion(
    *, actor: Actor, code: str, lot: int, ground: str, reason: str, at: datetime
) -> Motion:
    """Put to the members that a lot fails on a ground of the law (GPL 36); nothing goes on until
    they have decided.
    """
    evaluation = lock_going(code)
    policy.require(actor, "motion.put", evaluation)
    in_state(evaluation, *WORKING)
    failing.require_ground(ground, method_of(evaluation.tender).failing)
    open_lot = next((one for one in queries.lots_of(evaluation) if one.number == lot), None)
    if open_lot is None:
        raise Invalid("motion.lot", _("请选择还在评审的标段（包）。"), field="lot")
    found.refuse_open(evaluation)
    made = found.put(evaluation, open_lot, ground, at)
    made.put_by, made.reason = queries.seat_of(actor, evaluation), _reasoned(reason)
    made.save(update_fields=["put_by", "reason"])
    tell(evaluation, "motion.put", actor, at, lot=lot, ground=ground, reason=made.reason)
    return made


@transaction.atomic
def vote_motion(
    *, actor: Actor, code: str, motion: int, agrees: bool, reason: str, at: datetime
) -> Motion:
    """Say whether the lot fails, with the reason; more than half of all members decide, and a
    member may change its mind until they have.
    """
    evaluation = lock_going(code)
    policy.require(actor, "motion.vote", evaluation)
    made = evaluation.motions.select_related("lot", "bid").filter(number=motion).first()
    if made is None or made.decided_at is not None or made.lot.state != "open":
        raise Conflict("motion.decided", _("没有待表决的事项，或者已经有结论。"))
    seat, why = queries.seat_of(actor, evaluation), _reasoned(reason)
    MotionVote.objects.update_or_create(
        motion=made, seat=seat, defaults={"agrees": agrees, "reason": why, "at": at}
    )
    told = {"motion": motion, "agrees": agrees, "reason": why}
    tell(evaluation, "motion.voted", actor, at, seat=seat.number if seat else None, **told)
    votes = made.votes.filter(seat__in=queries.seats_of(evaluation))
    carried = domain.carried(list(votes.values_list("agrees", flat=True)), evaluation.size)
    if carried is not None:
        _decide(evaluation, made, carried=carried, at=at)
    return made


def _decide(evaluation: Evaluation, made: Motion, *, carried: bool, at: datetime) -> None:
    made.carried, made.decided_at = carried, at
    made.save(update_fields=["carried", "decided_at"])
    reasons = list(made.votes.filter(agrees=carried).values_list("reason", flat=True))
    said = "；".join(dict.fromkeys(reasons))
    told = {"motion": made.number, "lot": made.lot.number, "carried": carried, "reason": said}
    kind = "rejection.decided" if made.bid else "motion.decided"
    tell(evaluation, kind, SYSTEM, at, **told)
    if carried and made.bid:
        rejecting.reject(evaluation, made, said, at)
    elif carried:
        _fail(evaluation, made, said, at)
    evaluation.refresh_from_db()
    prices.go_on_judging(evaluation, at)


def _fail(evaluation: Evaluation, made: Motion, said: str, at: datetime) -> None:
    """Let the lot fail; the evaluation ends with its last lot."""
    ground = failing.GROUNDS[made.ground]
    trading.fail_lot(
        actor=SYSTEM,
        code=evaluation.tender.code,
        number=made.lot.number,
        reason=f"评标（评审）委员会认定{ground}：{said}"[:LONGEST],
        article=method_of(evaluation.tender).failing[made.ground],
        at=at,
    )


def _reasoned(reason: str) -> str:
    clean = reason.strip()
    if not 0 < len(clean) <= LONGEST:
        raise Invalid("motion.reason", _("请写明理由，不超过三百字。"), field="reason")
    return clean
