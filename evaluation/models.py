"""Experts, the committee of a tender, what it decided, and the ranking it reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from bidding.models import Bid
from evaluation import domain
from trading.models import Lot, Tender, money


def evaluation_states() -> list[tuple[str, str]]:
    """Give the states of an evaluation; a callable, so that a new title needs no migration."""
    return domain.EVALUATION.choices()


def large_cases() -> list[tuple[str, str]]:
    """Give why a committee is larger than its budget asks for."""
    return list(domain.LARGE_CASES.items())


def scorecard_states() -> list[tuple[str, str]]:
    """Give the states of a scorecard; a callable, so that a new title needs no migration."""
    return domain.SCORECARD.choices()


def bid_clarification_states() -> list[tuple[str, str]]:
    """Give the states of a clarification; a callable, so that a new title needs no migration."""
    return domain.BID_CLARIFICATION.choices()


class Expert(models.Model):
    """A member of the pool, with specialities and the interests that call for recusal (BL art. 37,
    GPR art. 39).
    """

    person = models.OneToOneField(User, models.PROTECT, related_name="expert")
    code = models.CharField(_("专家编号"), max_length=20, unique=True)
    specialities = models.JSONField(_("评审专业"), default=list)
    employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="employed_experts"
    )
    employer_name = models.CharField(_("工作单位"), max_length=120, blank=True)
    title = models.CharField(_("职称"), max_length=40)
    region = models.CharField(max_length=6)
    interests = models.ManyToManyField(Organisation, blank=True, related_name="interested_experts")
    available = models.BooleanField(default=True)
    registered_at = models.DateTimeField()


class Evaluation(models.Model):
    """The evaluation of one tender from the draw to the report."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="evaluation")
    state = models.CharField(max_length=16, choices=evaluation_states, default="drawing")
    size = models.PositiveSmallIntegerField(default=5)
    large_case = models.CharField(max_length=10, choices=large_cases, blank=True, default="")
    speciality = models.CharField(max_length=40)
    pool = models.JSONField(default=list)
    pool_digest = models.CharField(max_length=64, blank=True)
    seed_commit = models.CharField(max_length=64, blank=True)
    sealed_seed = models.BinaryField(null=True)
    nonce = models.CharField(max_length=128, blank=True)
    draw = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    marks_seen_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    minutes = models.JSONField(_("协商情况记录"), default=dict)
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.EVALUATION.states), name="evaluation_state"
            ),
        ]
        indexes = [models.Index(fields=["next_due_at"], name="evaluation_due")]

    @property
    def stream(self) -> str:
        """Name the stream of this evaluation's facts."""
        return f"evaluation.{self.tender.code}"


class FactorDraw(models.Model):
    """The draw of the factor of each lot's price score: committed to before anybody bids, drawn
    when the prices are read out, then revealed (rulebook 3.5).
    """

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="factor_draw")
    commit = models.CharField(max_length=64)
    sealed_seed = models.BinaryField()
    committed_at = models.DateTimeField()
    nonce = models.CharField(max_length=128, blank=True)
    printed = models.JSONField(default=list)
    factors = models.JSONField(default=dict)
    drawn_by = models.CharField(max_length=80, blank=True)
    drawn_at = models.DateTimeField(null=True)


class Seat(models.Model):
    """A member's place on the committee: drawn expert or the purchaser's representative."""

    class Kind(models.TextChoices):
        """Expert or purchaser's representative; of the latter at most a third."""

        EXPERT = "expert", _("评审专家")
        OWNER = "owner_rep", _("采购人代表")

    class State(models.TextChoices):
        """Where a seat stands."""

        INVITED = "invited", _("待确认")
        ACCEPTED = "accepted", _("已确认")
        DECLINED = "declined", _("不能参加")
        RECUSED = "recused", _("已回避")
        SIGNED_IN = "signed_in", _("已签到")
        PLEDGED = "pledged", _("已承诺")
        REPLACED = "replaced", _("已更换")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(User, models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    lead = models.BooleanField(default=False)
    vote = models.ForeignKey("self", models.SET_NULL, null=True, related_name="votes")
    recusal = models.CharField(max_length=300, blank=True)
    signed_report_at = models.DateTimeField(null=True)
    dissent = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "number"], name="seat_number")]


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
    reason = models.CharField(max_length=300)
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


class TalkRound(models.Model):
    """A round of talks: what changes in the document for all, and what each supplier is asked by
    itself, with one time for all to answer (GPL 38, C214 arts. 19, 20).
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="talk_rounds")
    number = models.PositiveSmallIntegerField()
    change = models.TextField(blank=True)
    opened_by = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="talk_round_number")
        ]


class Turn(models.Model):
    """What one supplier is asked in a round, and its written answer; no other supplier reads it."""

    round = models.ForeignKey(TalkRound, models.CASCADE, related_name="turns")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="turns")
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["bid__lot__number", "bid__sequence"]
        constraints = [models.UniqueConstraint(fields=["round", "bid"], name="turn_of_bid")]


class AnswerFile(models.Model):
    """A file that a bidder put beside its written answer as proof, kept by its digest (M87 arts.
    51, 60).
    """

    clarification = models.ForeignKey(
        BidClarification, models.PROTECT, null=True, related_name="files"
    )
    review = models.ForeignKey(PriceReview, models.PROTECT, null=True, related_name="files")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    document = models.ForeignKey("ledger.Document", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["clarification", "place"], name="answer_file_of_clarification"
            ),
            models.UniqueConstraint(fields=["review", "place"], name="answer_file_of_review"),
            models.CheckConstraint(
                condition=models.Q(clarification=None) ^ models.Q(review=None),
                name="answer_file_of_one_answer",
            ),
        ]

    @property
    def bid(self) -> Bid:
        """Give the bid that the answer is about."""
        asked = self.clarification or self.review
        assert asked is not None  # noqa: S101 - the database keeps one of both
        return asked.bid


class Ranking(models.Model):
    """The result for one lot: the case that was evaluated and the answer of the rule, both whole,
    to be recomputed.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="rankings")
    lot = models.OneToOneField(Lot, models.PROTECT, related_name="ranking")
    case = models.JSONField()
    result = models.JSONField()
    made_at = models.DateTimeField()


class EarlierRound(models.Model):
    """A whole evaluation that was done again: its report and its rankings as they were handed in,
    and why it does not count any more.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    report = models.JSONField()
    rankings = models.JSONField()
    submitted_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="earlier_round_number")
        ]

    @property
    def subject(self) -> str:
        """Name the paper of its report."""
        return report_subject(self.evaluation.tender.code, self.number)


def report_subject(code: str, number: int) -> str:
    """Name the paper of the report of a round: the first has the tender's own code."""
    return code if number == 1 else f"{code}.{number}"


class Candidate(models.Model):
    """One bidder's place in the ranking of a lot."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="candidates")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="candidacies")
    rank = models.PositiveSmallIntegerField()
    total = models.CharField(max_length=20)
    price = money(_("投标报价（元）"))

    class Meta:
        ordering = ["rank"]
