"""Members mark alone, lock, and only then see each other (rulebook 4.2)."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import Actor
from bidding.models import Bid
from evaluation import policy, queries
from evaluation.commitments import SALT_BYTES
from evaluation.domain import SCORECARD
from evaluation.models import Evaluation, MarkReview, Score, Scorecard
from evaluation.queries import marks as comparing
from evaluation.queries import motions
from evaluation.queries.sealed_marks import commitment_of
from evaluation.services import prices, summary
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.stages import bid_in, in_state, refuse_open_clarifications
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading.domain.scheme import Leaf
from trading.models import Lot

LONGEST_REASON = 300
LOOKING_AGAIN = ("technical", "price_opening", "price_review", "summary")
"""When marks may be looked at again: all have locked, and the report is not drafted."""


def own_card(actor: Actor, code: str, lot: int) -> tuple[Evaluation, Scorecard]:
    """Give the actor's own scorecard for a lot, with the evaluation locked."""
    evaluation = lock_going(code)
    policy.require(actor, "scorecard.score", evaluation)
    in_state(evaluation, "technical")
    motions.refuse_open(evaluation)
    seat = queries.seat_of(actor, evaluation)
    found = Lot.objects.filter(tender=evaluation.tender, number=lot, state="open").first()
    if seat is None or found is None:
        raise Missing("scorecard.missing", _("没有这张评分表。"))
    card = queries.scorecard_of(seat, found)
    return evaluation, Scorecard.objects.select_for_update().get(pk=card.pk)


@dataclass(frozen=True)
class Mark:
    """One mark for one criterion of one bid."""

    bid: int
    criterion: str
    mark: Decimal
    comment: str = ""


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
    return _save(evaluation, card, Mark(bid, criterion, mark, comment), at)


@transaction.atomic
def score_all(
    *, actor: Actor, code: str, lot: int, marks: Sequence[Mark], at: datetime
) -> list[Score]:
    """Save several marks of one's scorecard, all or none."""
    evaluation, card = own_card(actor, code, lot)
    return [_save(evaluation, card, given, at) for given in marks]


def _save(evaluation: Evaluation, card: Scorecard, given: Mark, at: datetime) -> Score:
    card.state = SCORECARD.after(card.state, "score")
    leaf = next((x for x in queries.leaves(evaluation) if x.code == given.criterion), None)
    if leaf is None:
        raise Invalid("score.criterion", _("采购文件中没有这一评分项。"))
    _require_within(leaf, given.mark)
    found = bid_in(evaluation, given.bid)
    if found.lot_id != card.lot_id or hasattr(found, "exclusion"):
        raise Conflict("score.excluded", _("这份投标不在本包有效投标之列，不再评分。"))
    reopened = open_reviews(card)
    if reopened.exists():
        return _mark_anew(reopened, found, leaf, given, at)
    saved, _made = Score.objects.update_or_create(
        scorecard=card,
        bid=found,
        criterion=given.criterion,
        defaults={"mark": given.mark, "comment": given.comment.strip()[:300], "at": at},
    )
    return saved


def _require_within(leaf: Leaf, mark: Decimal) -> None:
    if not mark.is_finite() or not 0 <= mark <= leaf.full or mark != round(mark, 2):
        raise Invalid(
            "score.range",
            _("“%(title)s”的分值须在 0 到 %(full)s 之间，最多两位小数。"),
            title=leaf.title,
            full=f"{leaf.full:f}",
        )


def open_reviews(card: Scorecard) -> QuerySet[MarkReview]:
    """Give the items for which a locked card was reopened; nothing else of it may change."""
    return MarkReview.objects.filter(score__scorecard=card, closed_at=None)


def _mark_anew(
    reopened: QuerySet[MarkReview], bid: Bid, leaf: Leaf, given: Mark, at: datetime
) -> Score:
    """Change the one item that was reopened, with the member's reason; the old mark stays known."""
    review = reopened.filter(score__bid=bid, score__criterion=leaf.code).first()
    if review is None:
        message = _("评分表只为退回的评分项重新打开，其他分数不能修改。")
        raise Conflict("score.not_reopened", message)
    if given.comment.strip():
        review.reason = given.comment.strip()[:LONGEST_REASON]
        review.save(update_fields=["reason"])
    score = review.score
    score.mark, score.at = given.mark, at
    score.save(update_fields=["mark", "at"])
    return score


@transaction.atomic
def lock_scorecard(*, actor: Actor, code: str, lot: int, at: datetime) -> Scorecard:
    """Lock one's marks for a lot, bound to the record by a salted hash; the last lock closes the
    technical stage.
    """
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
    refuse_open_clarifications(evaluation)
    for review in open_reviews(card).select_related("score__bid").order_by("pk"):
        _close_review(evaluation, card, review, actor, at)
    card.state, card.locked_at, card.salt = after, at, os.urandom(SALT_BYTES)
    card.save(update_fields=["state", "locked_at", "salt"])
    commit = commitment_of(card)
    tell(evaluation, "scorecard.locked", actor, at, seat=card.seat.number, lot=lot, commit=commit)
    prices.close_technical(evaluation, at)
    return card


def _close_review(
    evaluation: Evaluation, card: Scorecard, review: MarkReview, actor: Actor, at: datetime
) -> None:
    """Put old and new mark with both reasons on record when the card is locked again."""
    score = review.score
    if not review.reason:
        raise Invalid("score.reason", _("请写明修改或者保留这项评分的理由。"))
    review.after, review.closed_at = score.mark, at
    review.save(update_fields=["after", "closed_at"])
    told = {"seat": card.seat.number, "bid": score.bid.commit_hash, "criterion": score.criterion}
    marks = {"before": f"{review.before:f}", "after": f"{score.mark:f}"}
    kind = "score.kept" if review.before == score.mark else "score.changed"
    tell(evaluation, kind, actor, at, **told, **marks, cause=review.cause, reason=review.reason)


@transaction.atomic
def keep_score(  # noqa: PLR0913 - which mark, and why
    *, actor: Actor, code: str, lot: int, bid: int, criterion: str, reason: str, at: datetime
) -> MarkReview:
    """Keep one's own mark that stands far from the others', with a written reason (M87 art. 64)."""
    evaluation = lock_going(code)
    policy.require(actor, "score.keep", evaluation)
    in_state(evaluation, *LOOKING_AGAIN)
    _given_reason(reason)
    seat = queries.seat_of(actor, evaluation)
    item = _looked_at(evaluation, seat.number if seat else 0, lot, bid, criterion)
    if item is None or item.share is None or item.score.scorecard.state != "locked":
        message = _("这项评分没有标为畸高畸低，或评分表正在修改，不需要说明。")
        raise Conflict("score.not_flagged", message)
    mark = item.score.mark
    made = item.score.reviews.create(
        before=mark, after=mark, reason=reason.strip(), opened_at=at, closed_at=at
    )
    told = {"seat": item.seat, "bid": item.score.bid.commit_hash, "criterion": criterion}
    marks = {"before": f"{mark:f}", "after": f"{mark:f}"}
    tell(evaluation, "score.kept", actor, at, **told, **marks, reason=made.reason)
    return made


def _given_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        message = _("请写明理由，不超过三百字。")
        raise Invalid("scorecard.reason", message, field="reason")


def _looked_at(
    evaluation: Evaluation, seat: int, lot: int, bid: int, criterion: str
) -> comparing.LookAgain | None:
    for item in comparing.to_look_at(evaluation):
        score = item.score
        place = (item.seat, score.scorecard.lot.number, score.bid_id, score.criterion)
        if place == (seat, lot, bid, criterion):
            return item
    return None


@transaction.atomic
def reopen_scorecard(  # noqa: PLR0913 - whose mark, which, and why
    *,
    actor: Actor,
    code: str,
    lot: int,
    seat: int,
    bid: int,
    criterion: str,
    reason: str,
    at: datetime,
) -> Scorecard:
    """Reopen a member's locked card for one item, with a reason, before the report is drafted.

    Once all marks are seen, only what the law lets change may be reopened: an objective item in
    which members differ, or a mark far from the others' (M87 art. 64).
    """
    evaluation = lock_going(code)
    policy.require(actor, "scorecard.reopen", evaluation)
    in_state(evaluation, "technical", "summary")
    _given_reason(reason)
    found = Score.objects.filter(
        scorecard__evaluation=evaluation,
        scorecard__seat__in=queries.seats_of(evaluation).filter(number=seat),
        scorecard__lot__number=lot,
        bid_id=bid,
        criterion=criterion,
    ).first()
    if found is None:
        raise Missing("scorecard.missing", _("没有这张评分表。"))
    if evaluation.marks_seen_at and _looked_at(evaluation, seat, lot, bid, criterion) is None:
        message = _("分数已公开，只有客观分不一致或者畸高畸低的评分可以退回（87号令第六十四条）。")
        raise Conflict("score.settled", message)
    card = _open_for(found, reason.strip(), at)
    if evaluation.state == "summary":
        evaluation.rankings.all().delete()
        summary.readmit(evaluation)
        move(evaluation, "reopen")
        tell(evaluation, "evaluation.reopened", actor, at, reason=reason.strip())
    prices.unjudge(evaluation)
    told = {"seat": seat, "lot": lot, "bid": found.bid.commit_hash, "criterion": criterion}
    tell(evaluation, "scorecard.reopened", actor, at, **told, reason=reason.strip())
    return card


def _open_for(score: Score, cause: str, at: datetime) -> Scorecard:
    """Open the card for one item; a card that is open for one may be opened for another."""
    card = Scorecard.objects.select_for_update(of=("self",)).get(pk=score.scorecard_id)
    reopened = open_reviews(card)
    if reopened.filter(score=score).exists():
        raise Conflict("score.reopened", _("这项评分已经退回，等待成员修改。"))
    if not reopened.exists():
        card.state, card.locked_at = SCORECARD.after(card.state, "reopen"), None
        card.save(update_fields=["state", "locked_at"])
    score.reviews.create(before=score.mark, cause=cause, opened_at=at)
    return card
