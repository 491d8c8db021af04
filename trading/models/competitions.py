"""Purchases for which those shortlisted in a framework compete once more (二次竞价)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading.models.tenders import Lot, Tender, money


class Competition(models.Model):
    """From which lot of a framework a purchase is called, how much of it, and who was asked at
    which agreed price; `asked` is frozen when they are.
    """

    tender = models.OneToOneField(Tender, models.CASCADE, related_name="competition")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="competitions")
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)
    asked = models.JSONField(default=list)


class PriceQuestion(models.Model):
    """An offer so low that its supplier is asked about it before it may be taken (异常低价审查)."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="price_questions")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    price = money(_("报价（元）"))
    lines = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    explanation = models.TextField(_("书面说明"), blank=True)
    explained_at = models.DateTimeField(null=True)
    is_proven = models.BooleanField(null=True)
    reason = models.CharField(_("审查意见"), max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "supplier"], name="price_question_once"),
        ]
