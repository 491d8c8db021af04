"""The life of a supervisor, an assignment and an observation, and the facts they leave (rulebook 6,
monitoring.md 6).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.domain import (
    AGENCY,
    AUDITOR,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    Actor,
)
from kernel.errors import Invalid
from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

SUPERVISOR = Lifecycle(
    name="supervisor",
    initial="nominated",
    titles={
        "nominated": _("已推荐"),
        "vetted": _("审查通过"),
        "rejected": _("审查未通过"),
        "publicity": _("公示中"),
        "agreed": _("已签协议"),
        "active": _("在任"),
        "suspended": _("暂停履职"),
        "ended": _("任期结束"),
        "dismissed": _("解聘"),
    },
    moves={
        "vet": Move(("nominated",), "vetted"),
        "reject": Move(("nominated", "publicity"), "rejected"),
        "publicise": Move(("vetted",), "publicity"),
        "agree": Move(("publicity",), "agreed"),
        "appoint": Move(("agreed",), "active"),
        "suspend": Move(("active",), "suspended"),
        "resume": Move(("suspended",), "active"),
        "resign": Move(("active", "suspended"), "ended"),
        "expire": Move(("active", "suspended"), "ended"),
        "dismiss": Move(("active", "suspended"), "dismissed"),
    },
)

OBSERVATION = Lifecycle(
    name="observation",
    initial="filed",
    titles={
        "filed": _("待答复"),
        "answered": _("已答复"),
        "accepted": _("认可答复"),
        "contested": _("不认可答复"),
        "escalated": _("已报监督部门"),
        "ruled": _("已裁定"),
        "superseded": _("已由新意见取代"),
    },
    moves={
        "answer": Move(("filed",), "answered"),
        "accept": Move(("answered",), "accepted"),
        "contest": Move(("answered",), "contested"),
        "escalate": Move(("filed", "contested"), "escalated"),
        "rule": Move(("contested", "escalated"), "ruled"),
        "supersede": Move(("filed", "answered", "contested"), "superseded"),
    },
)

CATEGORIES = {
    "normal": _("情况正常"),
    "question": _("疑问"),
    "irregularity": _("发现问题"),
    "recusal": _("应当回避"),
    "stop": _("建议暂停"),
    "accountability": _("责任追究建议"),
}

CATEGORY_WORDS = {
    "normal": _("过程合规，如密封完好、按时进行"),
    "question": _("请主持人说明"),
    "irregularity": _("与规定不符，请改正"),
    "recusal": _("某人应当回避"),
    "stop": _("请主持人暂停或说明理由"),
    "accountability": _("建议追究责任"),
}


@dataclass(frozen=True)
class Sight:
    """What was on the screen when the first key went down: the instant, and the last fact shown."""

    at: datetime
    fact: int | None = None


LEAD = Lifecycle(
    name="lead",
    initial="filed",
    titles={"filed": _("待核查"), "answered": _("已答复"), "closed": _("已办结")},
    moves={
        "add": Move(("filed", "answered"), "filed"),
        "answer": Move(("filed", "answered"), "answered"),
        "close": Move(("filed", "answered"), "closed"),
    },
)
"""The life of an anonymous lead: it is no complaint, and nothing waits for it."""
LEAD_LEAST: Final = 10
LEAD_MOST: Final = 4000


def lead_text(text: str) -> str:
    """Take what a lead says, neither empty nor endless."""
    clean = text.strip()
    if not LEAD_LEAST <= len(clean) <= LEAD_MOST:
        raise Invalid(
            "lead.text",
            _("请写 %(least)s 至 %(most)s 字：时间、地点、经过和可以查证的线索。"),
            least=LEAD_LEAST,
            most=LEAD_MOST,
            field="text",
        )
    return clean


FACTS = facts(
    Reach.PUBLIC,
    {
        "supervisor.publicised": _("社会监督员公示"),
        "supervisor.appointed": _("颁发聘书"),
        "supervisor.ended": _("社会监督员任期结束"),
        "supervision.pool_frozen": _("冻结社会监督员候选名单"),
        "supervision.drawn": _("抽取社会监督员"),
        "supervision.replaced": _("递补社会监督员"),
        "supervision.recused": _("社会监督员回避"),
        "observation.filed": _("提出监督意见"),
        "observation.answered": _("答复监督意见"),
        "observation.accepted": _("认可答复"),
        "observation.contested": _("不认可答复"),
        "observation.escalated": _("报送监督部门"),
        "observation.ruled": _("裁定监督意见"),
        "observation.superseded": _("更新监督意见"),
        "observation.bound": _("监督意见对应录像分段"),
        "recording.started": _("开始录像"),
        "recording.chained": _("录像校验链登记"),
        "recording.ended": _("录像结束"),
    },
) | facts(
    Reach.RESTRICTED,
    {
        "supervisor.nominated": _("推荐社会监督员"),
        "supervisor.vetted": _("审查社会监督员"),
        "supervisor.rejected": _("审查未通过"),
        "supervisor.agreed": _("签署协议"),
        "supervisor.suspended": _("暂停履职"),
        "supervisor.resumed": _("恢复履职"),
        "supervision.signed_in": _("社会监督员到场"),
        "recording.viewed": _("调阅录像"),
        "lead.filed": _("收到匿名线索"),
        "lead.added": _("补充匿名线索"),
        "lead.answered": _("答复匿名线索"),
        "lead.closed": _("办结匿名线索"),
        "rating.given": _("收到服务评价"),
        "deadline.missed": _("逾期未办"),
        "deadline.ended": _("逾期事项了结"),
    },
)


DEADLINES: Final = "deadlines"
"""The stream of missed deadlines: it is watched by nobody."""
OVERSIGHT_ONLY: Final = frozenset({REGULATOR})
"""Whose deadlines the authority and audit alone read of: that somebody complains is not told, nor
is what others have to do because of it, which is secret one by one.
"""
READERS: Final = frozenset({CENTRE_OPS, CENTRE_ADMIN, CENTRE_INSPECTOR, REGULATOR, AUDITOR})


LONGEST: Final = 240
"""How much is kept of what a deadline is about."""
NO_OFFICE: Final = 0
"""The office of what no one organisation has to do: none has this key."""
Key = tuple[str, int, str, str, str, datetime]


@dataclass(frozen=True)
class Obligation:
    """What somebody has to do by an instant: the role, its organisation, and where it is done.

    While its tender stands still nobody can do it, and nobody misses it.
    """

    role: str
    organisation_id: int | None
    title: str
    subject: str
    url: str
    due_at: datetime
    is_secret: bool = False
    late_at: datetime | None = None
    stands_still: bool = False

    def is_late(self, at: datetime) -> bool:
        """Tell whether it counts as not done."""
        return (self.late_at or self.due_at) < at

    @property
    def key(self) -> Key:
        """Name who has to do what about which thing by when: of two parties that owe the same, or
        of two things one party owes, each is one of its own.
        """
        told = self.title, self.subject[:LONGEST], self.url
        return self.role, self.organisation_id or NO_OFFICE, *told, self.due_at


def shown_roles(actor: Actor) -> frozenset[str]:
    """Say whose deadlines an actor reads of: everybody's for the authority, without the
    authority's own for the centre.
    """
    if reads_secret(actor):
        return frozenset(OBLIGED)
    return frozenset(OBLIGED) - OVERSIGHT_ONLY if actor.has(*READERS) else frozenset()


def reads_secret(actor: Actor) -> bool:
    """Tell whether an actor reads of deadlines that tell of what is kept from the centre."""
    return actor.has(REGULATOR, AUDITOR)


OBLIGED: Final = (PURCHASER, AGENCY, CENTRE_OPS, REGULATOR, PERSONNEL, BIDDER)
"""Whose deadlines are kept. Of bidders only those that won, and only what they owe then: who else
deals with a tender is nobody's business (rulebook 1.3).
"""
