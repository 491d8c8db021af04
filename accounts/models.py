"""People, organisations, and roles in time."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import domain


def role_choices() -> list[tuple[str, str]]:
    """Give the roles for forms; a callable, so that a new role needs no migration."""
    return list(domain.ROLES.items())


class Organisation(models.Model):
    """A legal body, known by its unified social credit code (统一社会信用代码)."""

    class Size(models.TextChoices):
        """Size class that decides the small-firm deduction (财库〔2020〕46号)."""

        MICRO = "micro", _("微型企业")
        SMALL = "small", _("小型企业")
        MEDIUM = "medium", _("中型企业")
        LARGE = "large", _("大型企业")
        NOT_APPLICABLE = "none", _("不适用")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=120, unique=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=40)
    address = models.CharField(_("地址"), max_length=200)
    region = models.CharField(_("行政区划代码"), max_length=6)
    phone = models.CharField(_("联系电话"), max_length=30)
    size = models.CharField(_("企业规模"), max_length=10, choices=Size, default=Size.NOT_APPLICABLE)
    bank_account = models.CharField(_("基本账户"), max_length=60, blank=True)
    administrator = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        related_name="administered",
        verbose_name=_("单位管理员"),
    )
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """Name the organisation in facts."""
        return f"organisation:{self.uscc}"

    @property
    def stream(self) -> str:
        """Name the stream of facts about this organisation."""
        return f"organisation.{self.uscc}"


class User(AbstractUser):
    """A person who signs in; what they may do comes from their roles in time."""

    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=30, blank=True)
    token_epoch = models.PositiveIntegerField(default=0)
    first_name = None  # type: ignore[assignment]  # a Chinese name is one field
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """Name the person in facts."""
        return f"person:{self.username}"

    @property
    def stream(self) -> str:
        """Name the stream of facts about this person."""
        return f"person.{self.username}"


class Role(models.Model):
    """A role held by a person for an organisation from one instant to another."""

    person = models.ForeignKey(User, models.PROTECT, related_name="roles")
    role = models.CharField(_("角色"), max_length=20, choices=role_choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="roles")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["person", "ends_at"], name="role_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=models.Q(ends_at=None, organisation__isnull=False),
                name="role_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(ends_at=None, organisation=None),
                name="personal_role_in_force_once",
            ),
        ]

    @property
    def title(self) -> str:
        """Give the role's Chinese title, which the page translates."""
        return domain.ROLES.get(self.role, self.role)
