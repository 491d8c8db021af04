"""Who leaves a committee, and who comes instead: what the one did is void, the other does it anew
(BLR 48).
"""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from evaluation import policy, queries
from evaluation.domain import EVALUATION
from evaluation.models import Evaluation, Expert, MotionVote, Seat
from evaluation.services import paneling, prices, summary
from evaluation.services.committee import (
    LONGEST_REASON,
    lock_going,
    move,
    own_seat,
    purpose_of,
    seat_expert,
    seat_owner,
    seat_step,
    seed_of,
    tell,
)
from kernel.draw import draw
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _

PRICED = ("price_review", "summary")
"""Where all marks are in already: a new member still has to give its own."""
SITTING = ("invited", "accepted", "signed_in", "pledged")
ANEW = _("更换评标委员会成员，由更换后的成员重新评审。")


@transaction.atomic
def decline_seat(*, actor: Actor, code: str, reason: str, at: datetime) -> Seat:
    """Say that one cannot take part; another expert is drawn at once."""
    evaluation, seat = own_seat(actor, code)
    _reasoned(reason)
    seat_step(seat, ("invited", "accepted"), "declined")
    tell(evaluation, "seat.declined", actor, at, seat=seat.number, reason=reason.strip())
    return _replace(evaluation, seat, at)


@transaction.atomic
def recuse(*, actor: Actor, code: str, reason: str, at: datetime) -> Seat:
    """Step aside for an interest; what the member did is void and another is drawn (GPR art. 9)."""
    evaluation, seat = own_seat(actor, code)
    _reasoned(reason)
    seat.recusal = reason.strip()
    seat_step(seat, SITTING, "recused")
    _void(evaluation, seat)
    tell(evaluation, "seat.recused", actor, at, seat=seat.number, reason=seat.recusal)
    return _replace(evaluation, seat, at)


@transaction.atomic
def remove_member(*, actor: Actor, code: str, seat: int, reason: str, at: datetime) -> Seat:
    """Take the place from a member who cannot go on; another is drawn at once (BLR 48)."""
    evaluation = lock_going(code)
    policy.require(actor, "seat.remove", evaluation)
    _reasoned(reason)
    found = queries.seats_of(evaluation).filter(number=seat).first()
    if found is None:
        raise Missing("seat.missing", _("评标委员会没有这个席位，或者已经更换。"))
    seat_step(found, SITTING, "replaced")
    _void(evaluation, found)
    tell(evaluation, "seat.removed", actor, at, seat=found.number, reason=reason.strip())
    return _replace(evaluation, found, at)


def _void(evaluation: Evaluation, seat: Seat) -> None:
    """Take away what a member thought, marked and voted; what was decided by then is decided."""
    seat.checks.all().delete()
    seat.scorecards.all().delete()
    MotionVote.objects.filter(seat=seat, motion__decided_at=None).delete()
    _forget_votes(evaluation, seat)


def _reasoned(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("seat.reason", _("请说明理由，不超过三百字。"), field="reason")


def _forget_votes(evaluation: Evaluation, seat: Seat) -> None:
    """Void the votes of and for who leaves; without a lead the members elect again."""
    seats = evaluation.seats.all()
    (seats if seat.lead else seats.filter(pk=seat.pk) | seats.filter(vote=seat)).update(vote=None)
    seat.lead, seat.vote = False, None
    seat.save(update_fields=["lead", "vote"])


def _replace(evaluation: Evaluation, seat: Seat, at: datetime) -> Seat:
    """Draw the next expert with the same seed and a purpose of its own.

    A purchaser's representative is not drawn: the purchaser appoints another.
    """
    evaluation.state = EVALUATION.after(evaluation.state, "replace")
    _mark_again(evaluation, at)
    paneling.settle(evaluation, at)
    if seat.kind == Seat.Kind.OWNER:
        return seat
    drawn_before = set(
        Expert.objects.filter(person__seats__evaluation=evaluation).values_list("code", flat=True)
    )
    left = [code for code in evaluation.pool if code not in drawn_before]
    if not left:
        raise Conflict("evaluation.pool_used_up", _("候选名单中已没有可补抽的专家。"))
    number = evaluation.seats.count() + 1
    made = draw(
        left,
        seed=seed_of(evaluation),
        nonce=bytes.fromhex(evaluation.nonce),
        purpose=f"{purpose_of(evaluation)}:replacement:{number}",
        count=1,
    )
    fresh = seat_expert(evaluation, number, made.drawn[0])
    tell(evaluation, "seat.replaced", SYSTEM, at, seat=seat.number, by=fresh.number)
    return fresh


def _mark_again(evaluation: Evaluation, at: datetime) -> None:
    """Go back to the marks where all were in: the ranking counted those of who has left."""
    if evaluation.state in PRICED and queries.leaves(evaluation):
        evaluation.rankings.all().delete()
        summary.readmit(evaluation)
        move(evaluation, "reopen")
        tell(evaluation, "evaluation.reopened", SYSTEM, at, reason=str(ANEW))
    prices.unjudge(evaluation)


@transaction.atomic
def appoint_owner(*, actor: Actor, code: str, username: str, at: datetime) -> Seat:
    """Send another representative for one who declined or stepped aside (M87 art. 45)."""
    evaluation = lock_going(code)
    policy.require(actor, "seat.appoint", evaluation)
    evaluation.state = EVALUATION.after(evaluation.state, "replace")
    if queries.seats_of(evaluation).count() >= evaluation.size:
        raise Conflict("seat.none_free", _("评标委员会没有空缺的采购人代表席位。"))
    seat = seat_owner(evaluation, username, evaluation.seats.count() + 1, at)
    tell(evaluation, "seat.appointed", actor, at, seat=seat.number)
    return seat
