"""异议 of construction, raised with the tenderer (BLR 22, 44, 54)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.domain.complaints import TO_REGULATOR
from trading.domain.remedies.matters import PASSING, Matter, Remedy, Standing, inside_publicity


def _before_the_deadline(standing: Standing) -> date | None:
    """Ten days before bids close, at the latest (BLR 22)."""
    closes_at = standing.bids_close_at if standing.announced_at else None
    return _so_long_before(standing, closes_at, "document_objection")


def _before_applications_close(standing: Standing) -> date | None:
    """Two days before applications to be prequalified close, at the latest (BLR 22)."""
    return _so_long_before(standing, standing.applications_close_at, "prequalification_objection")


def _before_proposals_close(standing: Standing) -> date | None:
    """As many days before the proposals of a first stage close."""
    return _so_long_before(standing, standing.proposals_close_at, "first_stage_objection")


def _so_long_before(standing: Standing, closes_at: datetime | None, rule: str) -> date | None:
    if closes_at is None:
        return None
    closes = local_date(closes_at)
    found = standing.rules.period(rule, closes)
    return standing.rules.calendar.latest_before(closes, found.value, found.unit).due


OBJECTIONS: Final = Remedy(
    slug="objection",
    title=_("异议"),
    infix="YY",
    matters={
        "document": Matter(_("招标文件"), _before_the_deadline, "anybody", upheld="correct"),
        "result": Matter(_("评标结果"), inside_publicity, "anybody", upheld="reevaluate"),
    },
    answer="objection_answer",
    holds_from="file",
    holds=frozenset({"announced", "candidate_publicity"}),
    held_because="异议正在处理，作出答复前暂停招标投标活动（《招标投标法实施条例》第二十二条、第五十四条）。",
    asks_effect=False,
    when=_(
        "对招标文件的异议在投标截止 %(document_objection)s前提出，对评标结果的异议在公示期内提出；"
        "对开标的异议在开标现场提出（招标投标法实施条例第二十二条、第四十四条、第五十四条）。"
    ),
    late=_("提出异议的期限已于 %(last)s 届满。"),
    then=_(
        "对答复不满意或逾期未答复的，"
        "可以自知道或者应当知道之日起 %(complaint)s内向有关行政监督部门投诉，"
        "异议答复期间不计算在内（招标投标法实施条例第六十条）。"
    ),
    desk_accept=_("受理异议"),
    desk_answer=_("答复异议"),
    desk_wait=_("等待异议答复"),
    complaints=TO_REGULATOR,
    undone="《招标投标法实施条例》第八十一条",
)
PREQUAL_OBJECTIONS: Final = replace(
    OBJECTIONS,
    slug="prequal_objection",
    matters={
        # Anybody's, so that an objection does not tell who has applied.
        "prequal": Matter(
            _("资格预审文件"), _before_applications_close, "anybody", upheld="correct"
        ),
        "passing": PASSING,
        **OBJECTIONS.matters,
    },
    holds=OBJECTIONS.holds | {"prequalifying"},
    when=_(
        "对资格预审文件的异议在资格预审申请截止 %(prequalification_objection)s前提出，"
        "对资格预审结果的异议自接到通知之日起 %(prequalification_result)s内提出，"
        "对招标文件的异议在投标截止 %(document_objection)s前提出，对评标结果的异议在公示期内提出；"
        "对开标的异议在开标现场提出（招标投标法实施条例第二十二条、第四十四条、第五十四条）。"
    ),
)
"""Where there is a prequalification, its document and its result may be objected to as well."""
FIRST_STAGE_OBJECTIONS: Final = replace(
    OBJECTIONS,
    slug="first_stage_objection",
    matters={
        # Anybody's, so that an objection does not tell who has proposed.
        "first": Matter(
            _("第一阶段招标文件"), _before_proposals_close, "anybody", upheld="correct"
        ),
        **OBJECTIONS.matters,
    },
    holds=OBJECTIONS.holds | {"proposing"},
    when=_(
        "对第一阶段招标文件的异议在技术建议提交截止 %(first_stage_objection)s前提出，"
        "对第二阶段招标文件的异议在投标截止 %(document_objection)s前提出，"
        "对评标结果的异议在公示期内提出；"
        "对开标的异议在开标现场提出（招标投标法实施条例第二十二条、第四十四条、第五十四条）。"
    ),
)
"""In two stages the document by which proposals are asked for may be objected to as well."""
