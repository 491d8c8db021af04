"""Who may be what: roles in time, the exclusions between them, and the actor as rules see it
(rulebook 1).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kernel import uscc
from kernel.calendar import SHANGHAI
from kernel.errors import Conflict, Invalid
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
BANK = "bank"
PERSONNEL = "personnel"
STAFF = "staff"

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
    BANK: _("保证金开户银行"),
    PERSONNEL: _("人事综合管理部门"),
    STAFF: _("单位在职人员"),
}
CENTRE_SIDES = frozenset({CENTRE_OPS, CENTRE_ADMIN, CENTRE_INSPECTOR})
SELLING_SIDE = frozenset({PURCHASER, AGENCY, *CENTRE_SIDES, REGULATOR, PERSONNEL})
EXCLUSIONS = (
    (
        CENTRE_SIDES,
        CENTRE_SIDES,
        _("同一人不得兼任交易中心决策、执行、监督中的两项（决策执行监督三分离）。"),
    ),
    ({BIDDER}, SELLING_SIDE, _("供应商人员不得同时任职于采购、代理、交易中心或监督部门。")),
    (
        {BANK},
        {BIDDER, EXPERT, NOTARY, SOCIAL_SUPERVISOR, AUDITOR, STAFF, *SELLING_SIDE},
        _("银行接口账号知道谁交了保证金，不得担任交易活动中的任何其他角色。"),
    ),
    (
        {REGULATOR, AUDITOR},
        {EXPERT, AGENCY, PURCHASER},
        _("监督人员不得担任评审专家或参与采购活动（招标投标法实施条例第46条）。"),
    ),
    (
        {PERSONNEL},
        {PURCHASER, AGENCY, EXPERT, *CENTRE_SIDES},
        _("人事综合管理部门核准招聘计划并监督招聘，不得同时参与招聘或其他交易。"),
    ),
    (
        {SOCIAL_SUPERVISOR},
        {BIDDER, AGENCY, EXPERT, *CENTRE_SIDES},
        _("社会监督员不得同时是交易活动的参与方。"),
    ),
)
SIDE_COOL_DOWN = timedelta(days=30)
PERSONAL = frozenset({EXPERT, SOCIAL_SUPERVISOR})
DELEGABLE = frozenset({PURCHASER, AGENCY, BIDDER})
NAMES_STAFF = frozenset({PURCHASER})
"""Who has one of these may say who else works there."""
OVERSIGHT = frozenset({CENTRE_ADMIN, CENTRE_INSPECTOR, REGULATOR, AUDITOR})
LOOKS_APART = {"lead:": frozenset({CENTRE_INSPECTOR, REGULATOR})}
"""What nobody but these learns that it was looked at: that an anonymous lead came is told to none
who does not look into it.
"""
SIZES = ("micro", "small", "medium", "large", "none")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,29}")
RESERVED_NAMES = frozenset({"system", "public", "admin", "root"})

FACTS = facts(
    Reach.RESTRICTED,
    {
        "organisation.registered": _("单位注册"),
        "organisation.changed": _("单位信息变更"),
        "person.registered": _("人员注册"),
        "person.changed": _("人员信息变更"),
        "tokens.revoked": _("作废接口令牌"),
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


def administers(actor: Actor, organisation_id: int | None, administrator_id: int | None) -> bool:
    """Tell whether the actor is an organisation's administrator and works there still."""
    return (
        actor.is_known
        and administrator_id == actor.person_id
        and actor.has_for(organisation_id, *ROLES)
    )


PUBLIC = Actor(ref="public", name=_("社会公众"))
SYSTEM = Actor(ref="system", name=_("系统"))


@dataclass(frozen=True)
class OrganisationDetails:
    """What an organisation declares of itself."""

    uscc: str
    name: str
    legal_representative: str
    address: str
    phone: str
    size: str = "none"
    bank_account: str = ""


@dataclass(frozen=True)
class PersonDetails:
    """What is known of a person who signs in."""

    username: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class RoleWish:
    """A role somebody asks to be granted or ended, with what the decision needs."""

    role: str
    person_id: int
    organisation_id: int | None = None
    administrator_id: int | None = None
    delegable: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Access:
    """A look at something not yet public: at what, of which tender in which state, what for, from
    where.
    """

    subject: str
    purpose: str
    tender: str = ""
    state: str = ""
    address: str = ""


def handed_on(held: frozenset[str]) -> frozenset[str]:
    """Give the roles that an organisation may hand on by itself: those of a market it has, and who
    works there, where that is asked of it.
    """
    staff = {STAFF} if held & NAMES_STAFF else set()
    return (DELEGABLE & held) | staff


def exclusion(held: Iterable[str], wanted: str) -> tuple[str, str] | None:
    """Give the held role that excludes the wanted one and the reason, or None (rulebook 1.2)."""
    for some, others, reason in EXCLUSIONS:
        for role in sorted(held):
            if role != wanted and (
                (wanted in some and role in others) or (wanted in others and role in some)
            ):
                return role, reason
    return None


def refuse_exclusive(held: Iterable[str], wanted: str) -> None:
    """Refuse a role that may not be held together with one already held (rulebook 1.2)."""
    found = exclusion(held, wanted)
    if found is not None:
        raise Conflict("role.exclusive", found[1], held=found[0], wanted=wanted)


def side_free_at(ended: Iterable[tuple[str, datetime]], wanted: str) -> datetime | None:
    """Give the instant from which a person may change to this side of the centre; None: at once."""
    left = [when for role, when in ended if role in CENTRE_SIDES and role != wanted]
    return max(left) + SIDE_COOL_DOWN if left and wanted in CENTRE_SIDES else None


def refuse_change_of_side(ended: Iterable[tuple[str, datetime]], wanted: str, at: datetime) -> None:
    """Refuse to change between the centre's sides within thirty days (rulebook 1.2)."""
    free_at = side_free_at(ended, wanted)
    if free_at is not None and at < free_at:
        raise Conflict(
            "role.cooling_down",
            _("离开交易中心另一方不满三十日，可在 %(free_at)s 之后授予。"),
            free_at=f"{free_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )


def refuse_misplaced(role: str, *, has_organisation: bool) -> None:
    """Refuse an unknown role, one without the organisation it serves, or a personal one with an
    organisation.
    """
    if role not in ROLES:
        raise Invalid("role.unknown", _("没有这种角色。"), field="role")
    if role in PERSONAL and has_organisation:
        raise Invalid("role.personal", _("此角色由本人担任，不代表单位。"), field="uscc")
    if role not in PERSONAL and not has_organisation:
        raise Invalid("role.organisation_needed", _("请选择所代表的单位。"), field="uscc")


def check_text(text: str, field: str, longest: int, *, required: bool = True) -> str:
    """Give the text without outer blanks; refuse an empty, overlong or unprintable one."""
    clean = text.strip()
    if required and not clean:
        raise Invalid("text.missing", _("此项必填。"), field=field)
    if len(clean) > longest:
        raise Invalid("text.too_long", _("最多 %(longest)s 字。"), field=field, longest=longest)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in clean):
        raise Invalid("text.unprintable", _("含有不能显示的字符，请重新输入。"), field=field)
    return clean


def check_organisation(details: OrganisationDetails, *, lenient: bool) -> OrganisationDetails:
    """Give the details in their standard form; refuse a wrong code or text (GB 32100-2015).

    Lenient: the certificate really shows a code whose check character is wrong, as some early ones
    do.
    """
    code = uscc.check(details.uscc, lenient=lenient)
    if not code.valid:
        facts = {"field": "uscc", "expected": code.expected}
        raise Invalid(f"uscc.{code.reason}", uscc.REASONS[code.reason], **facts)
    if details.size not in SIZES:
        raise Invalid("organisation.size_unknown", _("请选择企业规模。"), field="size")
    return OrganisationDetails(
        uscc=code.code,
        name=check_text(details.name, "name", 120),
        legal_representative=check_text(details.legal_representative, "legal_representative", 40),
        address=check_text(details.address, "address", 200),
        phone=check_text(details.phone, "phone", 30),
        size=details.size,
        bank_account=check_text(details.bank_account, "bank_account", 60, required=False),
    )


def check_person(details: PersonDetails) -> PersonDetails:
    """Give the details in their standard form; refuse a user name nobody could type or that names
    the system.
    """
    username = details.username.strip().lower()
    if not USERNAME.fullmatch(username) or username in RESERVED_NAMES:
        raise Invalid(
            "person.bad_username",
            _("用户名须为 2 至 30 位小写字母、数字、点、横线或下划线，以字母开头。"),
            field="username",
        )
    return replace(
        details,
        username=username,
        name=check_text(details.name, "person_name", 40),
        phone=check_text(details.phone, "person_phone", 30, required=False),
        email=check_text(details.email, "email", 254, required=False),
    )


def sees_organisation(actor: Actor, organisation_id: int) -> bool:
    """Tell whether the actor may read an organisation's own page: its people, the centre's
    registration and administration, oversight.
    """
    own = any(grant.organisation_id == organisation_id for grant in actor.grants)
    return own or actor.has(CENTRE_OPS, *OVERSIGHT)


def sees_people(actor: Actor) -> bool:
    """Tell whether the actor may read everybody's roles: administration and oversight."""
    return actor.has(*OVERSIGHT)


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Name browser and system as people do, from what a browser says of itself; "" if unknown.

    Browsers name those they descend from too, so the first that fits in each list is the one.
    """
    found = (
        next((name for word, name in names if word in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return " · ".join(filter(None, found))
