"""The pool, and the committee of a tender."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation import domain, votes
from trading.models import Tender


def evaluation_states() -> list[tuple[str, str]]:
    """Give the states of an evaluation; a callable, so that a new title needs no migration."""
    return domain.EVALUATION.choices()


def large_cases() -> list[tuple[str, str]]:
    """Give why a committee is larger than its budget asks for."""
    return list(domain.LARGE_CASES.items())


def document_standings() -> list[tuple[str, str]]:
    """Give what a panel may have come to about the document."""
    return list(votes.DOCUMENT.items())


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
    document = models.CharField(max_length=9, choices=document_standings, blank=True, default="")
    decided = models.JSONField(default=dict)
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
