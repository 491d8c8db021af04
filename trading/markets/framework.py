"""Procurement by framework agreement (框架协议采购): several suppliers are shortlisted by a tender,
sign an agreement each, and are called from it as the document says (M110).
"""

from dataclasses import replace
from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import TENDER, framework
from trading.domain.market import Method, Section

SHORTLISTING: Final = Lifecycle(
    name="tender",
    variant="framework",
    initial="draft",
    titles={
        **TENDER.titles,
        "winner_confirmed": _("入围供应商已确定"),
        "award_notified": _("入围结果已公告"),
        "contracted": _("框架协议执行中"),
    },
    moves={
        event: move
        for event, move in TENDER.moves.items()
        if event not in {"pass_over", "keep_awards"}
    }
    | {"reevaluate": Move(("evaluated",), "evaluating")},
)
"""A tender whose lots have no winner but a shortlist: nobody is next in line for a place on it, and
once suppliers are shortlisted their agreements are terminated each by itself.
"""
SECTION: Final = Section("framework", _("框架协议"), ("framework",))

WORDS: Final = {
    "publish": _("发布征集公告"),
    "limit": _("最高限制单价（元）"),
    "rank": _("评审排序"),
    "winner_label": _("入围供应商"),
    "confirm": _("确定入围供应商"),
    "confirm_ask": _("按淘汰比例确定入围供应商？"),
    "confirm_hint": _(
        "按评审排序和征集文件载明的淘汰比例确定入围供应商，没有选择余地；"
        "自收到评审报告之日起 %(confirm_winner)s"
        "内确定，逾期的按评审报告确定。"
    ),
    "confirmed_now": _("入围供应商已确定。"),
    "result": _("发布入围结果公告"),
    "result_ask": _("发布入围结果公告？"),
    "result_hint": _(
        "自入围供应商确定之日起 %(result_notice)s内公告入围结果，同日发出入围通知书和结果通知书。"
    ),
    "result_now": _("入围结果已公告，入围通知书和结果通知书正在签发。"),
    "result_remedy": _(
        "公告期限一个工作日。供应商对入围结果有异议的，可在公告期限届满之日起七个工作日内提出质疑（政府采购法第五十二条）。"
    ),
    "won": _("入围"),
    "winner": _("入围供应商"),
    "offer": _("响应单价（元）"),
    "amount": _("协议单价"),
    "winner_paper": _("入围通知书"),
    "candidates": _("评审排序"),
    "candidate": _("供应商"),
    "ranking": _("评审排序"),
    "desk_partner": _("签订框架协议"),
    "start_price": _("最高限制单价"),
}
"""What a framework calls otherwise than a tender with one winner."""

RETITLED: Final = {
    "tender.published": _("征集"),
    "tender.evaluated": _("确定入围"),
    "tender.result_published": _("入围公告"),
    "tender.contracts_signed": _("框架协议"),
}
FACTS: Final = {
    "tender.published": _("征集公告已发布"),
    "award.confirmed": _("入围供应商已确定"),
    "tender.result_published": _("入围结果已公告"),
    "tender.contracts_signed": _("框架协议签订完毕"),
}
NEXT: Final = {
    "approved": _("采购代理机构发布征集公告"),
    "evaluated": _("采购人按淘汰比例确定入围供应商"),
    "winner_confirmed": _("发布入围结果公告，发出入围通知书"),
    "award_notified": _("采购人与入围供应商签订框架协议"),
    "contracted": _("采购人在协议有效期内向入围供应商采购"),
    "failed": _("本次征集失败，采购人可重新组织征集"),
}


def by_framework(method: Method) -> Method:
    """Give the method that goes as another does up to the ranking, and shortlists from it."""
    basic, lots, terms, *rest = method.sections
    return replace(
        method,
        slug="framework",
        title=_("框架协议采购"),
        lifecycle=SHORTLISTING,
        steps=tuple((RETITLED.get(fact, title), fact) for title, fact in method.steps),
        sections=(basic, lots, SECTION, terms, *rest),
        demands=replace(method.demands, checks=(*method.demands.checks, framework.findings)),
        schemes=("price_first", "quality_first"),
        second_stage=tuple(framework.WAYS),
        thin_article=framework.M110,
        winner_paper="shortlist_notice",
        loser_paper="shortlist_letter",
        contract_acts=(),
        words={**method.words, **WORDS},
        notices={
            "tender": _("框架协议采购征集公告"),
            "result": _("入围结果公告"),
            "failure": _("征集失败公告"),
            "passed_over": _("成交结果撤销公告"),
        },
        facts=FACTS,
        lot_states={
            "awarded": _("入围供应商已确定"),
            "contracted": _("框架协议执行中"),
            "failed": _("征集失败"),
        },
        next={**method.next, **NEXT},
    )
