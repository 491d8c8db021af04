"""Rounds of talks with each supplier, and the files that came with answers."""

from django.db import models

from accounts.models import User
from bidding.models import Bid
from evaluation.models.committee import Evaluation, Seat
from evaluation.models.judging import (
    BidClarification,
    PriceReview,
)


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


class DocumentOpinion(models.Model):
    """What one member of a panel says of the document: to be confirmed, or mended and why (M74 art.
    8).
    """

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="document_opinion")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seat__number"]


class SolutionVote(models.Model):
    """Whether one member recommends a supplier's solution, where only suppliers can say what is to
    be bought (GPR art. 35).
    """

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="solution_votes")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="solution_votes")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["bid__lot__number", "bid__sequence", "seat__number"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "bid"], name="solution_one_vote_each")
        ]


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
