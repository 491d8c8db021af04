"""What holds a tender still: challenges, objections, complaints, and the standstill itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from kernel.calendar import local_date
from trading import domain, markets
from trading.domain import appeals
from trading.domain.redress import WAYS
from trading.models.tenders import Lot, Tender


def challenge_states() -> list[tuple[str, str]]:
    """Give the states of a challenge."""
    return domain.CHALLENGE.choices()


def complaint_states() -> list[tuple[str, str]]:
    """Give the states of a complaint."""
    return domain.COMPLAINT.choices()


class Suspension(models.Model):
    """A reason why a tender stands still; it goes on when none is left, and due dates shift."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="suspensions")
    cause = models.CharField(max_length=30)
    ref = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="suspension_until")]


class Challenge(models.Model):
    """What was raised with those who run a tender, and the answer: a challenge (质疑, GPL 52)
    or an objection (异议, BLR 22, 54).
    """

    class About(models.TextChoices):
        """What is challenged; it fixes when the seven working days begin."""

        DOCUMENT = "document", _("采购文件")
        SOURCE = "source", _("拟定的唯一供应商")
        PREQUAL = "prequal", _("资格预审文件")
        FIRST = "first", _("第一阶段招标文件")
        PASSING = "passing", _("资格预审结果")
        PROCESS = "process", _("采购过程")
        OPENING = "opening", _("开标")
        RESULT = "result", _("中标结果")

    class Outcome(models.TextChoices):
        """How the challenge was answered."""

        UPHELD = "upheld", _("成立")
        PARTLY = "partly", _("部分成立")
        DISMISSED = "dismissed", _("不成立")

    code = models.CharField(max_length=40, unique=True)
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="challenges")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="challenges")
    filer = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="challenges")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.CharField(_("所代表的单位"), max_length=120, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    about = models.CharField(_("质疑对象"), max_length=10, choices=About)
    matters = models.TextField(_("质疑事项与事实依据"))
    claim = models.TextField(_("具体请求"))
    law = models.CharField(_("法律依据"), max_length=300)
    affects_result = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=challenge_states, default="filed")
    filed_at = models.DateTimeField()
    answer_due = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)
    redress = models.CharField(_("处理方式"), max_length=16, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.CHALLENGE.states), name="challenge_state"
            ),
        ]

    @property
    def redress_title(self) -> str:
        """Say what is undone by the answer."""
        return WAYS.get(self.redress, "")

    @property
    def filer_name(self) -> str:
        """Name who raised it: an organisation, or a person for itself or for a unit."""
        if self.filer is not None:
            return self.filer.name
        return f"{self.unit}（{self.filed_by.name}）" if self.unit else self.filed_by.name

    @property
    def about_title(self) -> str:
        """Say what it is about, as the tender's market calls it."""
        remedy = markets.remedy_of(self.tender)
        known = remedy.matters.get(self.about) if remedy else None
        return known.title if known else str(self.About(self.about).label)


class Complaint(models.Model):
    """A complaint (投诉) to the authority that supervises the market, with its clocks and decision
    (GPL 55 to 57, BLR 60 to 62).
    """

    class Outcome(models.TextChoices):
        """How the authority decided."""

        UPHELD = "upheld", _("投诉成立")
        DISMISSED = "dismissed", _("驳回投诉")

    code = models.CharField(max_length=40, unique=True)
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="complaints")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="complaints")
    filer = models.ForeignKey(Organisation, models.PROTECT, related_name="complaints")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    about = models.CharField(_("投诉对象"), max_length=10)
    matters = models.TextField(_("投诉事项与事实依据"))
    claim = models.TextField(_("具体请求"))
    law = models.CharField(_("法律依据"), max_length=300)
    known_on = models.DateField(_("知道或者应当知道的日期"), null=True)
    state = models.CharField(max_length=12, choices=complaint_states, default="received")
    received_at = models.DateTimeField()
    check_due = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    decision_due = models.DateField(null=True)
    test_days = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decision = models.TextField(_("处理决定"), blank=True)
    decided_at = models.DateTimeField(null=True)
    redress = models.CharField(_("处理方式"), max_length=16, blank=True)
    returned_at = models.DateTimeField(null=True)
    to_correct = models.TextField(_("需要补正的事项"), blank=True)
    correct_until = models.DateField(_("补正期限"), null=True)
    corrected_at = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    reopened_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.COMPLAINT.states), name="complaint_state"
            ),
        ]

    @property
    def lot(self) -> Lot | None:
        """Give the lot it is about: that of what was raised before; none where that was of all."""
        return self.challenge.lot if self.challenge else None

    @property
    def mended_in_days(self) -> int:
        """Count the days its filer took to mend it, which are none of the authority's (M94 27);
        those of before an appeal set its ruling aside are over.
        """
        if self.returned_at is None or self.corrected_at is None:
            return 0
        if self.reopened_on and local_date(self.returned_at) < self.reopened_on:
            return 0
        return (local_date(self.corrected_at) - local_date(self.returned_at)).days

    @property
    def redress_title(self) -> str:
        """Say what is undone by the decision."""
        return WAYS.get(self.redress, "")

    @property
    def about_title(self) -> str:
        """Say what it is about, as the tender's market calls it."""
        if self.challenge is not None:
            return self.challenge.about_title
        remedy = markets.remedy_of(self.tender)
        terms = remedy.complaints if remedy else None
        return terms.direct.get(self.about, self.about) if terms else self.about


class ComplaintCopy(models.Model):
    """The copy of a complaint that one of those it concerns was sent, and what it says to it (M94
    21, 22). Copies are sent once, and anew when an appeal opened the complaint again.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="copies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    is_respondent = models.BooleanField()
    sent_at = models.DateTimeField()
    explain_due = models.DateField()
    explanation = models.TextField(_("书面说明"), blank=True)
    explained_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "organisation", "sent_at"], name="complaint_copy"
            ),
        ]


class Ruling(models.Model):
    """A ruling on a complaint that an appeal set aside: what was ruled stays, though it stands no
    longer.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="rulings")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    outcome = models.CharField(max_length=10, choices=Complaint.Outcome, blank=True)
    decision = models.TextField(_("处理决定"))
    decided_at = models.DateTimeField()
    redress = models.CharField(_("处理方式"), max_length=16, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="ruling_number"),
        ]

    @property
    def redress_title(self) -> str:
        """Say what was undone by it."""
        return WAYS.get(self.redress, "")


def appeal_states() -> list[tuple[str, str]]:
    """Give the states of an appeal."""
    return domain.APPEAL.choices()


class Appeal(models.Model):
    """An appeal of the authority's ruling on a complaint, and how it ended; `ruling` counts the
    rulings that had been set aside when it was lodged.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="appeals")
    number = models.PositiveSmallIntegerField()
    ruling = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(_("途径"), max_length=16)
    body = models.CharField(_("复议机关、受理法院"), max_length=80)
    appellant = models.CharField(_("申请人、原告"), max_length=12)
    filed_on = models.DateField(_("申请、起诉日期"))
    state = models.CharField(max_length=10, choices=appeal_states, default="pending")
    outcome = models.CharField(_("结果"), max_length=10, blank=True)
    decided_on = models.DateField(_("审结日期"), null=True)
    received_on = models.DateField(_("收到文书日期"), null=True)
    document = models.CharField(_("文书编号"), max_length=80, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="appeal_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.APPEAL.states), name="appeal_state"
            ),
        ]

    @property
    def way_title(self) -> str:
        """Say where it was taken."""
        return appeals.WAYS[self.way]

    @property
    def appellant_title(self) -> str:
        """Say who took it there, by its part in the complaint."""
        return appeals.APPELLANTS[self.appellant]

    @property
    def outcome_title(self) -> str:
        """Say how it ended."""
        return appeals.OUTCOMES.get(self.outcome, "")


def enquiry_states() -> list[tuple[str, str]]:
    """Give the states of an enquiry."""
    return domain.ENQUIRY.choices()


class Enquiry(models.Model):
    """What a supplier asks those who run a procurement, at any time (询问, GPL 51): it is answered
    in so many days, and holds nothing still.
    """

    code = models.CharField(max_length=40, unique=True)
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="enquiries")
    filer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    question = models.TextField(_("询问事项"))
    state = models.CharField(max_length=10, choices=enquiry_states, default="asked")
    asked_at = models.DateTimeField()
    answer_due = models.DateField()
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.ENQUIRY.states), name="enquiry_state"
            ),
        ]


def of_one_case() -> models.Q:
    """Say that a file stands beside one text and no other."""
    cases = ("challenge", "complaint", "copy")
    ways = [models.Q(**{f"{name}__isnull": name != own for name in cases}) for own in cases]
    return ways[0] | ways[1] | ways[2]


class Evidence(models.Model):
    """A file that stands as proof beside a challenge, a complaint or an explanation (M94 12, 18,
    22).
    """

    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="evidence")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="evidence")
    copy = models.ForeignKey(ComplaintCopy, models.PROTECT, null=True, related_name="evidence")
    name = models.CharField(max_length=160)
    document = models.ForeignKey("ledger.Document", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=of_one_case(), name="evidence_of_one")]
