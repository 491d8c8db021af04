"""质疑 of procurement, raised with its purchaser (GPL 52 to 54, GPR 53 to 54, M74 39)."""

from dataclasses import replace
from datetime import date
from typing import Final

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.domain.complaints import TO_FINANCE
from trading.domain.remedies.matters import PASSING, Matter, Remedy, Standing, inside_publicity


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


CHALLENGES: Final = Remedy(
    slug="challenge",
    title=_("质疑"),
    infix="ZY",
    matters={
        "document": Matter(_("采购文件"), _after_the_document, "holder", upheld="correct"),
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
            "contracted",
        }
    ),
    held_because="供应商质疑正在处理，依法暂停签订合同；合同已经签订的，中止履行（《政府采购法实施条例》第五十四条）。",
    asks_effect=True,
    when=_("已届满或者尚未发生的不能选择（政府采购法第五十二条）。"),
    late=_("质疑期限已于 %(last)s 届满。"),
    then=_(
        "对答复不满意或逾期未答复的，"
        "可在答复期满后 %(complaint)s内向财政部门投诉（政府采购法第五十五条）。"
    ),
    desk_accept=_("受理质疑"),
    desk_answer=_("答复质疑"),
    desk_wait=_("等待质疑答复"),
    complaints=TO_FINANCE,
    undone="《政府采购法实施条例》第七十一条",
    undoes_contracts=True,
    enquiries="inquiry_answer",
)
SOLE_CHALLENGES: Final = replace(
    CHALLENGES,
    slug="sole_challenge",
    title=_("异议和质疑"),
    matters={
        "source": Matter(
            _("拟定的唯一供应商"),
            inside_publicity,
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
PREQUAL_CHALLENGES: Final = replace(
    CHALLENGES,
    slug="prequal_challenge",
    matters={
        # Anybody's, so that a challenge does not tell who has applied.
        "prequal": Matter(
            _("资格预审文件"), _after_the_prequal_notice, "anybody", upheld="correct"
        ),
        "passing": PASSING,
        **CHALLENGES.matters,
    },
    when=_(
        "对资格预审文件的质疑自公告之日起 %(document_challenge)s内、在申请截止前提出，"
        "对资格预审结果的质疑自接到通知之日起 %(prequalification_result)s内提出；"
        "其余已届满或者尚未发生的不能选择（政府采购法第五十二条）。"
    ),
    held_because="供应商质疑正在处理，质疑事项可能影响结果，依法暂停（《政府采购法实施条例》第五十四条）。",
)
