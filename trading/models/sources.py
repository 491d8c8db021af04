"""The one supplier of a single-source procurement, why, and since when the public knows."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading.domain import sources
from trading.models.tenders import Tender, money


def source_grounds() -> list[tuple[str, str]]:
    """Give the grounds of the law."""
    return list(sources.GROUNDS.items())


class SoleSource(models.Model):
    """Whom alone a tender invites (拟定的唯一供应商), on which ground, and who argues it."""

    tender = models.OneToOneField(Tender, models.CASCADE, related_name="source")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    ground = models.CharField(_("适用情形"), max_length=10, choices=source_grounds)
    reason = models.TextField(_("原因及相关说明"), blank=True)
    arguments = models.JSONField(_("专业人员论证意见"), default=list)
    authority = models.CharField(_("财政部门联系方式"), max_length=120, blank=True)
    base_contract = models.CharField(_("原合同"), max_length=120, blank=True)
    base_amount = money(_("原合同采购金额（元）"), default=Decimal(0))
    base_added = money(_("此前已添购金额（元）"), default=Decimal(0))
    publicised_at = models.DateTimeField(null=True)
    publicity_until = models.DateField(_("公示截止"), null=True)

    @property
    def ground_title(self) -> str:
        """Say the ground as the law does."""
        return sources.GROUNDS[self.ground]
