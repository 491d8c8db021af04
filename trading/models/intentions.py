"""What a purchaser means to buy, told to the public before it begins."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from trading.models.tenders import money


class Intention(models.Model):
    """A procurement intention (采购意向): once published it stays as it is; what is bought in the
    end stands in the call.
    """

    code = models.CharField(_("意向编号"), max_length=20, unique=True)
    purchaser = models.ForeignKey(Organisation, models.PROTECT, related_name="intentions")
    title = models.CharField(_("项目名称"), max_length=160)
    needs = models.TextField(_("采购需求概况"))
    budget = money(_("预算金额（元）"))
    expected_on = models.DateField(_("预计采购时间"))
    note = models.CharField(_("备注"), max_length=300, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["-published_at"], name="intention_published")]

    @property
    def stream(self) -> str:
        """Name the stream of its facts."""
        return f"intention.{self.code}"
