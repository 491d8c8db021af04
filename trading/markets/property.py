"""State property (国有产权): disclosed, then sold by online bidding (SA32, rulebook 2.3)."""

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import sale
from trading.domain.completeness import Rules
from trading.domain.market import Market, Method, Section
from trading.periods import Scope
from trading.periods.property import size_of

SALE = Lifecycle(
    name="tender",
    variant="property",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待转让方审核"),
        "approved": _("待披露"),
        "announced": _("信息披露中"),
        "closed": _("披露期满"),
        "bidding": _("竞价中"),
        "priced": _("价格已形成"),
        "winner_confirmed": _("受让方已确定"),
        "award_notified": _("交易结果已公告"),
        "contracted": _("交易合同已签订"),
        "archived": _("已归档"),
        "failed": _("不成交"),
        "terminated": _("终止"),
    },
    moves={
        "submit": Move(("draft",), "review"),
        "return": Move(("review", "approved"), "draft"),
        "approve": Move(("review",), "approved"),
        "publish": Move(("approved",), "announced"),
        "amend": Move(("announced",), None),
        "extend": Move(("announced",), None),
        "close": Move(("announced",), "closed"),
        "start_auction": Move(("closed",), "bidding"),
        "form_price": Move(("bidding",), "priced"),
        "confirm_winner": Move(("priced",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "fail": Move(("closed", "bidding"), "failed"),
        "terminate": Move(("draft", "review", "approved", "announced", "closed"), "terminated"),
    },
)

ONLINE_BIDDING = Method(
    slug="online_bidding",
    title=_("网络竞价"),
    lifecycle=SALE,
    steps=(
        (_("信息披露"), "tender.published"),
        (_("披露期满"), "tender.closed"),
        (_("竞价"), "tender.auction_started"),
        (_("价格形成"), "tender.price_formed"),
        (_("结果公告"), "tender.result_published"),
        (_("合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("交易机构完善披露文件，提交转让方审核"),
        "review": _("转让方审核披露文件"),
        "approved": _("交易机构发布信息披露公告"),
        "announced": _("披露期满，登记截止"),
        "closed": _("竞价按公告的时间开始"),
        "bidding": _("竞价正在进行，价格形成后确定受让方"),
        "priced": _("转让方按竞价结果确定受让方"),
        "winner_confirmed": _("发布交易结果公告，出具成交确认书"),
        "award_notified": _("转让方与受让方签订交易合同"),
        "contracted": _("整理归档"),
        "archived": _("交易已结束，档案保存至少十五年"),
        "failed": _("本次转让不成交，转让方可重新披露"),
        "terminated": _("本次转让已终止"),
    },
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("转让标的"), ("lots",)),
        Section("timetable", _("时间安排"), ("timetable",)),
        Section("auction", _("竞价规则"), ("auction",)),
        Section("terms", _("受让方资格"), ()),
        Section("documents", _("披露文件"), ("documents",)),
    ),
    rules=Rules(
        checks=(sale.basic, sale.lots, sale.dates, sale.auctions, sale.documents),
        dates={"bids_close_at": "disclosure_until"},
        scope=Scope("property", "online_bidding"),
        stages=False,
    ),
    is_sealed=False,
    auctions=("dynamic",),
    fewest_takers=1,
    winner_paper="deal_confirmation",
    loser_paper="",
    contract_acts=(),
    remedies=(),
    termination_article="《企业国有资产交易监督管理办法》",
    size=size_of,
)

MARKET = Market(
    slug="property",
    title=_("国有产权"),
    prefix="CQ",
    methods={ONLINE_BIDDING.slug: ONLINE_BIDDING},
    categories={"equity": _("产权（股权）"), "assets": _("资产")},
    words={
        "purchaser": _("转让方"),
        "agency": _("交易机构"),
        "bidder": _("意向受让方"),
        "lot": _("转让标的"),
        "lot_number": _("标的 %(number)s"),
        "number": _("标的"),
        "budget": _("评估价（元）"),
        "limit": _("转让底价（元）"),
        "documents": _("披露文件"),
        "closes": _("披露期满"),
        "tender": _("转让项目"),
        "lots_listed": _("转让标的一览"),
        "add_lot": _("增加转让标的"),
        "remove_lot": _("删除这个转让标的？"),
        "no_lots": _("还没有转让标的"),
        "no_lots_hint": _("每个标的单独竞价、单独成交。"),
        "after_lots": _("下一节：时间安排"),
        "submit": _("提交转让方审核"),
        "submitted": _("已提交，等待转让方审核。"),
        "returned": _("转让方退回修改"),
        "locked": _("已提交审核，内容锁定；需要修改请转让方退回。"),
        "read_only": _("由交易机构编辑，这里只读。"),
        "wait_for_draft": _("等待交易机构完善并提交。"),
        "approve_detail": _("通过后由交易机构发布公告。"),
        "wait_for_publication": _("审核已通过，等待交易机构发布。"),
        "cancel": _("不再转让，终止本项目"),
        "sections": _("披露文件各节"),
        "publish": _("发布信息披露公告"),
        "publish_hint": _(
            "下面就是将要公开的全文。发布后文本、日期和竞价规则按摘要冻结，之后的变更只能发布更正或澄清公告。"
        ),
        "qualification": _("受让方资格条件"),
        "qualification_hint": _(
            "原则上不得对受让方设置资格条件；确需设置的，不得有明确指向性，并事先报国资监管机构备案（国资委、财政部令第32号第十四条）。"
        ),
        "qualification_listed": _("受让方资格条件一览"),
        "no_files": _("还没有文件。披露文件必须上传，审计报告、评估报告和合同文本可以单独上传。"),
        "questions_tab": _("咨询答复"),
        "takers_tab": _("登记的意向受让方"),
        "register": _("登记受让意向"),
        "register_hint": _(
            "登记后即可免费下载披露文件、提出咨询。谁登记了、有几家登记，在披露期满前对任何人保密，包括转让方、交易机构和交易中心。"
        ),
        "registered": _("已登记的标的"),
        "registered_all": _("所有标的都已登记。"),
        "registering_lots": _("登记的标的"),
        "registered_now": _("登记成功，可以获取披露文件了。登记情况在披露期满前保密。"),
        "amend_summary": _("转让标的概况"),
        "amend_bids_close_at": _("新的披露期满时间"),
        "amend_affects_bids": _("可能影响意向受让方决定"),
        "amend_reason_help": _(
            "公告正文。披露期间不得变更转让底价和受让条件；因转让方无法控制的原因需要补充的，写明补充前后的内容。"
        ),
        "amend_affects_help": _("是的话，剩余披露期不足 10 个工作日须顺延。"),
        "moved": _(
            "剩余披露期不足十个工作日：若可能影响意向受让方决定，发布后披露期满时间将顺延至"
        ),
        "questions_hint": _("答复后与问题一并公开。提问单位对交易机构也不公开。"),
        "terminate": _("终止交易"),
        "terminate_hint": _(
            "因重大变故不再转让的，转让方可以在竞价开始前终止交易并公告理由。终止后不能恢复。"
        ),
        "winner_label": _("受让方"),
        "desk_draft": _("完善披露文件，提交审核"),
        "desk_redraft": _("按退回意见修改披露文件"),
        "desk_wait": _("等待转让方审核"),
        "desk_review": _("审核披露文件"),
        "desk_answer": _("答复意向受让方的咨询"),
        "desk_partner": _("与转让方签订合同"),
        "submitted_now": _("已提交转让方审核。"),
        "approved_now": _("审核通过。文本已按摘要锁定，交易机构可以发布。"),
        "returned_now": _("已退回交易机构修改。"),
        "confirmed_now": _("受让方已确定。"),
        "result_now": _("结果已公告，成交确认书正在签发。"),
        "contract_now": _("交易合同已登记。"),
        "registering": _("登记受让意向"),
        "documents_hint": _("下载后请核对摘要。文件如有补充，将另发更正公告并更新本页。"),
        "digest": _("披露文件摘要"),
        "versions": _("披露文件各版本"),
        "version": _("披露文件第 %(number)s 版全文"),
        "failed_lots": _("不成交的标的"),
        "closes_moved": _("披露期满时间变更"),
        "confirm": _("确定受让方"),
        "confirm_ask": _("确定受让方？"),
        "confirm_hint": _(
            "竞价已按公告的规则形成价格，报价最高的意向受让方为受让方；转让方确认后，由交易机构公告结果并出具成交确认书。"
        ),
        "result_hint": _(
            "公告交易结果不少于五个工作日，同日出具成交确认书（国资委、财政部令第32号第三十条）。"
        ),
        "result": _("发布交易结果公告"),
        "result_ask": _("发布交易结果公告？"),
        "candidates": _("竞价结果"),
        "candidate": _("意向受让方"),
        "offer": _("最高报价（元）"),
        "won": _("受让"),
        "winner_paper": _("成交确认书"),
        "papers": _("文书"),
        "winner": _("受让方"),
        "amount": _("成交金额"),
        "ranking": _("报价排序"),
        "delivery": _("价款支付与交割"),
        "result_remedy": _(
            "公告期限不少于五个工作日。对结果有异议的，可在公告期内向交易机构提出。"
        ),
        "contracts_hint": _(
            "按披露的期限签订，一般在结果公告后五个工作日内；不得因期间损益等理由调整成交价格（国资委、财政部令第32号第二十三条）。"
        ),
        "contract_side": _("受让方"),
    },
    notices={
        "tender": _("信息披露公告"),
        "failure": _("不成交公告"),
        "result": _("交易结果公告"),
    },
    facts={
        "tender.published": _("发布信息披露公告"),
        "tender.deadline_moved": _("披露期满时间变更"),
        "tender.closed": _("披露期满"),
        "tender.failed": _("不成交"),
        "lot.failed": _("标的不成交"),
        "tender.terminated": _("终止交易"),
        "tender.result_published": _("发布交易结果公告"),
    },
)
