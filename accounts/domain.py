"""Who may be what: roles in time, the exclusions between them, and the actor as rules see it
(rulebook 1).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from kernel.errors import Conflict
from kernel.facts import Reach, facts
from kernel.text import gettext_noop as _

PURCHASER = "purchaser"
AGENCY = "agency"
BIDDER = "bidder"
EXPERT = "expert"
CENTRE_OPS = "centre_ops"
CENTRE_ADMIN = "centre_admin"
CENTRE_INSPECTOR = "centre_inspector"
REGULATOR = "regulator"
SOCIAL_SUPERVISOR = "social_supervisor"
AUDITOR = "auditor"
NOTARY = "notary"

ROLES = {
    PURCHASER: _("采购人"),
    AGENCY: _("采购代理机构"),
    BIDDER: _("供应商（投标人）"),
    EXPERT: _("评审专家"),
    CENTRE_OPS: _("交易中心·执行"),
    CENTRE_ADMIN: _("交易中心·决策"),
    CENTRE_INSPECTOR: _("交易中心·监督"),
    REGULATOR: _("行政监督部门"),
    SOCIAL_SUPERVISOR: _("社会监督员"),
    AUDITOR: _("纪检监察、审计"),
    NOTARY: _("公证员"),
}
CENTRE_SIDES = frozenset({CENTRE_OPS, CENTRE_ADMIN, CENTRE_INSPECTOR})
SELLING_SIDE = frozenset({PURCHASER, AGENCY, *CENTRE_SIDES, REGULATOR})
EXCLUSIONS = (
    (
        CENTRE_SIDES,
        CENTRE_SIDES,
        _("同一人不得兼任交易中心决策、执行、监督中的两项（决策执行监督三分离）。"),
    ),
    ({BIDDER}, SELLING_SIDE, _("供应商人员不得同时任职于采购、代理、交易中心或监督部门。")),
    (
        {REGULATOR, AUDITOR},
        {EXPERT, AGENCY, PURCHASER},
        _("监督人员不得担任评审专家或参与采购活动（招标投标法实施条例第46条）。"),
    ),
    (
        {SOCIAL_SUPERVISOR},
        {BIDDER, AGENCY, EXPERT, *CENTRE_SIDES},
        _("社会监督员不得同时是交易活动的参与方。"),
    ),
)
SIDE_COOL_DOWN = timedelta(days=30)

FACTS = facts(
    Reach.RESTRICTED,
    {
        "organisation.registered": _("单位注册"),
        "organisation.changed": _("单位信息变更"),
        "person.registered": _("人员注册"),
        "role.granted": _("授予角色"),
        "role.ended": _("终止角色"),
        "access.read": _("查阅未公开内容"),
    },
)


@dataclass(frozen=True)
class Grant:
    """A role held for an organisation (None: held in person)."""

    role: str
    organisation_id: int | None


@dataclass(frozen=True)
class Actor:
    """Who acts, as rules and policies see it: made by the edge for one instant, never stored."""

    ref: str
    name: str
    person_id: int | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds one of these roles, for whichever organisation."""
        return any(grant.role in roles for grant in self.grants)

    def has_for(self, organisation_id: int | None, *roles: str) -> bool:
        """Tell whether the actor holds one of these roles for this organisation."""
        return organisation_id is not None and any(
            grant.organisation_id == organisation_id and grant.role in roles
            for grant in self.grants
        )

    def organisations(self, *roles: str) -> frozenset[int]:
        """Give the organisations for which the actor holds one of these roles."""
        return frozenset(
            g.organisation_id for g in self.grants if g.organisation_id and g.role in roles
        )

    @property
    def is_known(self) -> bool:
        """Tell a signed-in person from the public."""
        return self.person_id is not None


PUBLIC = Actor(ref="public", name=_("社会公众"))
SYSTEM = Actor(ref="system", name=_("系统"))


def refuse_exclusive(held: Iterable[str], wanted: str) -> None:
    """Refuse a role that may not be held together with one already held (rulebook 1.2)."""
    for some, others, reason in EXCLUSIONS:
        for role in held:
            if role != wanted and (
                (wanted in some and role in others) or (wanted in others and role in some)
            ):
                raise Conflict("role.exclusive", reason, held=role, wanted=wanted)
