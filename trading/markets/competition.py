"""The second competition (二次竞价, M110): of what a framework agreement promises, one purchase
goes to whoever of those shortlisted offers least, in the open and downwards or by one sealed quote.
"""

from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import competition, passing
from trading.domain.completeness import Demands
from trading.domain.market import Method, Section
from trading.markets.talks import NOTICES, WORDS

COMPETITION: Final = Lifecycle(
    name="tender",
    variant="competition",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待采购人审核"),
        "approved": _("待发出邀请"),
        "announced": _("已邀请，等待竞价"),
        "closed": _("响应截止，待竞价"),
        "bidding": _("竞价中"),
        "priced": _("价格已形成"),
        "winner_confirmed": _("成交供应商已确定"),
        "award_notified": _("结果已公告"),
        "contracted": _("合同已签订"),
        "archived": _("已归档"),
        "failed": _("采购失败"),
        "terminated": _("终止"),
    },
    moves={
        "submit": Move(("draft",), "review"),
        "return": Move(("review", "approved"), "draft"),
        "approve": Move(("review",), "approved"),
        "publish": Move(("approved",), "announced"),
        "close": Move(("announced",), "closed"),
        "start_auction": Move(("closed",), "bidding"),
        "form_price": Move(("bidding",), "priced"),
        "confirm_winner": Move(("priced",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "pass_over": Move(("award_notified",), "priced"),
        "void_lot": Move(("priced", "winner_confirmed", "award_notified"), None),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "fail": Move(
            ("closed", "bidding", "priced", "winner_confirmed", "award_notified"), "failed"
        ),
        "terminate": Move(
            ("draft", "review", "approved", "announced", "closed", "priced"), "terminated"
        ),
    },
)

MINI_COMPETITION: Final = Method(
    slug="mini_competition",
    title=_("二次竞价"),
    lifecycle=COMPETITION,
    steps=(
        (_("邀请"), "tender.published"),
        (_("响应截止"), "tender.closed"),
        (_("竞价"), "tender.auction_started"),
        (_("价格形成"), "tender.price_formed"),
        (_("结果公告"), "tender.result_published"),
        (_("合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("采购代理机构写明时间和竞价规则，提交采购人审核"),
        "review": _("采购人审核竞价文件"),
        "approved": _("采购代理机构向全部协议有效的入围供应商发出邀请"),
        "announced": _("响应截止，准备竞价"),
        "closed": _("竞价按邀请的时间开始"),
        "bidding": _("竞价正在进行，价低者得"),
        "priced": _("采购人审查异常低价后确定成交供应商"),
        "winner_confirmed": _("发布成交结果公告，发出成交通知书"),
        "award_notified": _("采购人与成交供应商签订合同"),
        "contracted": _("公告合同并报财政部门备案，组织履约验收"),
        "archived": _("采购活动已结束，档案已归档"),
        "failed": _("本次采购失败，采购人可重新组织采购"),
        "terminated": _("本次采购已终止"),
    },
    sections=(
        Section("basic", _("基本信息"), ("basic", "asked")),
        Section("timetable", _("时间安排"), ("timetable",)),
        Section("auction", _("竞价规则"), ("auction",)),
    ),
    demands=Demands(
        checks=(competition.checks,),
        dates={"bids_close_at": "bids_close"},
        stages=False,
    ),
    is_sealed=False,
    drafted_as="competition",
    text_template="trading/_competition.html",
    auctions=("reverse", "one_shot"),
    best_only=True,
    asks_shortlisted=True,
    winner_paper="deal_notice",
    loser_paper="deal_letter",
    passing=passing.DEALING,
    termination_article="《政府采购法》第三十六条第（四）项",
    words={
        **WORDS,
        "documents": _("竞价文件"),
        "digest": _("竞价文件摘要"),
        "versions": _("竞价文件各版本"),
        "start_price": _("最高限价"),
        "value": _("协议金额"),
        "budget": _("协议金额（元）"),
        "sections": _("竞价文件各节"),
        "publish": _("发出二次竞价邀请"),
        "publish_hint": _(
            "下面就是将要公开的全文，全部协议有效的入围供应商同时被邀请。发出后文本、日期和竞价规则按摘要冻结。"
        ),
        "bids_close_at": _("响应截止时间"),
        "closes_first": _("若今天发出：响应截止最早"),
        "confirm_hint": _(
            "报价最低的供应商为成交供应商；对其报价启动异常低价审查的，审查结束后才能确定。"
        ),
        "candidates": _("竞价结果"),
        "candidate": _("供应商"),
        "offer": _("最后报价（元）"),
        "ranking": _("报价排序"),
        "winner_label": _("成交供应商"),
        "nobody_let_in": _("协议有效的入围供应商不足%(least)s家。"),
        "unsold": _("竞价期内没有有效报价。"),
        "desk_draft": _("写明二次竞价的时间和规则，提交审核"),
        "desk_review": _("审核二次竞价文件"),
    },
    notices=NOTICES | {"tender": _("二次竞价邀请")},
    facts={
        "tender.published": _("二次竞价邀请已发出"),
        "tender.closed": _("响应已截止"),
        "tender.result_published": _("成交结果已公告"),
    },
)
