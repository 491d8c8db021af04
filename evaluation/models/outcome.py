"""What an evaluation came to, and the rounds before the one that stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bidding.models import Bid
from evaluation.models.committee import Evaluation
from trading.models import Lot, money


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
        ordering = ["rank", "pk"]  # equals as the result has them
