"""Members mark alone, lock, and only then see each other (rulebook 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.domain import Actor
from evaluation import domain, policy, queries
from evaluation.domain import SCORECARD
from evaluation.models import Evaluation, Score, Scorecard
from evaluation.services import prices
from evaluation.services.committee import move, tell
from evaluation.services.stages import bid_in, in_state
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading.models import Lot


def own_card(actor: Actor, code: str, lot: int) -> tuple[Evaluation, Scorecard]:
    """Give the actor's own scorecard for a lot, with the evaluation locked."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "scorecard.score", evaluation)
    in_state(evaluation, "technical")
    seat = queries.seat_of(actor, evaluation)
    found = Lot.objects.filter(tender=evaluation.tender, number=lot, state="open").first()
    if seat is None or found is None:
        raise Missing("scorecard.missing", _("没有这张评分表。"))
    card = queries.scorecard_of(seat, found)
    return evaluation, Scorecard.objects.select_for_update().get(pk=card.pk)


@transaction.atomic
def score(  # noqa: PLR0913 - a mark has this many parts
    *,
    actor: Actor,
    code: str,
    lot: int,
    bid: int,
    criterion: str,
    mark: Decimal,
    comment: str,
    at: datetime,
) -> Score:
    """Save one mark; it may change until the member locks the scorecard."""
    evaluation, card = own_card(actor, code, lot)
    card.state = SCORECARD.after(card.state, "score")
    leaf = next((item for item in queries.leaves(evaluation) if item.code == criterion), None)
    if leaf is None:
        raise Invalid("score.criterion", _("采购文件中没有这一评分项。"))
    if not mark.is_finite() or not 0 <= mark <= leaf.full or mark != round(mark, 2):
        raise Invalid(
            "score.range",
            _("“%(title)s”的分值须在 0 到 %(full)s 之间，最多两位小数。"),
            title=leaf.title,
            full=f"{leaf.full:f}",
        )
    found = bid_in(evaluation, bid)
    if found.lot_id != card.lot_id or hasattr(found, "exclusion"):
        raise Conflict("score.excluded", _("这份投标不在本包有效投标之列，不再评分。"))
    saved, _made = Score.objects.update_or_create(
        scorecard=card,
        bid=found,
        criterion=criterion,
        defaults={"mark": mark, "comment": comment.strip()[:300], "at": at},
    )
    return saved


@dataclass(frozen=True)
class Mark:
    """One mark for one criterion of one bid."""

    bid: int
    criterion: str
    mark: Decimal
    comment: str = ""


@transaction.atomic
def score_all(
    *, actor: Actor, code: str, lot: int, marks: Sequence[Mark], at: datetime
) -> list[Score]:
    """Save several marks of one's scorecard, all or none."""
    return [
        score(
            actor=actor,
            code=code,
            lot=lot,
            bid=given.bid,
            criterion=given.criterion,
            mark=given.mark,
            comment=given.comment,
            at=at,
        )
        for given in marks
    ]


@transaction.atomic
def lock_scorecard(*, actor: Actor, code: str, lot: int, at: datetime) -> Scorecard:
    """Lock one's marks for a lot; the last lock closes the technical stage."""
    evaluation, card = own_card(actor, code, lot)
    after = SCORECARD.after(card.state, "lock")
    needed = len(queries.leaves(evaluation)) * len(queries.valid_bids(card.lot))
    given = card.scores.filter(bid__exclusion=None).count()
    if given < needed:
        raise Conflict(
            "scorecard.incomplete",
            _("还有 %(left)s 项没有评分，全部评完才能锁定。"),
            left=needed - given,
        )
    card.state, card.locked_at = after, at
    card.save(update_fields=["state", "locked_at"])
    tell(evaluation, "scorecard.locked", actor, at, seat=card.seat.number, lot=lot)
    close_technical_if_done(evaluation, at)
    return card


def close_technical_if_done(evaluation: Evaluation, at: datetime) -> None:
    """Close the technical stage when all have locked and objective items agree (M87 art. 64)."""
    if not queries.all_locked(evaluation):
        return
    if domain.uneven_objectives(queries.objective_marks(evaluation)):
        return  # shown to all; the lead reopens the cards that differ
    prices.finish_technical(evaluation, at)


@transaction.atomic
def reopen_scorecard(
    *, actor: Actor, code: str, lot: int, seat: int, reason: str, at: datetime
) -> Scorecard:
    """Reopen a member's locked card with a reason, before the summary is signed (M87 art. 64)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "scorecard.reopen", evaluation)
    in_state(evaluation, "technical", "summary")
    if not reason.strip():
        raise Invalid("scorecard.reason", _("请说明重新打开评分表的理由。"))
    card = Scorecard.objects.filter(
        evaluation=evaluation, seat__number=seat, lot__number=lot
    ).first()
    if card is None:
        raise Missing("scorecard.missing", _("没有这张评分表。"))
    card.state, card.locked_at = SCORECARD.after(card.state, "reopen"), None
    card.save(update_fields=["state", "locked_at"])
    if evaluation.state == "summary":
        evaluation.rankings.all().delete()
        move(evaluation, "reopen")
        tell(evaluation, "evaluation.reopened", actor, at, reason=reason)
    tell(evaluation, "scorecard.reopened", actor, at, seat=seat, lot=lot, reason=reason.strip())
    return card
