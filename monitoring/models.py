"""Supervisors and their assignments, what they observed, and the recordings it is bound to."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from bidding.models import OpeningSession
from monitoring import domain


def supervisor_states() -> list[tuple[str, str]]:
    """Give the states of a supervisor; a callable, so that a new title needs no migration."""
    return domain.SUPERVISOR.choices()


def observation_states() -> list[tuple[str, str]]:
    """Give the states of an observation; a callable, so that a new title needs no migration."""
    return domain.OBSERVATION.choices()


class Supervisor(models.Model):
    """A citizen overseer (社会监督员) from nomination to the end of the term."""

    person = models.ForeignKey(User, models.PROTECT, related_name="supervisorships")
    nominated_by = models.ForeignKey(
        Organisation, models.PROTECT, related_name="nominated_supervisors"
    )
    letter_number = models.CharField(  # noqa: DJ001 - unique, and unknown until appointed
        _("聘书编号"), max_length=30, unique=True, null=True
    )
    background = models.CharField(_("身份与单位"), max_length=160)
    opinion = models.TextField(_("推荐单位意见"), blank=True)
    state = models.CharField(max_length=12, choices=supervisor_states, default="nominated")
    nominated_at = models.DateTimeField()
    publicity_until = models.DateField(null=True)
    agreed_at = models.DateTimeField(null=True)
    term_from = models.DateField(null=True)
    term_until = models.DateField(null=True)
    interests = models.ManyToManyField(
        Organisation, blank=True, related_name="interested_supervisors"
    )
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.SUPERVISOR.states), name="supervisor_state"
            ),
        ]


class Supervision(models.Model):
    """A supervisor's assignment by draw to one opening."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="supervisions")
    supervisor = models.ForeignKey(Supervisor, models.PROTECT, related_name="supervisions")
    drawn_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)
    recusal = models.CharField(max_length=300, blank=True)
    recused_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "supervisor"], name="supervision_once")
        ]


class Observation(models.Model):
    """What a supervisor raises: never edited, only superseded; bound to an instant, a fact and a
    segment of video.
    """

    number = models.CharField(max_length=30, unique=True)
    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="observations")
    category = models.CharField(_("类别"), max_length=16, choices=list(domain.CATEGORIES.items()))
    text = models.TextField(_("意见"))
    observed_at = models.DateTimeField()
    fact_number = models.PositiveBigIntegerField()
    fact_kind = models.CharField(max_length=60, blank=True)
    seen = models.CharField(max_length=8)
    segment = models.ForeignKey("Segment", models.PROTECT, null=True, related_name="observations")
    media_ms = models.PositiveBigIntegerField(null=True)
    clock_uncertainty_ms = models.PositiveIntegerField(default=0)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=observation_states, default="filed")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.OBSERVATION.states), name="observation_state"
            ),
        ]
        indexes = [models.Index(fields=["next_due_at"], name="observation_due")]

    @property
    def stream(self) -> str:
        """Name the stream of this observation's facts."""
        return f"observation.{self.number}"


class Reply(models.Model):
    """One answer or ruling in the thread of an observation; append-only."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=10)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("内容"))
    at = models.DateTimeField()


class Camera(models.Model):
    """A camera of a room; `source` is "synthetic" or the address of a stream.

    The room is named as in the place a tender states; `visibility` says who watches it live.
    """

    code = models.CharField(max_length=30, unique=True)
    room = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    source = models.CharField(max_length=300, default="synthetic")
    visibility = models.CharField(max_length=12, default="public")


class Recording(models.Model):
    """One camera's recording of one session; one process at a time holds the camera."""

    session = models.ForeignKey(OpeningSession, models.PROTECT, related_name="recordings")
    camera = models.ForeignKey(Camera, models.PROTECT, related_name="recordings")
    token = models.CharField(max_length=22, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=22, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "camera"], name="recording_once")]
        indexes = [models.Index(fields=["ended_at"], name="recording_ended")]


def lead_states() -> list[tuple[str, str]]:
    """Give the states of a lead; a callable, so that a new title needs no migration."""
    return domain.LEAD.choices()


class Lead(models.Model):
    """What somebody reported without a name: no person, no address is kept of it, and no more than
    the hour. `receipt` is the digest of the code that alone opens it again.
    """

    number = models.CharField(max_length=20, unique=True)
    receipt = models.CharField(max_length=64, unique=True)
    tender = models.ForeignKey("trading.Tender", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=lead_states, default="filed")
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.LEAD.states), name="lead_state"
            ),
        ]


class LeadMessage(models.Model):
    """One text of a lead, locked: what was reported or added, or what was answered to it."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="messages")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Segment(models.Model):
    """One stretch of video in order: when it was, its digest, and the chain over all before it
    (monitoring.md 6.6).

    `run` counts the starts of the camera, `place` the segment within its run; each run has an
    `init` of its own. `arrived_at` is when the file was finished, by the server's clock.
    """

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="segments")
    sequence = models.PositiveIntegerField()
    run = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    media_start_ms = models.PositiveBigIntegerField()
    media_ms = models.PositiveIntegerField()
    init = models.ForeignKey("ledger.Document", models.PROTECT, related_name="+")
    document = models.ForeignKey("ledger.Document", models.PROTECT, related_name="+")
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "sequence"], name="segment_sequence")
        ]


class MissedDeadline(models.Model):
    """An act that was not done in time (逾期未办): whose it was, and how it ended."""

    role = models.CharField(_("角色"), max_length=20)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="missed_deadlines"
    )
    people = models.JSONField(_("责任人"), default=list)
    title = models.CharField(_("事项"), max_length=120)
    subject = models.CharField(_("项目"), max_length=240)
    url = models.CharField(max_length=240)
    due_at = models.DateTimeField(_("期限"))
    is_secret = models.BooleanField(default=False)
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(_("了结时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role",
                Coalesce("organisation", 0),
                "title",
                "subject",
                "url",
                "due_at",
                name="deadline_missed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="deadline_by_day"),
            models.Index(fields=["organisation", "-due_at"], name="deadline_of_party"),
        ]


class DeadlineSweep(models.Model):
    """When all deadlines were last looked at (期限巡查): one row, which workers take in turn."""

    last_at = models.DateTimeField()


class RatingGiven(models.Model):
    """That somebody rated a service (已评价), under a name that tells neither who nor what."""

    token = models.CharField(max_length=64, primary_key=True)


class RatingCount(models.Model):
    """How often a mark was given in a month (评价计数): by whom and for what stands nowhere."""

    market = models.CharField(max_length=20)
    service = models.CharField(max_length=12)
    month = models.DateField()
    mark = models.PositiveSmallIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "service", "month", "mark"], name="rating_count_once"
            ),
        ]
