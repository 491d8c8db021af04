"""Challenges and objections: who may raise what until when, by when it is answered, and what it
holds still (GPL 52 to 54, M94; BLR 22, 54).

A remedy is data that a method names: 质疑 of procurement and 异议 of construction live one life.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.complaints import (
    TO_FINANCE,
    TO_LAND_AUTHORITY,
    TO_REGULATOR,
    TO_STATE_ASSETS,
    Complaints,
)
from trading.periods import RuleSet


@dataclass(frozen=True)
class Matter:
    """One thing that may be raised: its title, until when, by whom, and what follows.

    `filer` is `holder` of the document, `participant` in the bidding, `taker` who registered,
    `applicant` who was told the result of its application, `anybody` among the organisations
    concerned, or the `public`: any of them, and any unit or person besides; `upheld` names the move
    of the tender that follows when it is found right; `answer` the period to answer where it is not
    the remedy's, which then runs from the last day to raise it; `told_as` the notice by which the
    public learns the answer; `concerns_filer` says that what follows is done for who raised it
    alone; in the states of `holds` it holds the tender still besides those of the remedy.
    """

    title: str
    last_day: Callable[["Standing"], date | None]
    filer: str
    upheld: str = ""
    answer: str = ""
    concerns_filer: bool = False
    told_as: str = ""
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Remedy:
    """The first remedy of a market: its words, its matters, the period to answer, what it holds.

    `holds_from` is the event from which the tender stands still in the states of `holds`;
    `asks_effect` says that only what may affect the result does so, by the filer's own word.
    """

    slug: str
    title: str
    infix: str
    matters: Mapping[str, Matter]
    answer: str
    holds_from: str
    holds: frozenset[str]
    held_because: str
    asks_effect: bool
    when: str
    late: str
    then: str
    desk_accept: str
    desk_answer: str
    desk_wait: str
    complaints: Complaints | None = None


@dataclass(frozen=True)
class Standing:
    """What decides whether a challenge is admissible."""

    about: str
    state: str
    registered: bool
    took_part: bool
    announced_at: datetime | None
    closed_at: datetime | None
    evaluated_at: datetime | None
    result_at: datetime | None
    same_matter_raised: bool
    rules: RuleSet
    bids_close_at: datetime | None = None
    publicity_until: date | None = None
    applications_close_at: datetime | None = None
    called_at: datetime | None = None
    told_passing_on: date | None = None
    remedy: Remedy | None = None
    is_organisation: bool = True

    @property
    def matter(self) -> Matter:
        """Give the rule of what is raised; where no remedy is named it is a challenge."""
        return (self.remedy or CHALLENGES).matters[self.about]


STREAM: Final = "remedies"
"""Where restricted facts of remedies lie, those of all tenders together."""

CONTACT_LEAST: Final = 5
NO_STANDING: Final = {
    "holder": _("只有依法获取采购文件的供应商可以对采购文件提出质疑。"),
    "participant": _("只有参加本项目投标的供应商可以对采购过程和结果提出质疑。"),
    "taker": _("只有已经登记参加的单位可以提出异议。"),
    "applicant": _("只有资格预审的申请人可以对资格预审结果提出异议、质疑。"),
    "anybody": _("请以单位账号提出。"),
}
"""Why somebody may not raise a matter, by who may."""


def last_day_to_file(standing: Standing) -> date | None:
    """Give the last day to raise this; None while what it is about has not happened."""
    return standing.matter.last_day(standing)


def require_admissible(standing: Standing, at: datetime) -> None:
    """Refuse a challenge by someone without standing, too early, too late, or raised already."""
    filer = standing.matter.filer
    if not _may_file(filer, standing):
        raise Conflict("challenge.no_standing", NO_STANDING[filer])
    last = last_day_to_file(standing)
    if last is None:
        raise Conflict("challenge.too_early", _("该环节尚未发生或者已经结束，现在不能提出。"))
    if local_date(at) > last:
        late = (standing.remedy or CHALLENGES).late
        raise Conflict("challenge.too_late", late, last=str(last))
    if standing.same_matter_raised:
        raise Conflict("challenge.once", _("对同一环节的问题须一次性提出，您已经提出过。"))


def _may_file(filer: str, standing: Standing) -> bool:
    return {
        "holder": standing.registered or standing.took_part,
        "participant": standing.took_part,
        "taker": standing.registered,
        "applicant": standing.told_passing_on is not None,
        "anybody": standing.is_organisation,
        "public": True,
    }[filer]


def hears_public(remedy: Remedy | None) -> bool:
    """Tell whether any person may raise something here, for no organisation of the platform."""
    return remedy is not None and any(m.filer == "public" for m in remedy.matters.values())


def due_to_answer(standing: Standing, received: datetime) -> date:
    """Give the last day to answer what is raised now: of an objection to a sole supplier so many
    days after its publicity (M74 40), of all else so many after receipt.
    """
    last = last_day_to_file(standing)
    if standing.matter.answer and last is not None:
        return standing.rules.last_day(standing.matter.answer, last)
    return answer_due(received, standing.rules, standing.remedy)


def answer_due(received: datetime, rules: RuleSet, remedy: Remedy | None = None) -> date:
    """Give the last day to answer: seven working days after receipt of a challenge (GPL 53), three
    days after that of an objection (BLR 22).
    """
    return rules.last_day((remedy or CHALLENGES).answer, local_date(received))


def stands_still(state: str, *, affects_result: bool, remedy: Remedy | None = None) -> bool:
    """Tell whether a challenge holds the procurement still (GPR 54)."""
    return affects_result and state in (remedy or CHALLENGES).holds


def checked_text(text: str, *, field: str, least: int, most: int) -> str:
    """Take the facts, claim or law of a challenge, which its form must hold (M94 12)."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise Invalid(
            "challenge.incomplete",
            _("须写明事项、事实依据、法律依据和具体请求（%(least)s 至 %(most)s 字）。"),
            least=least,
            most=most,
            field=field,
        )
    return clean


def checked_contact(text: str, *, most: int) -> str:
    """Take how somebody can be reached: whoever raises something is known and answered."""
    clean = text.strip()
    if not CONTACT_LEAST <= len(clean) <= most:
        message = _("请写明可以联系到您的电话、邮箱或者地址。")
        raise Invalid("challenge.contact", message, field="contact")
    return clean


# --- procurement ---


def _after_the_document(standing: Standing) -> date | None:
    """Seven working days from the end of the announcement, or from the document (GPL 52)."""
    if standing.announced_at is None:
        return None
    rules, on = standing.rules, local_date(standing.announced_at)
    if rules.period("document_challenge", on).anchor == "notice_until":
        on = rules.last_day("notice_stays", on)
    return rules.last_day("document_challenge", on)


def _after_the_prequal_notice(standing: Standing) -> date | None:
    """Seven working days from the notice, while applications are open (GPL 52, GPR 53)."""
    if standing.applications_close_at is None or standing.called_at is None:
        return None
    return standing.rules.last_day("document_challenge", local_date(standing.called_at))


def _after_the_step(standing: Standing) -> date | None:
    step = standing.evaluated_at or standing.closed_at
    return None if step is None else standing.rules.last_day("document_challenge", local_date(step))


def _after_the_result(standing: Standing) -> date | None:
    if standing.result_at is None:
        return None
    ends = standing.rules.last_day("result_stays", local_date(standing.result_at))
    return standing.rules.last_day("result_challenge", ends)


# --- construction ---


def _before_the_deadline(standing: Standing) -> date | None:
    """Ten days before bids close, at the latest (BLR 22)."""
    if standing.announced_at is None or standing.bids_close_at is None:
        return None
    closes = local_date(standing.bids_close_at)
    rule = standing.rules.period("document_objection", closes)
    return standing.rules.calendar.latest_before(closes, rule.value, rule.unit).due


def _before_applications_close(standing: Standing) -> date | None:
    """Two days before applications to be prequalified close, at the latest (BLR 22)."""
    if standing.applications_close_at is None:
        return None
    closes = local_date(standing.applications_close_at)
    rule = standing.rules.period("prequalification_objection", closes)
    return standing.rules.calendar.latest_before(closes, rule.value, rule.unit).due


def _after_the_passing(standing: Standing) -> date | None:
    """So many days from the day an applicant was told its result."""
    if standing.told_passing_on is None:
        return None
    return standing.rules.last_day("prequalification_result", standing.told_passing_on)


def _inside_publicity(standing: Standing) -> date | None:
    """While the candidates stand before the public (BLR 54)."""
    return standing.publicity_until


# --- state property and land ---


def _while_disclosed(standing: Standing) -> date | None:
    """Until the disclosure ends."""
    return local_date(standing.bids_close_at) if standing.bids_close_at else None


def _while_the_result_stays(standing: Standing) -> date | None:
    """While the result is before the public (SA32 30)."""
    if standing.result_at is None:
        return None
    return standing.rules.last_day("result_stays", local_date(standing.result_at))


def _after_the_agreement(standing: Standing) -> date | None:
    """So many days from the notice of an agreement."""
    if standing.announced_at is None:
        return None
    announced = local_date(standing.announced_at)
    return standing.rules.last_day("agreement_objection", announced)


def _after_the_grant(standing: Standing) -> date | None:
    """So many days from the publication of the result."""
    if standing.result_at is None:
        return None
    return standing.rules.last_day("result_objection", local_date(standing.result_at))


CHALLENGES: Final = Remedy(
    slug="challenge",
    title=_("质疑"),
    infix="ZY",
    matters={
        "document": Matter(_("采购文件"), _after_the_document, "holder"),
        "process": Matter(_("采购过程"), _after_the_step, "participant"),
        "result": Matter(_("中标结果"), _after_the_result, "participant"),
    },
    answer="challenge_answer",
    holds_from="accept",
    holds=frozenset(
        {
            "opened",
            "evaluating",
            "negotiating",
            "quoting",
            "ranking",
            "evaluated",
            "winner_confirmed",
            "award_notified",
        }
    ),
    held_because="供应商质疑正在处理，依法暂停签订合同（《政府采购法实施条例》第五十四条）。",
    asks_effect=True,
    when=_("已届满或者尚未发生的不能选择（政府采购法第五十二条）。"),
    late=_("质疑期限已于 %(last)s 届满（知道或应知之日起七个工作日内）。"),
    then=_(
        "对答复不满意或逾期未答复的，可在答复期满后十五个工作日内向财政部门投诉（政府采购法第五十五条）。"
    ),
    desk_accept=_("受理质疑"),
    desk_answer=_("答复质疑"),
    desk_wait=_("等待质疑答复"),
    complaints=TO_FINANCE,
)
SOLE_CHALLENGES: Final = replace(
    CHALLENGES,
    slug="sole_challenge",
    title=_("异议和质疑"),
    matters={
        "source": Matter(
            _("拟定的唯一供应商"),
            _inside_publicity,
            "public",
            upheld="drop_source",
            answer="source_objection_answer",
            told_as="source_answer",
        ),
        **CHALLENGES.matters,
    },
    when=_(
        "任何供应商、单位或者个人对拟定的唯一供应商有异议的，在公示期内提出（非招标采购方式管理办法第三十九条）；其余已届满或者尚未发生的不能选择。"
    ),
    late=_("提出异议、质疑的期限已于 %(last)s 届满。"),
)
"""A single source is objected to while it stands before the public; then it is as elsewhere."""
OBJECTIONS: Final = Remedy(
    slug="objection",
    title=_("异议"),
    infix="YY",
    matters={
        "document": Matter(_("招标文件"), _before_the_deadline, "anybody"),
        "result": Matter(_("评标结果"), _inside_publicity, "anybody", upheld="reevaluate"),
    },
    answer="objection_answer",
    holds_from="file",
    holds=frozenset({"announced", "candidate_publicity"}),
    held_because="异议正在处理，作出答复前暂停招标投标活动（《招标投标法实施条例》第二十二条、第五十四条）。",
    asks_effect=False,
    when=_(
        "对招标文件的异议在投标截止十日前提出，对评标结果的异议在公示期内提出；对开标的异议在开标现场提出（招标投标法实施条例第二十二条、第四十四条、第五十四条）。"
    ),
    late=_("提出异议的期限已于 %(last)s 届满。"),
    then=_(
        "对答复不满意或逾期未答复的，可以自知道或者应当知道之日起十日内向有关行政监督部门投诉，异议答复期间不计算在内（招标投标法实施条例第六十条）。"
    ),
    desk_accept=_("受理异议"),
    desk_answer=_("答复异议"),
    desk_wait=_("等待异议答复"),
    complaints=TO_REGULATOR,
)
PASSING: Final = Matter(
    _("资格预审结果"),
    _after_the_passing,
    "applicant",
    upheld="admit_applicant",
    concerns_filer=True,
    # Else bids would close meanwhile, and whoever was right could not be let in any more.
    holds=frozenset({"announced"}),
)
PREQUAL_OBJECTIONS: Final = replace(
    OBJECTIONS,
    slug="prequal_objection",
    matters={
        # Anybody's, so that an objection does not tell who has applied.
        "prequal": Matter(_("资格预审文件"), _before_applications_close, "anybody"),
        "passing": PASSING,
        **OBJECTIONS.matters,
    },
    holds=OBJECTIONS.holds | {"prequalifying"},
    when=_(
        "对资格预审文件的异议在资格预审申请截止两日前提出，对资格预审结果的异议自接到通知之日起三日内提出，对招标文件的异议在投标截止十日前提出，对评标结果的异议在公示期内提出；对开标的异议在开标现场提出（招标投标法实施条例第二十二条、第四十四条、第五十四条）。"
    ),
)
"""Where there is a prequalification, its document and its result may be objected to as well."""
PREQUAL_CHALLENGES: Final = replace(
    CHALLENGES,
    slug="prequal_challenge",
    matters={
        # Anybody's, so that a challenge does not tell who has applied.
        "prequal": Matter(_("资格预审文件"), _after_the_prequal_notice, "anybody"),
        "passing": PASSING,
        **CHALLENGES.matters,
    },
    held_because="供应商质疑正在处理，质疑事项可能影响结果，依法暂停（《政府采购法实施条例》第五十四条）。",
)
SALE_OBJECTIONS: Final = Remedy(
    slug="sale_objection",
    title=_("异议"),
    infix="YY",
    matters={
        # Anybody's, so that an objection does not tell who has registered.
        "document": Matter(_("信息披露"), _while_disclosed, "anybody"),
        "result": Matter(_("交易结果"), _while_the_result_stays, "taker"),
    },
    answer="objection_answer",
    holds_from="accept",
    holds=frozenset({"winner_confirmed", "award_notified"}),
    held_because="异议正在处理，交易机构决定中止交易。",
    asks_effect=True,
    when=_("对信息披露的异议在披露期内提出，对交易结果的异议在结果公告期内提出。"),
    late=_("提出异议的期限已于 %(last)s 届满。"),
    then=_(
        "对答复不满意或逾期未答复的，可以向国有资产监督管理机构投诉，或者依照披露的约定申请仲裁、提起诉讼。"
    ),
    desk_accept=_("受理异议"),
    desk_answer=_("答复异议"),
    desk_wait=_("等待异议答复"),
    complaints=TO_STATE_ASSETS,
)
AGREEMENT_OBJECTIONS: Final = replace(
    SALE_OBJECTIONS,
    slug="agreement_objection",
    matters={
        "document": Matter(_("协议转让公告"), _after_the_agreement, "anybody"),
        # Nobody registers for an agreement, so nobody's standing depends on it.
        "result": Matter(_("交易结果"), _while_the_result_stays, "anybody"),
    },
    holds=SALE_OBJECTIONS.holds | {"priced"},
    when=_("对协议转让公告的异议在公告后的异议期内提出，对交易结果的异议在结果公告期内提出。"),
    then=_("对答复不满意或逾期未答复的，可以向国有资产监督管理机构投诉，或者依法提起诉讼。"),
)
"""What was agreed is objected to from its notice on: nobody was asked to compete."""
GRANT_OBJECTIONS: Final = replace(
    SALE_OBJECTIONS,
    slug="grant_objection",
    matters={
        "document": Matter(_("出让公告和出让文件"), _while_disclosed, "anybody"),
        "result": Matter(_("出让结果"), _after_the_grant, "taker"),
    },
    held_because="异议正在处理，出让人决定中止。",
    when=_("对出让公告和出让文件的异议在申请截止前提出，对出让结果的异议在结果公布后提出。"),
    then=_(
        "对答复不满意或逾期未答复的，可以向自然资源主管部门投诉，或者依法申请行政复议、提起诉讼。"
    ),
    complaints=TO_LAND_AUTHORITY,
)
REMEDIES: Final[Mapping[str, Remedy]] = {
    r.slug: r
    for r in (
        CHALLENGES,
        SOLE_CHALLENGES,
        OBJECTIONS,
        PREQUAL_OBJECTIONS,
        PREQUAL_CHALLENGES,
        SALE_OBJECTIONS,
        AGREEMENT_OBJECTIONS,
        GRANT_OBJECTIONS,
    )
}
"""The first remedies there are, by the name a method gives."""


def first_remedy(names: tuple[str, ...]) -> Remedy | None:
    """Give the first remedy among those a method names; None where it has none."""
    return next((REMEDIES[name] for name in names if name in REMEDIES), None)
