"""Procurement from a single source (单一来源采购): the sole supplier is made public where the law
asks for it, then invited alone; its price is agreed in talks (GPL 31, GPR 38, M74 38 to 43).
"""

from dataclasses import replace
from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import passing, sources
from trading.domain.completeness import OPEN_TENDER
from trading.domain.grounds import Departure
from trading.domain.market import Method, Section
from trading.markets.talks import AWARDED, FACTS, NEXT, NOTICES, SECTIONS, TALKS, WORDS

SOLE: Final = Lifecycle(
    name="tender",
    variant="sole",
    initial="draft",
    titles={
        **TALKS.titles,
        "source_publicity": _("单一来源公示中"),
        "announced": _("已邀请，等待响应"),
        "negotiating": _("协商中"),
    },
    moves={
        **TALKS.moves,
        "publicise_source": Move(("approved",), "source_publicity"),
        "drop_source": Move(("source_publicity",), "terminated"),
        "publish": Move(("approved", "source_publicity"), "announced"),
        "terminate": Move((*TALKS.moves["terminate"].allowed, "source_publicity"), "terminated"),
    },
)
"""Talks with one supplier, before whom the public may be asked."""

SOLE_WORDS: Final = {
    **WORDS,
    "publish": _("发出单一来源采购邀请"),
    "wait_for_publication": _("审核已通过，等待代理机构公示或者发出邀请。"),
    "publish_hint": _(
        "下面就是发给拟定供应商的全文。发出后文本、日期和托管公钥按摘要冻结，之后的变更只能发布更正或澄清公告。"
    ),
    "register": _("接受邀请并获取采购文件"),
    "register_hint": _("只有拟定的供应商可以接受邀请。接受后即可免费下载采购文件、提出疑问。"),
    "confirm_hint": _(
        "自收到协商情况记录之日起 %(confirm_winner)s"
        "内确定；逾期未确定又不说明理由的，视为确定该供应商。"
    ),
    "offer": _("商定的价格（元）"),
    "candidates": _("协商结果"),
    "ranking": _("协商结果"),
}
"""What a single source calls otherwise than other talks."""

SINGLE_SOURCE: Final = Method(
    slug="single_source",
    title=_("单一来源采购"),
    lifecycle=SOLE,
    steps=(
        (_("公示"), "tender.source_publicised"),
        (_("邀请"), "tender.published"),
        (_("开启"), "tender.closed"),
        (_("审查"), "tender.committee_seated"),
        (_("协商"), "tender.talks_begun"),
        (_("商定价格"), "tender.quotes_requested"),
        *AWARDED,
    ),
    next={
        **NEXT,
        "approved": _("需要公示的先公示拟定的唯一供应商，否则直接发出邀请"),
        "source_publicity": _("公示拟定的唯一供应商，期满且异议都已答复后发出邀请"),
        "announced": _("供应商在截止前密封提交响应文件"),
        "evaluating": _("协商人员审查响应文件，再与供应商协商"),
        "negotiating": _("协商人员与供应商商定价格、质量和合同条款"),
        "quoting": _("供应商在规定时间内密封提交商定的价格"),
        "ranking": _("开启商定的价格，超过最高限价的终止采购"),
        "evaluated": _("采购人根据协商情况记录确定成交供应商"),
    },
    sections=(
        *(part for part in SECTIONS if part.name in {"basic", "lots"}),
        Section("source", _("单一来源"), ("source",)),
        *(part for part in SECTIONS if part.name not in {"basic", "lots"}),
    ),
    departs=Departure(of_source=True),
    demands=replace(
        OPEN_TENDER,
        checks=(*OPEN_TENDER.checks, sources.findings),
        first_dates=sources.first_dates,
    ),
    stages=("last",),
    schemes=("lowest_price",),
    reads_out=False,
    talks=True,
    invites_sole=True,
    keeps_minutes=True,
    thin_article="《政府采购非招标采购方式管理办法》第四十三条",
    termination_article="《政府采购非招标采购方式管理办法》第四十三条",
    winner_paper="deal_notice",
    loser_paper="deal_letter",
    passing=passing.DEALING,
    remedies=("sole_challenge",),
    words=SOLE_WORDS,
    notices=NOTICES | {"tender": _("单一来源采购邀请")},
    facts=FACTS | {"tender.published": _("发出单一来源采购邀请")},
)
