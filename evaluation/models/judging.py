"""What members find, mark, ask and vote."""

from django.db import models

from accounts.models import User
from bidding.models import Bid
from evaluation import domain
from evaluation.models.committee import Evaluation, Seat
from trading.models import Lot


def scorecard_states() -> list[tuple[str, str]]:
    """Give the states of a scorecard; a callable, so that a new title needs no migration."""
    return domain.SCORECARD.choices()


def bid_clarification_states() -> list[tuple[str, str]]:
    """Give the states of a clarification; a callable, so that a new title needs no migration."""
    return domain.BID_CLARIFICATION.choices()


class Check(models.Model):
    """One opinion on one clause for one bid: the purchaser's on qualification, a member's on
    conformity.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="checks")
    stage = models.CharField(max_length=16)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="checks")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="checks")
    clause = models.CharField(max_length=40)
    passed = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    page = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "seat", "bid", "clause"], name="check_once"),
            models.UniqueConstraint(
                fields=["stage", "bid", "clause"],
                condition=models.Q(seat=None),
                name="check_once_without_seat",
            ),
        ]


class Exclusion(models.Model):
    """A bid that is out, with the reason code of rulebook 4.3 and the clause of the document."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="exclusion")
    stage = models.CharField(max_length=16)
    code = models.CharField(max_length=4)
    clause = models.CharField(max_length=160)
    reason = models.TextField()
    at = models.DateTimeField()


class Scorecard(models.Model):
    """One member's marks for one lot; nobody else reads them before all are locked."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scorecards")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="scorecards")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=scorecard_states, default="open")
    locked_at = models.DateTimeField(null=True)
    salt = models.BinaryField(default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seat", "lot"], name="scorecard_once")]


class Score(models.Model):
    """One mark for one criterion of one bid."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores")
    criterion = models.CharField(max_length=40)
    mark = models.DecimalField(max_digits=6, decimal_places=2)
    comment = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "bid", "criterion"], name="score_once")
        ]


class MarkReview(models.Model):
    """A mark looked at again once all were seen: kept with a reason, or reopened and marked anew;
    the old mark and the new one stay (M87 art. 64).
    """

    score = models.ForeignKey(Score, models.CASCADE, related_name="reviews")
    before = models.DecimalField(max_digits=6, decimal_places=2)
    after = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    cause = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["score"], condition=models.Q(closed_at=None), name="mark_review_one_open"
            )
        ]


class PriceReview(models.Model):
    """What was asked about a price: a correction to confirm, or an unusually low price to explain
    (LOW2).
    """

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="price_reviews")
    kind = models.CharField(max_length=12)
    finding = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)


class BidClarification(models.Model):
    """What the committee asked one bidder about its own bid, in writing, and what it answered (M87
    art. 51).
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="bid_clarifications")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="bid_clarifications")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12, choices=bid_clarification_states, default=domain.BID_CLARIFICATION.initial
    )
    ground = models.CharField(max_length=12)
    place = models.CharField(max_length=120)
    question = models.TextField()
    asked_by = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "number"], name="bid_clarification_number"
            ),
            models.UniqueConstraint(
                fields=["bid"],
                condition=models.Q(state="asked"),
                name="bid_clarification_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.BID_CLARIFICATION.states),
                name="bid_clarification_state",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits: for the bidder, or for the committee's opinion."""
        return self.state in {"asked", "answered"}


class Motion(models.Model):
    """A question to the members whether a lot fails, put by the law's count of valid bids or by
    the lead on a ground of the law (BL 42, EV12 27; GPL 36); or whether a bid is rejected on a
    ground of the law, put by any member (BLR 51, M87 63).
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="motions")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="motions")
    bid = models.ForeignKey(Bid, models.PROTECT, null=True, related_name="motions")
    number = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=16)
    reason = models.CharField(max_length=300, blank=True)
    bids_left = models.PositiveSmallIntegerField()
    put_by = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    put_at = models.DateTimeField()
    carried = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="motion_number"),
            models.UniqueConstraint(
                fields=["lot"], condition=models.Q(decided_at=None), name="motion_one_open"
            ),
        ]


class MotionVote(models.Model):
    """What one member thinks of a motion, and why."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="votes")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="motion_votes")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seat__number"]
        constraints = [
            models.UniqueConstraint(fields=["motion", "seat"], name="motion_one_vote_each")
        ]
