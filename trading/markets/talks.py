"""Procurement without a tender: talks with each supplier and one last sealed quote (GPL 38, C214),
or one quote that nobody may change (inquiry, GPL 40).
"""

from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import TENDER, failing, passing
from trading.domain.completeness import OPEN_TENDER
from trading.domain.grounds import Departure
from trading.domain.market import Method, Section

TALKS = Lifecycle(
    name="tender",
    variant="talks",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待采购人审核"),
        "approved": _("待发布"),
        "announced": _("公告中"),
        "closed": _("已截止"),
        "opening": _("响应文件开启中"),
        "opened": _("响应文件已开启"),
        "evaluating": _("审查响应文件"),
        "negotiating": _("磋商谈判中"),
        "quoting": _("提交最后报价"),
        "ranking": _("评审与排序"),
        "evaluated": _("评审结束"),
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
        "amend": Move(("announced",), None),
        "close": Move(("announced",), "closed"),
        "open": Move(("closed",), "opening"),
        "confirm_record": Move(("opening",), "opened"),
        "seat_committee": Move(("opened",), "evaluating"),
        "begin_talks": Move(("evaluating",), "negotiating"),
        "request_quotes": Move(("negotiating",), "quoting"),
        "close_quotes": Move(("quoting",), "ranking"),
        "submit_report": Move(("ranking",), "evaluated"),
        "confirm_winner": Move(("evaluated",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "pass_over": Move(("evaluated", "winner_confirmed", "award_notified"), "evaluated"),
        "keep_awards": Move(("evaluated", "winner_confirmed"), "award_notified"),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "fail": Move(
            (
                "closed",
                "opening",
                "opened",
                "evaluating",
                "negotiating",
                "quoting",
                "ranking",
                "evaluated",
                "winner_confirmed",
                "award_notified",
            ),
            "failed",
        ),
        "terminate": Move(
            (
                "draft",
                "review",
                "approved",
                "announced",
                "closed",
                "opening",
                "opened",
                "evaluating",
                "negotiating",
                "quoting",
                "ranking",
                "evaluated",
            ),
            "terminated",
        ),
    },
)
"""A panel talks with each supplier, then each hands in one last quote (GPL 38, C214)."""

SECTIONS: Final = (
    Section("basic", _("基本信息"), ("basic",)),
    Section("lots", _("采购包"), ("lots",)),
    Section("grounds", _("采购方式依据"), ("grounds",)),
    Section("terms", _("资格与符合性"), ("qualification", "conformity")),
    Section("scheme", _("评审办法"), ("scheme",)),
    Section("timetable", _("时间安排"), ("timetable",)),
    Section("documents", _("采购文件"), ("documents",)),
    Section("custodians", _("密钥托管"), ("custodians",)),
)
NOTICES: Final[dict[str, str]] = {
    "failure": _("终止公告"),
    "result": _("成交结果公告"),
    "passed_over": _("取消成交资格公告"),
}
FACTS: Final = {
    "tender.published": _("发布采购公告"),
    "tender.result_published": _("发布成交结果公告"),
}
WORDS: Final = {
    "publish": _("发布采购公告"),
    "bids_close_at": _("响应截止暨开启时间"),
    "amend_bids_close_at": _("新的响应截止时间"),
    "amend_affects_bids": _("可能影响响应文件编制"),
    "amend_affects_help": _("是的话，距响应截止不足规定日数须顺延。"),
    "moved": _("距响应截止不足规定日数：若可能影响响应文件编制，发布后截止时间将顺延至"),
    "winner_label": _("成交供应商"),
    "confirmed_now": _("成交供应商已确定。"),
    "result_now": _("结果已公告，成交通知书和结果通知书正在签发。"),
    "amount_total": _("成交金额合计"),
    "closes_moved": _("响应截止时间变更"),
    "confirm": _("确定成交供应商"),
    "confirm_ask": _("确定成交供应商？"),
    "confirm_hint": _(
        "自收到评审报告之日起 %(confirm_winner)s"
        "内，按评审报告推荐的顺序确定；逾期未确定又不说明理由的，视为确定排名第一的候选人"
        "。"
    ),
    "result_hint": _(
        "自成交供应商确定之日起 %(result_notice)s"
        "内公告结果，同日发出成交通知书（政府采购法实施条例第四十三条）。"
    ),
    "result": _("发布成交结果公告"),
    "result_ask": _("发布成交结果公告？"),
    "candidates": _("成交候选供应商"),
    "panel": _("评审小组"),
    "rejected": _("响应无效"),
    "opening_record": _("开启记录"),
    "offer": _("最后报价（元）"),
    "won": _("成交"),
    "winner_paper": _("成交通知书"),
    "winner": _("成交供应商"),
    "amount": _("成交金额"),
    "ranking": _("成交候选供应商排序"),
    "contracts_hint": _(
        "自成交通知书发出之日起三十日内签订；签订后二个工作日内公告、七个工作日内备案。"
    ),
    "failed_lots": _("采购失败的采购包"),
}
"""What procurement without a tender calls otherwise."""
ONE_QUOTE: Final = {**WORDS, "offer": _("报价（元）")}
OPENED: Final = ((_("公告"), "tender.published"), (_("开启"), "tender.closed"))
AWARDED: Final = (
    (_("确定成交"), "tender.evaluated"),
    (_("结果公告"), "tender.result_published"),
    (_("合同"), "tender.contracts_signed"),
    (_("归档"), "tender.archived"),
)
STEPS: Final = (
    *OPENED,
    (_("审查"), "tender.committee_seated"),
    (_("磋商谈判"), "tender.talks_begun"),
    (_("最后报价"), "tender.quotes_requested"),
    (_("排序"), "tender.quotes_closed"),
    *AWARDED,
)
NEXT: Final = {
    "draft": _("采购代理机构完善采购文件，提交采购人审核"),
    "review": _("采购人审核采购文件"),
    "approved": _("采购代理机构发布采购公告"),
    "announced": _("响应截止，同时开启响应文件"),
    "closed": _("主持人宣布开启响应文件"),
    "opening": _("正在开启响应文件，结束后由小组审查"),
    "opened": _("抽取评审专家，组成小组"),
    "evaluating": _("小组审查响应文件，再与供应商分别磋商、谈判"),
    "negotiating": _("小组与各供应商分别磋商、谈判"),
    "quoting": _("供应商在规定时间内一次密封提交最后报价"),
    "ranking": _("小组评审，开启最后报价后排序"),
    "evaluated": _("采购人按排名顺序确定成交供应商"),
    "winner_confirmed": _("发布成交结果公告，发出成交通知书"),
    "award_notified": _("采购人与成交供应商签订合同"),
    "contracted": _("公告合同并报财政部门备案，组织履约验收"),
    "archived": _("采购活动已结束，档案已归档"),
    "failed": _("本次采购失败，采购人可重新组织采购"),
    "terminated": _("本次采购已终止"),
}
NEXT_OF_INQUIRY: Final = {
    **{state: NEXT[state] for state in TENDER.states},
    "evaluating": _("询价小组审查响应文件，按报价由低到高排序"),
}
C214_34: Final = "《政府采购竞争性磋商采购方式管理暂行办法》第三十四条"
M74_23: Final = "《政府采购非招标采购方式管理办法》第二十三条"

CONSULTATION: Final = Method(
    slug="consultation",
    title=_("竞争性磋商"),
    lifecycle=TALKS,
    steps=STEPS,
    next=NEXT,
    sections=SECTIONS,
    departs=Departure(),
    demands=OPEN_TENDER,
    stages=("last",),
    schemes=("comprehensive",),
    formulas={"comprehensive": "consultation_score"},
    reads_out=False,
    talks=True,
    listed_cases=("thin_research", "public_services"),
    thin_article=C214_34,
    failing=failing.C214_34,
    termination_article=C214_34,
    winner_paper="deal_notice",
    loser_paper="deal_letter",
    passing=passing.DEALING,
    words=WORDS,
    notices=NOTICES | {"tender": _("竞争性磋商公告")},
    facts=FACTS,
)

NEGOTIATION: Final = Method(
    slug="negotiation",
    title=_("竞争性谈判"),
    lifecycle=TALKS,
    steps=STEPS,
    next=NEXT,
    sections=SECTIONS,
    departs=Departure(),
    demands=OPEN_TENDER,
    stages=("last",),
    schemes=("lowest_price",),
    reads_out=False,
    talks=True,
    listed_cases=("converted_tender",),
    thin_article="《政府采购非招标采购方式管理办法》第三十七条",
    failing=failing.M74_37,
    termination_article=M74_23,
    winner_paper="deal_notice",
    loser_paper="deal_letter",
    passing=passing.DEALING,
    words=WORDS,
    notices=NOTICES | {"tender": _("竞争性谈判公告")},
    facts=FACTS,
)

INQUIRY: Final = Method(
    slug="inquiry",
    title=_("询价"),
    lifecycle=TENDER,
    steps=(*OPENED, (_("评审"), "tender.committee_seated"), *AWARDED),
    next=NEXT_OF_INQUIRY,
    sections=SECTIONS,
    departs=Departure(),
    demands=OPEN_TENDER,
    stages=("whole",),
    schemes=("lowest_price",),
    thin_article="《政府采购非招标采购方式管理办法》第五十条",
    failing=failing.M74_50,
    termination_article=M74_23,
    winner_paper="deal_notice",
    loser_paper="deal_letter",
    passing=passing.DEALING,
    words=ONE_QUOTE,
    notices=NOTICES | {"tender": _("询价公告")},
    facts=FACTS,
)
