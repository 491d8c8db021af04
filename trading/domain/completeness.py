"""What a tender needs before it is published, and what publication and amendment then set.

One rule, two uses: the draft page lists what `missing_before_publication` returns, and
`plan_publication` refuses while the list is not empty.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import SHANGHAI, is_sensible, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import timetable
from trading.domain import (
    STAGES,
    attempts,
    custody,
    deposits,
    grounds,
    performance,
    predisclosure,
    required,
    weighing,
)
from trading.domain.attempts import AttemptFacts
from trading.domain.competition import CompetitionFacts
from trading.domain.custody import CustodianFacts
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.first_stage import BEFORE as FIRST_STAGE
from trading.domain.first_stage import FirstStage
from trading.domain.invitations import LATER, ByInvitation, Invited
from trading.domain.sources import SourceFacts
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.prequalification import Prequalifies

NOTICE_ARTICLE: Final = "《政府采购货物和服务招标投标管理办法》第十三条"
BUDGET_ARTICLE: Final = "《政府采购法实施条例》第三十条"
CLOSING_GRACE: Final = timedelta(seconds=1)
"""Closing waits so long after the deadline, so that a commit stamped in time and still being
written is counted; what is in time is decided by its arrival stamp, never by this."""

DEADLINES: Final = ("prequalification_close_at", "proposals_close_at", "bids_close_at")
"""The dates of a draft that have a time of day."""
AFTER_SUBMISSION: Final = frozenset({"custodians.no_key"}) | LATER
"""What may still be open when the purchaser reads a draft: it is done by others than its agency."""


@dataclass(frozen=True)
class LotFacts:
    """A lot as the rules see it."""

    number: int
    title: str
    budget: Decimal
    ceiling: Decimal
    items: int
    state: str = "open"
    deposit: Decimal = Decimal(0)
    auction: Mapping[str, Any] = field(default_factory=dict)
    particulars: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    post: Mapping[str, Any] = field(default_factory=dict)


Check = Callable[["TenderFacts"], Iterable[Finding]]
"""One rule of what a draft must have."""
LotDates = Callable[[LotFacts], Mapping[str, date]]
"""The dates that a lot sets for itself, by the names the rules give them."""
FirstDates = Callable[["TenderFacts", date], dict[str, date]]
"""The dates up to the announcement, if the first notice goes out on the day given."""


@dataclass(frozen=True)
class Demands:
    """What a method asks of a draft: what it must have, and the dates it chooses, by the names the
    rules give them; `stages` tells whether its envelopes are opened in stages. `lot_dates` reads
    the dates each lot sets for itself, which are written in the section `lot_section`;
    `first_dates` gives the dates up to the announcement, where something comes before it, which
    are written in the section `first_section`.
    """

    checks: tuple[Check, ...]
    dates: Mapping[str, str]
    stages: bool = True
    lot_dates: LotDates | None = None
    lot_section: str = "timetable"
    first_dates: FirstDates | None = None
    first_section: str = "timetable"


@dataclass(frozen=True)
class TenderFacts:
    """A tender as the rules see it."""

    code: str
    rules: RuleSet
    state: str
    category: str
    title: str
    summary: str
    contact_name: str
    contact_phone: str
    region: str
    plan_number: str
    funding: str
    place: str
    qualification: tuple[Mapping[str, Any], ...]
    conformity: tuple[Mapping[str, Any], ...]
    scheme: Mapping[str, Any]
    stages: str
    threshold: int
    bid_security: Decimal
    validity_days: int
    documents_from: date | None
    documents_until: date | None
    bids_close_at: datetime | None
    lots: tuple[LotFacts, ...]
    custodians: tuple[CustodianFacts, ...]
    attachments: frozenset[str]
    recovery_threshold: int = 2
    recovery: tuple[CustodianFacts, ...] = ()
    pre_disclosure: Mapping[str, Any] = field(default_factory=dict)
    pre_disclosed_on: date | None = None
    disclosure_from: date | None = None
    told_otherwise: tuple[str, ...] = ()
    demands: Demands = field(default_factory=lambda: OPEN_TENDER)
    source: SourceFacts | None = None
    competition: CompetitionFacts | None = None
    performance_share: Decimal = Decimal(0)
    performance_forms: tuple[str, ...] = ()
    state_funded: bool = True
    departs: grounds.Departure | None = None
    by_invitation: ByInvitation | None = None
    rehearsed: tuple[Finding, ...] = ()
    grounds: Mapping[str, str] = field(default_factory=dict)
    invited: Invited = field(default_factory=Invited)
    framework: Mapping[str, Any] = field(default_factory=dict)
    prequalification: "Prequalifies | None" = None
    prequalification_from: date | None = None
    prequalification_until: date | None = None
    prequalification_close_at: datetime | None = None
    first_stage: FirstStage | None = None
    proposals_from: date | None = None
    proposals_until: date | None = None
    proposals_close_at: datetime | None = None
    announced_on: date | None = None
    attempt: AttemptFacts = field(default_factory=AttemptFacts)
    particulars: tuple[Mapping[str, str], ...] = ()
    text: Mapping[str, Any] | None = None

    @property
    def is_first_stage(self) -> bool:
        """Whether the text of the call is yet to be made from proposals."""
        return self.first_stage is not None and self.state in FIRST_STAGE

    def dates(self, announced: date) -> dict[str, date]:
        """Name the dates as the timetable rules do; the announcement is the one assumed."""
        chosen = {event: getattr(self, name) for name, event in self.demands.dates.items()}
        days = {n: local_date(on) if isinstance(on, datetime) else on for n, on in chosen.items()}
        read = self.demands.first_dates
        first = read(self, announced) if read else {"announced": announced}
        return first | {n: on for n, on in days.items() if on is not None}

    def every_dates(self, announced: date) -> list[dict[str, date]]:
        """Give the same with the dates of each lot, where lots set some for themselves."""
        common, read = self.dates(announced), self.demands.lot_dates
        found = [{**common, **read(lot)} for lot in self.lots] if read else []
        return found or [common]


@dataclass(frozen=True)
class Publication:
    """What publishing sets; where nobody competes there is no deadline."""

    bids_close_at: datetime | None
    next_due_at: datetime | None
    stages: tuple[str, ...]
    lots: tuple[int, ...]


@dataclass(frozen=True)
class Amendment:
    """What a clarification or amendment does to the deadline, and why."""

    bids_close_at: datetime
    moved: bool
    article: str


def missing_before_publication(facts: TenderFacts) -> list[Finding]:
    """List everything the draft still lacks (M87 13, GPR 30 to 34), section by section."""
    always = (attempts.findings, required.findings)
    checks = (grounds.findings, *facts.demands.checks, *always)
    found = [finding for check in checks for finding in check(facts)]
    # What a method's own checks name is named once; the rows see to whatever they do not.
    if any(finding.code not in AFTER_SUBMISSION for finding in found) or facts.is_first_stage:
        return found
    return [*found, *required.unsaid(facts)]


def missing_before_submission(facts: TenderFacts) -> list[Finding]:
    """List what must be there before the purchaser reads it: all but what others do later."""
    return [f for f in missing_before_publication(facts) if f.code not in AFTER_SUBMISSION]


def broken_periods(facts: TenderFacts, announced: date) -> list[timetable.Breach]:
    """List the statutory periods the chosen dates break if it is announced on that day."""
    found = [
        breach
        for dates in facts.every_dates(announced)
        for breach in timetable.breaches(dates, facts.rules)
    ]
    return list({breach.text(): breach for breach in found}.values())


def require_whole(missing: Sequence[Finding]) -> None:
    """Refuse to publish while anything is missing."""
    if missing:
        raise Conflict(
            "tender.incomplete",
            _("还有 %(count)s 项未完成，不能发布：%(items)s"),
            count=len(missing),
            items=" ".join(finding.text() for finding in missing),
        )


def plan_publication(facts: TenderFacts, at: datetime) -> Publication:
    """Decide what publishing now sets; refuse while anything is missing or a period is broken."""
    require_whole(missing_before_publication(facts))
    predisclosure.require_told(facts, at)
    require_lawful_dates(facts, at)
    closes = _closing(facts) if "bids_close_at" in facts.demands.dates else None
    return Publication(
        bids_close_at=closes,
        next_due_at=closes + CLOSING_GRACE if closes else None,
        stages=STAGES[facts.stages] if facts.demands.stages else (),
        lots=tuple(lot.number for lot in facts.lots),
    )


def require_lawful_dates(facts: TenderFacts, at: datetime) -> None:
    """Refuse dates that break a statutory period if the notice goes out now, with the article."""
    if broken := broken_periods(facts, local_date(at)):
        raise Conflict(
            "tender.period_broken",
            _("所选日期不符合法定期限：%(items)s"),
            items=" ".join(map(_cited, broken)),
        )


def plan_amendment(
    facts: TenderFacts,
    at: datetime,
    *,
    affects_bids: bool,
    wanted: datetime | None = None,
    stands_still: bool = False,
) -> Amendment:
    """Decide the deadline after an amendment or clarification: what may affect the bids leaves at
    least fifteen days, otherwise the deadline moves (GPR art. 31); it never comes earlier. Bids do
    not close while a tender `stands_still`, and it may be corrected after its deadline; when it
    goes on the deadline lies ahead again.
    """
    closes = _closing(facts)
    if at >= closes and not stands_still:
        raise Conflict("tender.closed", _("投标已经截止，不能再发布澄清或更正。"))
    if wanted is not None and not is_sensible(wanted):
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field="bids_close_at")
    if wanted is not None and wanted < closes:
        raise Invalid(
            "tender.deadline_earlier", _("投标截止时间只能推迟，不能提前。"), field="bids_close_at"
        )
    chosen = max(closes, wanted) if wanted else closes
    if not affects_bids:
        return Amendment(chosen, moved=chosen != closes, article="")
    extension = timetable.extended_deadline(at, chosen, facts.rules)
    return Amendment(
        extension.close_at, moved=extension.close_at != closes, article=extension.article
    )


def plan_extension(facts: TenderFacts, days: int) -> Amendment:
    """Decide how long a disclosure goes on: so many working days, to the same time of day."""
    closes = _closing(facts).astimezone(SHANGHAI)
    day = facts.rules.calendar.earliest(closes.date(), days, "WD", avoid_rest_days=True).due
    return Amendment(datetime.combine(day, closes.timetz()), moved=True, article="")


def plan_later(facts: TenderFacts, days: int) -> Amendment:
    """Move a deadline by so many days, to the same time of day, and off days of rest."""
    closes = _closing(facts).astimezone(SHANGHAI)
    day = facts.rules.calendar.roll_over(closes.date() + timedelta(days=days))[0]
    return Amendment(datetime.combine(day, closes.timetz()), moved=True, article="")


def require_closing_time(facts: TenderFacts, at: datetime) -> None:
    """Refuse to close before the deadline and its grace have passed."""
    if at < _closing(facts) + CLOSING_GRACE:
        raise Conflict("tender.not_due", _("尚未到投标截止时间。"))


def _closing(facts: TenderFacts) -> datetime:
    if facts.bids_close_at is None:
        raise Conflict("tender.no_deadline", _("尚未确定投标截止时间。"))
    return facts.bids_close_at


def _basic(facts: TenderFacts) -> Iterator[Finding]:
    needed = (
        ("title", facts.title, _("项目名称")),
        ("summary", facts.summary, _("采购需求概况")),
        ("plan_number", facts.plan_number, _("采购计划编号")),
        ("funding", facts.funding, _("资金来源")),
        ("contact_name", facts.contact_name, _("项目联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
        ("place", facts.place, _("开标地点")),
    )
    yield from unwritten(needed, NOTICE_ARTICLE)
    budget = sum((lot.budget for lot in facts.lots), Decimal(0))
    yield from deposits.findings(facts.bid_security, budget, deposits.limits_of(facts.rules))
    yield from performance.findings(facts)


def _lots(facts: TenderFacts) -> Iterator[Finding]:
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一个采购包。"), {}, NOTICE_ARTICLE)
    for lot in facts.lots:
        if lot.budget <= 0 or lot.ceiling <= 0:
            message = _("采购包 %(number)s 未公开预算金额或最高限价。")
            yield Finding("lots.no_budget", "lots", message, {"number": lot.number}, BUDGET_ARTICLE)
        if lot.ceiling > lot.budget:
            yield Finding(
                "lots.ceiling",
                "lots",
                _("采购包 %(number)s 的最高限价高于预算金额。"),
                {"number": lot.number},
                "《政府采购货物和服务招标投标管理办法》第十二条",
            )
        if not lot.items:
            message = _("采购包 %(number)s 没有分项报价表。")
            yield Finding("lots.no_items", "lots", message, {"number": lot.number})


def _terms(facts: TenderFacts) -> Iterator[Finding]:
    if not facts.qualification:
        yield Finding(
            "qualification.none",
            "qualification",
            _("没有供应商资格条件。"),
            {},
            "《政府采购法》第二十二条",
        )
    if not facts.conformity:
        yield Finding(
            "conformity.none",
            "conformity",
            _("没有符合性审查条款。"),
            {},
            "《政府采购货物和服务招标投标管理办法》第五十条",
        )


def _dates(facts: TenderFacts) -> Iterator[Finding]:
    needed = (
        ("documents_from", facts.documents_from, _("采购文件提供开始日期")),
        ("documents_until", facts.documents_until, _("采购文件提供截止日期")),
        ("bids_close_at", facts.bids_close_at, _("投标截止时间")),
    )
    yield from undated(needed, NOTICE_ARTICLE)


def _documents(facts: TenderFacts) -> Iterator[Finding]:
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传采购文件。"), {}, NOTICE_ARTICLE)


def judging(facts: TenderFacts) -> Iterable[Finding]:
    """Hold the way of judging to its rules."""
    return [*weighing.findings(facts.scheme, facts.rules), *facts.rehearsed]


def custody_findings(facts: TenderFacts) -> Iterable[Finding]:
    """List what the custody of keys lacks."""
    sets = (facts.threshold, facts.custodians, facts.recovery_threshold, facts.recovery)
    return custody.findings(custody.Held(*sets), frozenset(STAGES[facts.stages]))


def _cited(breach: timetable.Breach) -> str:
    return f"{breach.text()}（{breach.article}）" if breach.article else breach.text()


OPEN_TENDER: Final[Demands] = Demands(
    checks=(_basic, _lots, _terms, judging, _dates, _documents, custody_findings),
    dates={
        "documents_from": "documents_from",
        "documents_until": "documents_until",
        "bids_close_at": "bids_close",
    },
)
