"""To whom a lot goes, by which contract, and what was paid."""

from decimal import Decimal
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from trading.domain import PRIORITY_INQUIRY, ending, settlement
from trading.models.tenders import Lot, money

Deal = TypeVar("Deal", bound=models.Model)


class Standing(models.Manager[Deal]):
    """Read what stands: a lot has one award and one contract, besides those that were voided."""

    def get_queryset(self) -> "models.QuerySet[Deal]":
        """Leave out what was voided."""
        return super().get_queryset().filter(voided_at=None)


def inquiry_states() -> list[tuple[str, str]]:
    """Give the states of a question put to a holder of a right of first refusal."""
    return PRIORITY_INQUIRY.choices()


class PriorityInquiry(models.Model):
    """A question to one holder of a right of first refusal: does it take a lot at this price?"""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="inquiries")
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="inquiries")
    rank = models.PositiveSmallIntegerField()
    price = money(_("价格（元）"))
    state = models.CharField(max_length=20, choices=inquiry_states, default="asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["lot__number", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "holder"], name="priority_asked_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=PRIORITY_INQUIRY.states), name="priority_inquiry_state"
            ),
        ]


class Award(models.Model):
    """The supplier a lot is awarded to, at the price bid; voided when that supplier fell away."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="awards", related_query_name="award")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="awards")
    bid = models.CharField(max_length=64)
    rank = models.PositiveSmallIntegerField()
    price = money(_("中标金额（元）"))
    total = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = Standing["Award"]()
    every = models.Manager["Award"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot"], condition=models.Q(voided_at=None), name="award_of_lot"
            ),
        ]
        indexes = [models.Index(fields=["-notified_at", "-id"], name="award_notified")]


class Contract(models.Model):
    """The contract of one lot, due within thirty days of the award notice (GPL art. 46)."""

    lot = models.ForeignKey(
        Lot, models.PROTECT, related_name="contracts", related_query_name="contract"
    )
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    amount = money(_("合同金额（元）"))
    due_on = models.DateField(_("应签订日期"))
    security = money(_("履约保证金（元）"), default=Decimal(0))
    security_due_on = models.DateField(_("履约保证金提交期限"), null=True)
    secured_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(_("合同终止日期"), null=True)
    end_ground = models.CharField(_("合同终止情形"), max_length=20, blank=True)
    end_reason = models.CharField(_("合同终止理由"), max_length=ending.LONGEST, blank=True)
    end_document = models.ForeignKey("ledger.Document", models.PROTECT, null=True, related_name="+")
    rest_due_on = models.DateField(_("余款付清日期"), null=True)
    settled_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = Standing["Contract"]()
    every = models.Manager["Contract"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot"], condition=models.Q(voided_at=None), name="contract_of_lot"
            ),
        ]

    @property
    def end_title(self) -> str:
        """Name why it ended."""
        return ending.GROUNDS[self.end_ground].title

    @property
    def end_article(self) -> str:
        """Give by which article it ended."""
        return ending.GROUNDS[self.end_ground].article

    @property
    def is_paid(self) -> bool:
        """Tell whether the whole price has arrived."""
        paid: Decimal = sum((payment.amount for payment in self.payments.all()), Decimal(0))
        return paid >= Decimal(self.amount)


class Acceptance(models.Model):
    """A report on what was delivered under a contract (验收书), item by item; never changed, only
    followed by another (GPR art. 45).
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField(_("验收日期"))
    lines = models.JSONField(_("各项履约情况"), default=list)
    reviewers = models.JSONField(_("验收人"), default=list)
    serves_public = models.BooleanField(_("向社会公众提供的公共服务项目"), default=False)
    opinion = models.TextField(_("服务对象的意见"), blank=True)
    passed = models.BooleanField(_("验收结论"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="acceptance_number"),
        ]


class Payment(models.Model):
    """A payment of the price that reached the exchange's account; never changed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="payments")
    amount = money(_("金额（元）"))
    paid_on = models.DateField(_("付款日期"))
    source = models.CharField(_("款项来源"), max_length=10)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    @property
    def source_title(self) -> str:
        """Name where the payment came from."""
        return settlement.SOURCES[self.source]
