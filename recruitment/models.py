"""Posts as they were settled, and who applied for them, once applications are closed."""

import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recruitment import domain
from recruitment.domain.hiring import CHECKS
from recruitment.domain.ratio import OUTCOMES
from recruitment.domain.remedies import OUTCOMES as FINDINGS
from trading.models import Lot, Tender


def applicant_states() -> list[tuple[str, str]]:
    """Give the states of an applicant; a callable, so that a title needs no migration."""
    return domain.APPLICANT.choices()


def outcomes() -> list[tuple[str, str]]:
    """Give what may be decided of a post."""
    return list(OUTCOMES.items())


def check_kinds() -> list[tuple[str, str]]:
    """Give what is checked before anybody is hired."""
    return list(CHECKS.items())


def recount_states() -> list[tuple[str, str]]:
    """Give the states of a recount."""
    return domain.RECOUNT.choices()


def report_states() -> list[tuple[str, str]]:
    """Give the states of a report."""
    return domain.REPORT.choices()


def findings() -> list[tuple[str, str]]:
    """Give what a report may be found to be."""
    return list(FINDINGS.items())


def token() -> str:
    """Make up the address of a remedy: a number would tell how many came before."""
    return secrets.token_hex(6)


def score(title: Any) -> "models.DecimalField[Any, Any]":  # noqa: ANN401 - Django's
    """Make a column for a score with two places; empty while there is none."""
    return models.DecimalField(title, max_digits=5, decimal_places=2, null=True)


class Post(models.Model):
    """What the opening ratio left of a post: how many people it is for now."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="settled")
    outcome = models.CharField(_("核定结果"), max_length=12, choices=outcomes)
    openings = models.PositiveSmallIntegerField(_("核定人数"))
    applicants = models.PositiveIntegerField(_("资格审查通过人数"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    settled_at = models.DateTimeField()


class Applicant(models.Model):
    """A person who applied for a post, known since applications closed.

    `sealed` holds what they said of themselves, encrypted under the intake key; outside it stand
    only the name and the last four characters of the identity number.
    """

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="applicants")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="applicants")
    person = models.ForeignKey(User, models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField(_("报名序号"))
    name = models.CharField(_("姓名"), max_length=40)
    id_tail = models.CharField(_("身份证件号码尾号"), max_length=4)
    sealed = models.BinaryField()
    is_double = models.BooleanField(_("同一身份证号码另有报名"), default=False)
    state = models.CharField(max_length=14, choices=applicant_states, default="submitted")
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    ticket = models.CharField(_("准考证号"), max_length=12, blank=True)
    applied_at = models.DateTimeField()
    script_sealed = models.BinaryField(null=True)
    written = score(_("笔试成绩"))
    appraisal = score(_("民主测评"))
    interview = score(_("面试成绩"))
    total = score(_("总成绩"))
    extra = score(_("加试成绩"))
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    turn = models.PositiveSmallIntegerField(_("面试顺序"), null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "person"], name="applicant_person"),
            models.UniqueConstraint(fields=["tender", "number"], name="applicant_number"),
            models.UniqueConstraint(
                fields=["tender", "ticket"],
                condition=~models.Q(ticket=""),
                name="applicant_ticket",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.APPLICANT.states), name="applicant_state"
            ),
        ]

    @property
    def masked(self) -> str:
        """Show no more of the identity number than its tail."""
        return f"{'*' * 14}{self.id_tail}"


class Script(models.Model):
    """An exam paper under a code of its own: whoever marks it cannot know whose it is."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="scripts")
    code = models.CharField(_("答卷编号"), max_length=8)
    mark = score(_("分数"))
    absent = models.BooleanField(_("缺考"), default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "code"], name="script_code"),
        ]

    @property
    def is_marked(self) -> bool:
        """Tell whether nothing is left to mark."""
        return self.absent or self.mark is not None


class Panel(models.Model):
    """The draw of an interview: its pool and seed committed first, then drawn with another's nonce.

    One draw gives the examiners, in the order in which they take a seat, and for each post the
    order of its candidates.
    """

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="panel")
    size = models.PositiveSmallIntegerField(_("考官人数"))
    pool = models.JSONField(default=list)
    pool_digest = models.CharField(max_length=64)
    seed_commit = models.CharField(max_length=64)
    sealed_seed = models.BinaryField()
    nonce = models.CharField(max_length=128, blank=True)
    drawn = models.JSONField(default=list)
    drawn_at = models.DateTimeField(null=True)


class Examiner(models.Model):
    """A drawn examiner on the panel; who steps aside is followed by the next that was drawn."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="examiners")
    place = models.PositiveSmallIntegerField(_("席位"))
    person = models.ForeignKey(User, models.PROTECT, related_name="examinations")
    code = models.CharField(_("专家编号"), max_length=20)
    recusal = models.CharField(_("回避理由"), max_length=300, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="examiner_person"),
        ]


class InterviewMark(models.Model):
    """One examiner's mark for one candidate."""

    examiner = models.ForeignKey(Examiner, models.PROTECT, related_name="marks")
    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="marks")
    mark = models.DecimalField(_("分数"), max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["examiner", "applicant"], name="interview_mark"),
        ]


class Check(models.Model):
    """One check of somebody a post may go to; what a doctor found stays under the key."""

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="checks")
    kind = models.CharField(_("项目"), max_length=12, choices=check_kinds)
    passed = models.BooleanField(_("是否合格"))
    sealed_note = models.BinaryField(null=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["applicant", "kind"], name="check_kind"),
        ]

    @property
    def title(self) -> str:
        """Name what was checked."""
        return CHECKS[self.kind]


class Publicity(models.Model):
    """The days in which anybody may report on whom the posts are to go to, and their filing.

    A post on whose people a report waits is filed later than the others: `filings` gives, by the
    number of a post, under which number and when it was filed; `number` is the last of them, and
    `filed_at` when none was left.
    """

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="publicity")
    published_at = models.DateTimeField()
    until = models.DateField(_("公示期满"))
    filed_at = models.DateTimeField(null=True)
    number = models.CharField(_("备案文号"), max_length=60, blank=True)
    filings = models.JSONField(default=dict)

    def is_filed(self, post: int) -> bool:
        """Tell whether a post is filed: alone, or with all the others."""
        return self.filed_at is not None or str(post) in self.filings

    def filed_under(self, post: int) -> str:
        """Give under which number a post was filed; before posts were filed apart there was one."""
        number: str = self.filings.get(str(post), {}).get("number", self.number)
        return number


class Employment(models.Model):
    """The contract of somebody hired (PIR 12, 13)."""

    applicant = models.OneToOneField(Applicant, models.PROTECT, related_name="employment")
    years = models.PositiveSmallIntegerField(_("合同期限（年）"))
    trial_months = models.PositiveSmallIntegerField(_("试用期（月）"))
    first_job = models.BooleanField(_("初次就业"))
    signed_at = models.DateTimeField()


class Recount(models.Model):
    """An applicant's request to look at a written score again, and what came of it.

    Whoever looks is shown the code of the paper and no name. That is no secret: marks by code and
    scores by ticket are both known to whoever marked, and an unusual score links them.
    """

    token = models.CharField(max_length=12, unique=True, default=token)
    applicant = models.OneToOneField(Applicant, models.PROTECT, related_name="recount")
    reason = models.CharField(_("复核理由"), max_length=300)
    state = models.CharField(max_length=10, choices=recount_states, default="filed")
    filed_at = models.DateTimeField()
    answer_due = models.DateField(_("答复期限"))
    before = score(_("复核前"))
    after = score(_("复核后"))
    answer = models.CharField(_("复核情况"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.RECOUNT.states), name="recount_state"
            ),
        ]

    @property
    def is_changed(self) -> bool:
        """Tell whether the score became another."""
        return self.after is not None and self.after != self.before


class Report(models.Model):
    """A report on somebody a post is to go to: only the personnel authority and who reported it
    learn of it; what it says rests encrypted.
    """

    token = models.CharField(max_length=12, unique=True, default=token)
    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(User, models.PROTECT, related_name="reports")
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=report_states, default="filed")
    filed_at = models.DateTimeField()
    answer_due = models.DateField(_("答复期限"))
    finding = models.CharField(_("核查结论"), max_length=10, choices=findings, blank=True)
    answer = models.CharField(_("答复"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=domain.REPORT.states), name="report_state"
            ),
        ]
