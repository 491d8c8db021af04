"""State property transferred by agreement off the exchange (非公开协议转让, SA32 31 and 32): nobody
competes; what is agreed is approved, told to the public, signed, paid and certified.
"""

from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import agreement, sale
from trading.domain.completeness import Demands
from trading.domain.market import Method, Section

AGREEMENT: Final = Lifecycle(
    name="tender",
    variant="agreement",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待转让方审核"),
        "approved": _("待公告"),
        "priced": _("协议转让已公告"),
        "winner_confirmed": _("受让方已确定"),
        "contracted": _("交易合同已签订"),
        "settled": _("价款已按约定结清"),
        "certified": _("交易凭证已出具"),
        "award_notified": _("交易结果已公告"),
        "archived": _("已归档"),
        "failed": _("不成交"),
        "terminated": _("终止"),
    },
    moves={
        "submit": Move(("draft",), "review"),
        "return": Move(("review", "approved"), "draft"),
        "approve": Move(("review",), "approved"),
        "publish": Move(("approved",), "priced"),
        "confirm_winner": Move(("priced",), "winner_confirmed"),
        "void_lot": Move(("winner_confirmed",), None),
        "sign_contracts": Move(("winner_confirmed",), "contracted"),
        "settle": Move(("contracted",), "settled"),
        "certify": Move(("settled",), "certified"),
        "publish_result": Move(("certified",), "award_notified"),
        "archive": Move(("award_notified",), "archived"),
        "end_contracts": Move(("contracted", "settled", "certified"), "failed"),
        "fail": Move(("winner_confirmed",), "failed"),
        "terminate": Move(("draft", "review", "approved", "priced"), "terminated"),
    },
)

DIRECT_AGREEMENT: Final = Method(
    slug="direct_agreement",
    title=_("非公开协议转让"),
    lifecycle=AGREEMENT,
    steps=(
        (_("协议转让公告"), "tender.published"),
        (_("合同"), "tender.contracts_signed"),
        (_("结算"), "tender.settled"),
        (_("交易凭证"), "tender.certified"),
        (_("结果公告"), "tender.result_published"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("交易机构完善协议转让文件，提交转让方审核"),
        "review": _("转让方审核协议转让文件"),
        "approved": _("交易机构核对批准文件和价格，发布协议转让公告"),
        "priced": _("异议期满后，转让方确认受让方，出具成交确认书"),
        "winner_confirmed": _("转让方与受让方签订交易合同"),
        "contracted": _("受让方按合同支付价款，交易机构登记"),
        "settled": _("交易机构出具交易凭证"),
        "certified": _("发布交易结果公告"),
        "award_notified": _("整理归档"),
        "archived": _("交易已结束，档案已归档"),
        "failed": _("本次转让不成交，转让方可重新披露"),
        "terminated": _("本次转让已终止"),
    },
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("转让标的与受让方"), ("lots",)),
        Section("documents", _("协议与批准文件"), ("documents",)),
    ),
    demands=Demands(
        checks=(sale.basic, agreement.equity, agreement.lots, agreement.documents),
        dates={},
        stages=False,
    ),
    is_sealed=False,
    price_direction="high",
    best_only=True,
    drafted_as="agreement",
    text_template="trading/_agreement.html",
    particulars=agreement.TERMS,
    is_agreed=True,
    winner_paper="deal_confirmation",
    loser_paper="",
    settles=True,
    contract_acts=(),
    remedies=("agreement_objection",),
    termination_article="《企业国有资产交易监督管理办法》",
    subject=sale.subject_of,
    words={
        "documents": _("协议转让文件"),
        "digest": _("协议转让文件摘要"),
        "limit": _("协议转让价格（元）"),
        "start_price": _("协议转让价格"),
        "after_lots": _("下一节：协议与批准文件"),
        "no_lots_hint": _("每个标的写明受让方、情形、批准单位和价格。"),
        "sections": _("协议转让文件各节"),
        "publish": _("发布协议转让公告"),
        "publish_hint": _(
            "下面就是将要公开的全文，受让方和价格一并公开。发布后文本按摘要冻结，不进行竞价。"
        ),
        "confirm_hint": _(
            "受让方和价格已经批准并公告；异议期满、异议都已答复后，转让方确认受让方，由平台出具成交确认书，双方签订合同。"
        ),
        "candidates": _("协议受让方"),
        "offer": _("协议转让价格（元）"),
        "desk_draft": _("完善协议转让文件，提交审核"),
        "desk_redraft": _("按退回意见修改协议转让文件"),
        "desk_review": _("审核协议转让文件"),
        "no_files": _("还没有文件。转让协议和批准单位的书面批准必须上传。"),
    },
    notices={"tender": _("非公开协议转让公告")},
    facts={"tender.published": _("发布非公开协议转让公告")},
)
