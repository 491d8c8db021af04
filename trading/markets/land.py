"""State-owned construction land (国有建设用地使用权): granted by listing, by auction or by tender
(LD39, rulebook 2.4).
"""

from dataclasses import replace

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import grant_auction, listing, qualifying, rooms
from trading.domain.completeness import Demands
from trading.domain.market import Market, Method, Section
from trading.markets.hammer import under_the_hammer
from trading.markets.land_tender import TENDER

GRANT = Lifecycle(
    name="tender",
    variant="land",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待出让人审核"),
        "approved": _("待公告"),
        "announced": _("出让公告中"),
        "closed": _("申请截止，待挂牌"),
        "bidding": _("挂牌竞价中"),
        "priced": _("待确认成交"),
        "winner_confirmed": _("成交已确认"),
        "award_notified": _("出让结果已公布"),
        "contracted": _("出让合同已签订"),
        "archived": _("已归档"),
        "failed": _("不成交"),
        "terminated": _("终止出让"),
    },
    moves={
        "submit": Move(("draft",), "review"),
        "return": Move(("review", "approved"), "draft"),
        "approve": Move(("review",), "approved"),
        "publish": Move(("approved",), "announced"),
        "amend": Move(("announced",), None),
        "seal_reserve": Move(("announced",), None),
        "close": Move(("announced",), "closed"),
        "settle_takers": Move(("closed", "priced"), None),
        "start_auction": Move(("closed",), "bidding"),
        "form_price": Move(("bidding",), "priced"),
        "confirm_winner": Move(("priced",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "void_lot": Move(("bidding", "priced", "winner_confirmed", "award_notified"), None),
        "fail": Move(
            ("closed", "bidding", "priced", "winner_confirmed", "award_notified"), "failed"
        ),
        "terminate": Move(("draft", "review", "approved", "announced", "closed"), "terminated"),
    },
)

LISTING = Method(
    slug="land_listing",
    title=_("挂牌出让"),
    lifecycle=GRANT,
    steps=(
        (_("出让公告"), "tender.published"),
        (_("申请截止"), "tender.closed"),
        (_("挂牌"), "tender.auction_started"),
        (_("竞价结束"), "tender.price_formed"),
        (_("结果公布"), "tender.result_published"),
        (_("出让合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("承办机构完善出让文件，提交出让人审核"),
        "review": _("出让人审核出让文件"),
        "approved": _("承办机构发布出让公告"),
        "announced": _("竞买申请和保证金截止"),
        "closed": _("挂牌按公告的时间开始"),
        "bidding": _("挂牌报价，期满转入限时竞价或确认成交"),
        "priced": _("出让人与竞得人签订成交确认书"),
        "winner_confirmed": _("公布出让结果，出具成交确认书"),
        "award_notified": _("出让人与竞得人签订出让合同"),
        "contracted": _("整理归档"),
        "archived": _("出让已结束，出让档案永久保存"),
        "failed": _("本次出让不成交，出让人可重新公告"),
        "terminated": _("本次出让已终止"),
    },
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("宗地"), ("lots",)),
        Section("timetable", _("申请截止"), ("timetable",)),
        Section("listing", _("挂牌与竞价"), ("listing",)),
        Section("terms", _("竞买人资格"), ()),
        Section("documents", _("出让文件"), ("documents",)),
    ),
    demands=Demands(
        checks=(
            listing.basic,
            listing.lots,
            listing.dates,
            listing.terms,
            qualifying.checks,
            listing.documents,
        ),
        dates={"bids_close_at": "applications_close"},
        stages=False,
        lot_dates=listing.dates_of,
        lot_section="listing",
    ),
    is_sealed=False,
    price_direction="high",
    best_only=True,
    auctions=("listing",),
    needs_takers=True,
    judges_takers=True,
    judges_after=True,
    drafted_as="grant",
    text_template="trading/_grant.html",
    particulars=listing.PARCEL,
    keeps_reserve=True,
    winner_paper="grant_confirmation",
    loser_paper="sale_letter",
    contract_acts=(),
    remedies=("grant_objection",),
    termination_article="《招标拍卖挂牌出让国有建设用地使用权规定》",
)

PARCELS = {"B01": _("国有建设用地使用权")}
"""The class of land in the transaction code; its sub-codes are unverified (rulebook 8.1)."""
AUCTION = replace(
    under_the_hammer(
        LISTING,
        variant="land_auction",
        closed=_("申请截止，待拍卖"),
        then={
            "bidding": _("正在拍卖，最后一次叫价后落槌"),
        },
        words={
            "no_lots_hint": _("每宗地单独拍卖、单独成交。"),
            "terminate_hint": _(
                "因重大变故不再出让的，出让人可以在拍卖开始前终止并公告理由。终止后不能恢复。"
            ),
            "confirm_hint": _(
                "拍卖已按公告的规则结束，报价最高且不低于底价者为竞得人；出让人与其签订成交确认书（国土资源部令第39号第十五条、第二十条）。"
            ),
            "no_taker": _("竞买人不足%(least)s人，拍卖终止。"),
            "nobody_let_in": _("按时足额交纳竞买保证金的竞买人不足%(least)s人，拍卖终止。"),
            "unsold": _("无人应价，或最高报价低于底价，拍卖终止。"),
        },
    ),
    slug="land_auction",
    title=_("拍卖出让"),
    sections=tuple(
        Section("auction", _("竞价规则"), ("auction",)) if part.name == "listing" else part
        for part in LISTING.sections
    ),
    demands=replace(
        LISTING.demands,
        checks=(
            listing.basic,
            listing.lots,
            listing.dates,
            grant_auction.terms,
            qualifying.checks,
            rooms.calls,
            listing.documents,
        ),
        lot_dates=grant_auction.dates_of,
        lot_section="auction",
    ),
    auctions=("english",),
)

MARKET = Market(
    slug="land",
    title=_("国有建设用地"),
    prefix="TD",
    methods={m.slug: m for m in (LISTING, AUCTION, TENDER)},
    categories={
        "residence": _("商品住宅用地"),
        "commerce": _("商业服务业用地"),
        "leisure": _("旅游、娱乐用地"),
        "industry": _("工业（含仓储）用地"),
    },
    classes=dict.fromkeys(("residence", "commerce", "leisure", "industry"), PARCELS),
    words={
        "purchaser": _("出让人"),
        "agency": _("承办机构"),
        "bidder": _("竞买人"),
        "lot": _("宗地"),
        "lot_number": _("宗地 %(number)s"),
        "number": _("宗地"),
        "budget": _("出让最低价（元）"),
        "limit": _("起始价（元）"),
        "documents": _("出让文件"),
        "lots_listed": _("宗地一览"),
        "add_lot": _("增加宗地"),
        "remove_lot": _("删除这宗地？"),
        "no_lots": _("还没有宗地"),
        "no_lots_hint": _("每宗地单独挂牌、单独成交。"),
        "after_lots": _("下一节：申请截止"),
        "submit": _("提交出让人审核"),
        "submitted": _("已提交，等待出让人审核。"),
        "returned": _("出让人退回修改"),
        "locked": _("已提交审核，内容锁定；需要修改请出让人退回。"),
        "read_only": _("由承办机构编辑，这里只读。"),
        "wait_for_draft": _("等待承办机构完善并提交。"),
        "approve_detail": _("通过后由承办机构发布公告。"),
        "wait_for_publication": _("审核已通过，等待承办机构发布。"),
        "cancel": _("不再出让，终止本项目"),
        "sections": _("出让文件各节"),
        "publish": _("发布出让公告"),
        "publish_hint": _(
            "下面就是将要公开的全文。发布后文本、日期和竞价规则按摘要冻结，之后的变更只能发布更正或澄清公告。"
        ),
        "qualification": _("竞买人资格条件"),
        "qualification_hint": _(
            "境内外自然人、法人和其他组织，除法律另有规定外均可申请；不得设置影响公平、公正竞争的限制条件（国土资源部令第39号第十一条）。"
        ),
        "qualification_listed": _("竞买人资格条件一览"),
        "no_files": _("还没有文件。出让文件必须上传，宗地图、规划条件和合同文本可以单独上传。"),
        "questions_tab": _("咨询答复"),
        "takers_tab": _("申请竞买的单位"),
        "register": _("申请竞买"),
        "register_hint": _(
            "申请后即可免费下载出让文件、提出咨询；在截止前足额交纳保证金的取得竞买资格和代码。谁申请了、有几家申请，在截止前对任何人保密，包括出让人、承办机构和交易中心。"
        ),
        "registered": _("已申请的宗地"),
        "registered_all": _("所有宗地都已申请。"),
        "registering_lots": _("申请的宗地"),
        "registered_now": _("申请成功，可以获取出让文件了。请在截止前足额交纳保证金。"),
        "amend_summary": _("出让概况"),
        "bids_close_at": _("竞买申请和保证金截止时间"),
        "amend_bids_close_at": _("新的申请和保证金截止时间"),
        "amend_affects_bids": _("涉及用途、规划指标等重要事项"),
        "amend_reason_help": _("公告正文。写明变更前后的内容；起始价和加价幅度不得变更。"),
        "amend_affects_help": _("是的话，公告期重新计算，自变更之日起不少于 20 日。"),
        "moved": _("涉及重要事项的变更重新计算公告期：发布后申请截止时间将顺延至"),
        "questions_hint": _("答复后与问题一并公开。提问单位对承办机构也不公开。"),
        "retender": _("再行出让"),
        "retender_hint": _("再行出让会带入前次的内容；日期须重新确定。"),
        "terminate": _("终止出让"),
        "terminate_hint": _(
            "因重大变故不再出让的，出让人可以在挂牌开始前终止并公告理由。终止后不能恢复。"
        ),
        "winner_label": _("竞得人"),
        "desk_draft": _("完善出让文件，提交审核"),
        "desk_redraft": _("按退回意见修改出让文件"),
        "desk_wait": _("等待出让人审核"),
        "desk_review": _("审核出让文件"),
        "desk_answer": _("答复竞买人的咨询"),
        "desk_partner": _("与出让人签订合同"),
        "submitted_now": _("已提交出让人审核。"),
        "approved_now": _("审核通过。文本已按摘要锁定，承办机构可以发布。"),
        "returned_now": _("已退回承办机构修改。"),
        "confirmed_now": _("成交已确认。"),
        "result_now": _("结果已公布，成交确认书正在签发。"),
        "contract_now": _("出让合同已登记。"),
        "registered_already": _("已申请竞买"),
        "amount_total": _("成交金额合计"),
        "budget_total": _("对应出让最低价"),
        "get_documents": _("获取出让文件"),
        "takers": _("申请竞买的单位"),
        "no_takers": _("没有单位申请竞买"),
        "registering": _("申请竞买"),
        "documents_hint": _("下载后请核对摘要。文件如有补充，将另发更正公告并更新本页。"),
        "digest": _("出让文件摘要"),
        "versions": _("出让文件各版本"),
        "version": _("出让文件第 %(number)s 版全文"),
        "failed_lots": _("不成交的宗地"),
        "closes_moved": _("申请截止时间变更"),
        "confirm": _("确认成交"),
        "confirm_ask": _("确认成交？"),
        "confirm_hint": _(
            "挂牌和限时竞价已按公告的规则结束，报价最高且不低于底价者为竞得人；出让人与其签订成交确认书（国土资源部令第39号第十九条、第二十条）。"
        ),
        "result_hint": _(
            "出让活动结束后十个工作日内公布出让结果，同日出具成交确认书（国土资源部令第39号第二十二条）。"
        ),
        "result": _("公布出让结果"),
        "result_ask": _("公布出让结果？"),
        "candidates": _("竞价结果"),
        "candidate": _("竞买人"),
        "report": _("评标报告"),
        "panel": _("评标委员会"),
        "rejected": _("投标无效"),
        "scheme": _("评标办法"),
        "opening_record": _("开标记录"),
        "offer": _("最高报价（元）"),
        "won": _("竞得"),
        "winner_paper": _("成交确认书"),
        "papers": _("文书"),
        "winner": _("竞得人"),
        "amount": _("成交金额"),
        "rank": _("排名"),
        "ranking": _("报价排序"),
        "delivery": _("价款缴纳与交地"),
        "result_remedy": _(
            "竞得人以隐瞒事实、行贿、恶意串通等非法手段竞得的，竞得结果无效（国土资源部令第39号第二十五条）。对结果有异议的，可向出让人提出。"
        ),
        "contracts_hint": _(
            "成交确认书签订后十个工作日内签订出让合同；合同签订后一个月内缴纳出让价款50%，余款按合同，最迟不超过一年（国土资发〔2010〕34号）。"
        ),
        "contract_side": _("竞得人"),
        "closes_first": _("若今天发布：为留足公告期，申请和保证金截止建议为"),
        "start_price": _("起始价"),
        "value": _("出让最低价"),
        "no_taker": _("申请截止时无人申请竞买。"),
        "nobody_let_in": _("申请竞买的单位均未按时足额交纳竞买保证金。"),
        "unsold": _("挂牌期内无人报价，或最高报价低于底价。"),
    },
    notices={
        "tender": _("出让公告"),
        "failure": _("不成交公告"),
        "result": _("出让结果公告"),
    },
    lot_states={"failed": _("不成交"), "awarded": _("已成交")},
    labels={
        "summary": _("出让概况"),
        "purchaser": _("出让人"),
        "agency": _("承办机构"),
        "plan_number": _("出让方案批准文号"),
        "bids_close_at": _("竞买申请和保证金截止时间"),
        "lots": _("宗地"),
        "budget": _("出让最低价"),
        "deposit": _("竞买保证金"),
        "start_price": _("起始价"),
        "delivery": _("价款缴纳与交地"),
        "opens_at": _("挂牌开始"),
        "closes_at": _("挂牌截止"),
    },
    facts={
        "challenge.filed": _("提出异议"),
        "challenge.accepted": _("受理异议"),
        "challenge.rejected": _("不予受理异议"),
        "challenge.answered": _("答复异议"),
        "challenge.withdrawn": _("撤回异议"),
        "tender.published": _("发布出让公告"),
        "tender.deadline_moved": _("申请截止时间变更"),
        "tender.closed": _("竞买申请截止"),
        "tender.auction_started": _("挂牌或拍卖开始"),
        "tender.price_formed": _("竞价结束"),
        "tender.failed": _("不成交"),
        "lot.failed": _("宗地不成交"),
        "tender.terminated": _("终止出让"),
        "tender.result_published": _("公布出让结果"),
    },
)
