"""What official notices say of single days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class DeclaredDay(models.Model):
    """What an official notice says of one day; the newest row of a day counts, none is removed."""

    day = models.DateField(_("日期"), db_index=True)
    is_working = models.BooleanField(_("是否工作日"))
    title = models.CharField(_("通知名称"), max_length=200)
    number = models.CharField(_("通知文号"), max_length=80, blank=True)
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="declared_days")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.title}"

    @property
    def source(self) -> str:
        """Name the notice as a trace quotes it."""
        return f"{self.title}（{self.number}）" if self.number else self.title
