"""The dates of a project by name, market by market, and the orders they keep."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kernel.text import gettext_noop as _

SUPERVISION: Final = {
    "supervisor_publicised": _("社会监督员人选公示"),
    "supervisor_appointed": _("签订监督员聘用协议"),
    "supervised": _("现场监督结束"),
    "supervision_recorded": _("提交监督记录"),
}
SUPERVISED: Final = ("supervised", "supervision_recorded")


@dataclass(frozen=True)
class Course:
    """The dates a project passes, in the order they are proposed.

    `orders` are pairs that make no sense the other way round, whatever the law says of the days
    between; `same_day` is assumed until somebody says otherwise; on `deadlines` people must act,
    so that a proposal never puts them on a rest day; `optional` steps are never proposed, only
    checked.
    """

    events: Mapping[str, str]
    orders: tuple[tuple[str, str], ...]
    same_day: Mapping[str, str]
    deadlines: frozenset[str] = frozenset({"bids_close"})
    optional: frozenset[str] = frozenset()


PROCUREMENT: Final = Course(
    events={
        "intention_published": _("公开采购意向"),
        "announced": _("公告发布"),
        "notice_until": _("公告期限届满"),
        "prequalification_close": _("资格预审申请截止"),
        "documents_from": _("采购文件开始提供"),
        "documents_until": _("采购文件提供截止"),
        "clarified": _("澄清或修改发布"),
        "bids_close": _("投标截止"),
        "evaluated": _("评审结束"),
        "report_delivered": _("评审报告送交采购人"),
        "winner_confirmed": _("采购人确定中标、成交供应商"),
        "result_published": _("发布中标、成交结果公告并发出通知书"),
        "result_until": _("中标、成交结果公告期限届满"),
        "contract_signed": _("签订合同"),
        "contract_published": _("公告合同"),
        "contract_filed": _("合同备案"),
        "loser_deposits_returned": _("退还未中标、未成交供应商保证金"),
        "winner_deposit_returned": _("退还中标、成交供应商保证金"),
        "terminated": _("终止采购活动"),
        "termination_deposits_returned": _("终止后退还保证金"),
        "inquired": _("收到询问"),
        "inquiry_answered": _("答复询问"),
        "document_challenge_until": _("对采购文件提出质疑截止"),
        "result_challenge_until": _("对中标、成交结果提出质疑截止"),
        "challenged": _("收到质疑"),
        "challenge_answered": _("答复质疑"),
        "complaint_until": _("提出投诉截止"),
        "complained": _("收到投诉"),
        "complaint_checked": _("审查投诉书"),
        "complaint_returned": _("通知补正投诉书"),
        "complaint_corrected": _("补正投诉书"),
        "complaint_refused": _("告知不予受理"),
        "complaint_copied": _("发出投诉书副本"),
        "complaint_explained": _("被投诉人提交说明"),
        "complaint_decided": _("投诉处理决定"),
        "reconsideration_until": _("申请行政复议截止"),
        "suspended": _("财政部门书面通知暂停"),
        "resumed": _("恢复采购活动"),
        **SUPERVISION,
    },
    orders=(
        ("announced", "documents_from"),
        ("documents_from", "documents_until"),
        ("documents_until", "bids_close"),
        ("notice_until", "bids_close"),
        ("bids_close", "evaluated"),
        ("evaluated", "report_delivered"),
        ("report_delivered", "winner_confirmed"),
        ("winner_confirmed", "result_published"),
        ("result_published", "contract_signed"),
        ("contract_signed", "contract_published"),
        ("contract_signed", "contract_filed"),
        ("inquired", "inquiry_answered"),
        ("challenged", "challenge_answered"),
        ("complained", "complaint_decided"),
        ("suspended", "resumed"),
        SUPERVISED,
    ),
    same_day={"documents_from": "announced", "evaluated": "bids_close"},
    optional=frozenset({"prequalification_close"}),
)
TALKS: Final = replace(PROCUREMENT, events={**PROCUREMENT.events, "bids_close": _("响应截止")})
SINGLE_SOURCE: Final = replace(
    TALKS,
    events={
        **TALKS.events,
        "announced": _("单一来源公示或者邀请"),
        "notice_until": _("公示期满"),
        "source_objection_answered": _("答复对公示的异议"),
    },
    orders=(*TALKS.orders, ("notice_until", "documents_from")),
    optional=TALKS.optional | {"notice_until"},
)
"""A publicity is never proposed: whether there is one depends on ground and budget (GPR 38)."""

PREQUALIFICATION_TOLD: Final = {
    "prequalification_told": _("通知资格预审结果"),
    "prequalification_result_until": _("对资格预审结果提出异议、质疑截止"),
}
FRAMEWORK: Final = replace(
    PROCUREMENT,
    events={
        **PROCUREMENT.events,
        "winner_confirmed": _("采购人确定入围供应商"),
        "result_published": _("发布入围结果公告并发出入围通知书"),
        "contract_signed": _("签订框架协议"),
        "called_off": _("向入围供应商提出采购"),
        "call_off_answered": _("供应商答复"),
        "call_off_published": _("公告成交结果"),
    },
    orders=(
        *PROCUREMENT.orders,
        ("contract_signed", "called_off"),
        ("called_off", "call_off_answered"),
        ("call_off_answered", "call_off_published"),
    ),
    optional=PROCUREMENT.optional | {"called_off"},
)
"""The calls follow for as long as an agreement lasts: none is proposed."""

PREQUALIFIED_PURCHASE: Final = replace(
    PROCUREMENT,
    events={
        **PROCUREMENT.events,
        "prequalification_clarified": _("资格预审文件澄清或修改发布"),
        **PREQUALIFICATION_TOLD,
    },
    orders=(*PROCUREMENT.orders, ("prequalification_close", "documents_from")),
    same_day={"evaluated": "bids_close"},
    deadlines=PROCUREMENT.deadlines | {"prequalification_close"},
    optional=frozenset(),
)
"""The documents go out when it is known to whom."""

CONSTRUCTION: Final = Course(
    events={
        "announced": _("招标公告发布"),
        "prequalification_from": _("资格预审文件开始发售"),
        "prequalification_until": _("资格预审文件停止发售"),
        "prequalification_clarified": _("资格预审文件澄清或修改发布"),
        "prequalification_close": _("资格预审申请截止"),
        "prequalification_objection_until": _("对资格预审文件提出异议截止"),
        "documents_from": _("招标文件开始发售"),
        "documents_until": _("招标文件停止发售"),
        "clarified": _("澄清或修改发布"),
        "bids_close": _("投标截止"),
        "document_objection_until": _("对招标文件提出异议截止"),
        "evaluated": _("评标结束"),
        "report_delivered": _("招标人收到评标报告"),
        "award_decided": _("定标委员会定标"),
        "candidates_published": _("公示中标候选人"),
        "candidates_until": _("中标候选人公示期满"),
        "winner_confirmed": _("招标人确定中标人"),
        "award_notified": _("发出中标通知书"),
        "regulator_told": _("向监督部门提交书面报告"),
        "contract_signed": _("签订合同"),
        "deposits_returned": _("退还投标保证金及利息"),
        "withdrawn": _("投标人书面撤回投标"),
        "withdrawal_deposit_returned": _("退还撤回投标的保证金"),
        "objected": _("收到异议"),
        "objection_answered": _("答复异议"),
        "matter_known": _("知道或应当知道之日"),
        "complaint_until": _("提出投诉截止"),
        "complained": _("收到投诉"),
        "complaint_checked": _("受理投诉"),
        "complaint_decided": _("投诉处理决定"),
        **SUPERVISION,
    },
    orders=(
        ("announced", "prequalification_from"),
        ("prequalification_until", "prequalification_close"),
        ("prequalification_close", "documents_from"),
        ("announced", "documents_from"),
        ("documents_from", "documents_until"),
        ("documents_until", "bids_close"),
        ("bids_close", "evaluated"),
        ("evaluated", "report_delivered"),
        ("report_delivered", "award_decided"),
        ("award_decided", "candidates_published"),
        ("report_delivered", "candidates_published"),
        ("candidates_until", "winner_confirmed"),
        ("winner_confirmed", "award_notified"),
        ("award_notified", "contract_signed"),
        ("contract_signed", "deposits_returned"),
        ("objected", "objection_answered"),
        ("complained", "complaint_checked"),
        ("complaint_checked", "complaint_decided"),
        SUPERVISED,
    ),
    same_day={
        "documents_from": "announced",
        "evaluated": "bids_close",
        "report_delivered": "evaluated",
        "award_notified": "winner_confirmed",
    },
    deadlines=frozenset({"bids_close", "winner_confirmed"}),
    optional=frozenset({"award_decided"}),
)

PREQUALIFIED_WORKS: Final = replace(
    CONSTRUCTION,
    events={**CONSTRUCTION.events, **PREQUALIFICATION_TOLD},
    same_day={
        "prequalification_from": "announced",
        **{later: day for later, day in CONSTRUCTION.same_day.items() if later != "documents_from"},
    },
    deadlines=CONSTRUCTION.deadlines | {"prequalification_close"},
)

_ANNOUNCED, *_AFTER = CONSTRUCTION.events.items()
TWO_STAGE_WORKS: Final = replace(
    CONSTRUCTION,
    events=dict(
        [
            _ANNOUNCED,
            ("proposals_from", _("第一阶段招标文件开始发售")),
            ("proposals_until", _("第一阶段招标文件停止发售")),
            ("proposals_clarified", _("第一阶段招标文件澄清或修改发布")),
            ("proposals_close", _("技术建议提交截止")),
            ("first_stage_objection_until", _("对第一阶段招标文件提出异议截止")),
            *_AFTER,
        ]
    ),
    orders=(
        ("announced", "proposals_from"),
        ("proposals_from", "proposals_until"),
        ("proposals_until", "proposals_close"),
        ("proposals_close", "documents_from"),
        *CONSTRUCTION.orders,
    ),
    same_day={
        "proposals_from": "announced",
        **{later: day for later, day in CONSTRUCTION.same_day.items() if later != "documents_from"},
    },
    deadlines=CONSTRUCTION.deadlines | {"proposals_close"},
)
"""The tender documents are made from the proposals."""

PROPERTY: Final = Course(
    events={
        "plan_approved": _("转让方案获批准"),
        "pre_disclosed": _("信息预披露"),
        "announced": _("信息披露公告发布"),
        "viewing_from": _("标的展示开始"),
        "viewing_until": _("标的展示结束"),
        "suspended": _("中止信息披露"),
        "resumed": _("恢复信息披露"),
        "disclosed_until": _("信息披露期满"),
        "extended_until": _("延期披露期满"),
        "clarified": _("补充披露发布"),
        "takers_settled": _("确定参加竞价的名单"),
        "taker_refused": _("通知不符合资格的意见"),
        "taker_answered": _("申辩、补正截止"),
        "auction_held": _("拍卖会"),
        "priority_notified": _("通知优先购买权人"),
        "priority_until": _("行使优先购买权截止"),
        "taker_confirmed": _("确定受让方"),
        "contract_signed": _("签订交易合同"),
        "paid": _("付清价款或首付款"),
        "loser_deposits_returned": _("退还未成交保证金"),
        "result_published": _("公告交易结果"),
        "result_until": _("交易结果公告期满"),
        "agreement_objection_until": _("对协议转让公告提出异议截止"),
        "objected": _("收到异议"),
        "objection_answered": _("答复异议"),
        "complaint_until": _("提出投诉截止"),
        "complained": _("收到投诉"),
        "complaint_checked": _("受理投诉"),
        "complaint_decided": _("投诉处理决定"),
        **SUPERVISION,
    },
    orders=(
        ("plan_approved", "pre_disclosed"),
        ("pre_disclosed", "announced"),
        ("announced", "disclosed_until"),
        ("disclosed_until", "extended_until"),
        ("announced", "auction_held"),
        ("disclosed_until", "auction_held"),
        ("announced", "viewing_from"),
        ("viewing_from", "viewing_until"),
        ("viewing_until", "auction_held"),
        ("disclosed_until", "takers_settled"),
        ("taker_refused", "taker_answered"),
        ("disclosed_until", "taker_confirmed"),
        ("taker_confirmed", "contract_signed"),
        ("contract_signed", "paid"),
        ("objected", "objection_answered"),
        ("complained", "complaint_checked"),
        ("complaint_checked", "complaint_decided"),
        ("suspended", "resumed"),
        SUPERVISED,
    ),
    same_day={"taker_confirmed": "disclosed_until"},
    deadlines=frozenset({"disclosed_until", "auction_held"}),
    optional=frozenset({"extended_until", "takers_settled"}),
)
ONLINE: Final = replace(PROPERTY, same_day={})
HAMMER: Final = replace(PROPERTY, same_day={"taker_confirmed": "auction_held"})

LAND: Final = Course(
    events={
        "announced": _("出让公告发布"),
        "sale_begins": _("拍卖、投标或挂牌开始"),
        "applications_close": _("竞买申请和保证金截止"),
        "clarified": _("出让公告变更发布"),
        "takers_settled": _("确定参加竞价的名单"),
        "taker_refused": _("通知不符合资格的意见"),
        "taker_answered": _("申辩、补正截止"),
        "listed_until": _("挂牌截止"),
        "deal_ended": _("出让活动结束"),
        "deal_confirmed": _("签订成交确认书"),
        "loser_deposits_returned": _("退还未成交保证金"),
        "result_published": _("公布出让结果"),
        "result_objection_until": _("对出让结果提出异议截止"),
        "objected": _("收到异议"),
        "objection_answered": _("答复异议"),
        "complaint_until": _("提出投诉截止"),
        "complained": _("收到投诉"),
        "complaint_checked": _("受理投诉"),
        "complaint_decided": _("投诉处理决定"),
        "suspended": _("暂停出让活动"),
        "resumed": _("恢复出让活动"),
        "contract_signed": _("签订出让合同"),
        **SUPERVISION,
    },
    orders=(
        ("announced", "sale_begins"),
        ("announced", "applications_close"),
        ("applications_close", "sale_begins"),
        ("applications_close", "takers_settled"),
        ("taker_refused", "taker_answered"),
        ("sale_begins", "listed_until"),
        ("sale_begins", "deal_ended"),
        ("listed_until", "deal_ended"),
        ("deal_ended", "deal_confirmed"),
        ("deal_confirmed", "contract_signed"),
        ("deal_ended", "result_published"),
        ("objected", "objection_answered"),
        ("complained", "complaint_checked"),
        ("complaint_checked", "complaint_decided"),
        ("suspended", "resumed"),
        SUPERVISED,
    ),
    same_day={
        "applications_close": "sale_begins",
        "deal_ended": "sale_begins",
        "deal_confirmed": "deal_ended",
    },
    deadlines=frozenset({"applications_close", "sale_begins", "listed_until"}),
    optional=frozenset({"takers_settled"}),
)
LAND_TENDER: Final = replace(
    LAND, events={**LAND.events, "sale_begins": _("投标截止、开标"), "deal_ended": _("评标结束")}
)
LISTING: Final = replace(LAND, same_day={**LAND.same_day, "deal_ended": "listed_until"})

TALENT: Final = Course(
    events={
        "announced": _("招聘公告发布"),
        "clarified": _("发布更正"),
        "applications_close": _("报名截止"),
        "scores_published": _("公布笔试成绩"),
        "recount_until": _("申请成绩复核截止"),
        "recount_asked": _("收到复核申请"),
        "recount_answered": _("答复成绩复核"),
        "hire_published": _("公示拟聘用人员"),
        "hire_until": _("拟聘用人员公示期满"),
        "reported": _("收到举报"),
        "report_answered": _("答复举报"),
        "contract_signed": _("签订聘用合同"),
        **SUPERVISION,
    },
    orders=(
        ("announced", "applications_close"),
        ("clarified", "applications_close"),
        ("applications_close", "scores_published"),
        ("scores_published", "hire_published"),
        ("recount_asked", "recount_answered"),
        ("applications_close", "hire_published"),
        ("hire_published", "hire_until"),
        ("hire_until", "contract_signed"),
        ("reported", "report_answered"),
        SUPERVISED,
    ),
    same_day={},
    deadlines=frozenset({"applications_close"}),
)

COURSES: Final[Mapping[str, Course]] = {
    "construction": CONSTRUCTION,
    "construction.prequalified_tender": PREQUALIFIED_WORKS,
    "construction.two_stage_tender": TWO_STAGE_WORKS,
    "procurement": PROCUREMENT,
    "procurement.prequalified_tender": PREQUALIFIED_PURCHASE,
    "procurement.negotiation": TALKS,
    "procurement.consultation": TALKS,
    "procurement.inquiry": TALKS,
    "procurement.single_source": SINGLE_SOURCE,
    "procurement.framework": FRAMEWORK,
    "procurement.mini_competition": TALKS,
    "property": PROPERTY,
    "property.auction": HAMMER,
    "property.online_bidding": ONLINE,
    "land": LAND,
    "land.land_listing": LISTING,
    "land.land_tender": LAND_TENDER,
    "talent": TALENT,
}
"""The course of a market, or of one of its methods where that differs."""
