"""The framework agreements of a lot, what is called off under them, and who was asked in turn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading import domain
from trading.domain import call_offs, framework
from trading.models.tenders import Lot, money


def framework_states() -> list[tuple[str, str]]:
    """Give the states of an agreement."""
    return domain.FRAMEWORK.choices()


def call_off_states() -> list[tuple[str, str]]:
    """Give the states of a call-off."""
    return domain.CALL_OFF.choices()


def call_off_ways() -> list[tuple[str, str]]:
    """Give the ways of the second stage."""
    return list(framework.WAYS.items())


class FrameworkAgreement(models.Model):
    """The agreement with one shortlisted supplier of a lot (框架协议), at its own unit price.

    `place` is its place in the order of the shortlist: equals share a rank, never a place;
    `notified_at` is when everybody was told of it. `withdrawal` is why its supplier asked to get
    out of it, since `withdrawal_asked_at` while nobody has decided.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="agreements")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements")
    bid = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField(_("入围排序"))
    price = money(_("协议单价（元）"))
    total = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=framework_states, default="shortlisted")
    confirmed_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    due_on = models.DateField(_("应签订日期"), null=True)
    signed_at = models.DateTimeField(null=True)
    ends_on = models.DateField(_("有效期至"), null=True)
    document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    withdrawal = models.CharField(_("申请退出的理由"), max_length=300, blank=True)
    withdrawal_asked_at = models.DateTimeField(null=True)
    withdrawal_refusal = models.CharField(_("不同意退出的理由"), max_length=300, blank=True)

    class Meta:
        ordering = ["lot__number", "place"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "supplier"], name="agreement_supplier"),
            models.UniqueConstraint(fields=["lot", "place"], name="agreement_place"),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.FRAMEWORK.states), name="framework_state"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "ends_on"], name="agreement_ending"),
            models.Index(fields=["-notified_at", "-id"], name="agreement_notified"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} {self.supplier}"

    @property
    def ground_title(self) -> str:
        """Say on which ground it was terminated."""
        return framework.CLOSED_BY.get(self.ground, "")


class CallOff(models.Model):
    """One purchase under a lot's agreements: by whom, from whom, how much, at which price.

    `agreement` is that of the supplier being asked, or who accepted; none while nobody is.
    `amount` is what it costs, `agreed_amount` what it would at the agreed price.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="call_offs")
    number = models.PositiveSmallIntegerField()
    purchaser = models.ForeignKey(Organisation, models.PROTECT, related_name="call_offs")
    way = models.CharField(max_length=20, choices=call_off_ways)
    agreement = models.ForeignKey(
        FrameworkAgreement, models.PROTECT, null=True, related_name="call_offs"
    )
    content = models.CharField(_("采购内容"), max_length=300)
    delivery = models.CharField(_("交付或服务期限"), max_length=120, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)
    price = money(_("单价（元）"), null=True)
    amount = money(_("金额（元）"), null=True)
    agreed_amount = money(_("按协议单价的金额（元）"), null=True)
    state = models.CharField(max_length=20, choices=call_off_states, default="asked")
    failure = models.CharField(max_length=300, blank=True)
    placed_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["lot__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="call_off_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=domain.CALL_OFF.states), name="call_off_state"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_due_at"], name="call_off_due"),
            models.Index(fields=["-published_at", "-id"], name="call_off_published"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} {self.number}"


class Turn(models.Model):
    """One supplier asked for a call-off, and what it did."""

    call_off = models.ForeignKey(CallOff, models.PROTECT, related_name="turns")
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="turns")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    @property
    def answer_title(self) -> str:
        """Say what it did."""
        return call_offs.ANSWERS[self.answer]
