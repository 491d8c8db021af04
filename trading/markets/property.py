"""State property (国有产权): disclosed, then sold by online bidding (SA32, rulebook 2.3)."""

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain.market import Market, Method

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
    is_sealed=False,
    auctions=("dynamic",),
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
