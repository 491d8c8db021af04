"""A grant of land by tender (招标出让): sealed bids, a committee, and whoever offers most, or meets
the announced standard best, at or above the reserve (LD39 13, 14, rulebook 2.4).
"""

from typing import Final

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import grant_tender, listing, passing
from trading.domain.market import Method, Section

JUDGED: Final = ("opening", "opened", "evaluating", "evaluated")
GRANT_TENDER: Final = Lifecycle(
    name="tender",
    variant="land_tender",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待出让人审核"),
        "approved": _("待公告"),
        "announced": _("出让公告中"),
        "closed": _("投标截止"),
        "opening": _("开标中"),
        "opened": _("开标结束"),
        "evaluating": _("评标中"),
        "evaluated": _("待确定中标人"),
        "winner_confirmed": _("中标人已确定"),
        "award_notified": _("出让结果已公布"),
        "contracted": _("出让合同已签订"),
        "settled": _("出让价款已缴清"),
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
        "open": Move(("closed",), "opening"),
        "confirm_record": Move(("opening",), "opened"),
        "seat_committee": Move(("opened",), "evaluating"),
        "submit_report": Move(("evaluating",), "evaluated"),
        "confirm_winner": Move(("evaluated",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "pass_over": Move(("evaluated", "winner_confirmed", "award_notified"), "evaluated"),
        "keep_awards": Move(("evaluated", "winner_confirmed"), "award_notified"),
        "void_lot": Move(("evaluated", "winner_confirmed", "award_notified"), None),
        "disqualify_bidder": Move(
            ("evaluated", "winner_confirmed", "award_notified", "contracted"), None
        ),
        "sign_contracts": Move(("award_notified",), "contracted"),
        "settle": Move(("contracted",), "settled"),
        "archive": Move(("settled",), "archived"),
        "end_contracts": Move(("contracted",), "failed"),
        "fail": Move(("closed", *JUDGED, "winner_confirmed", "award_notified"), "failed"),
        "terminate": Move(("draft", "review", "approved", "announced", "closed"), "terminated"),
    },
)

TENDER: Final = Method(
    slug="land_tender",
    title=_("招标出让"),
    lifecycle=GRANT_TENDER,
    steps=(
        (_("出让公告"), "tender.published"),
        (_("开标"), "tender.closed"),
        (_("评标"), "tender.committee_seated"),
        (_("确定中标人"), "tender.evaluated"),
        (_("结果公布"), "tender.result_published"),
        (_("出让合同"), "tender.contracts_signed"),
        (_("价款缴清"), "tender.settled"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("承办机构完善出让文件，提交出让人审核"),
        "review": _("出让人审核出让文件"),
        "approved": _("承办机构发布出让公告"),
        "announced": _("投标截止，同时开标"),
        "closed": _("主持人宣布开标"),
        "opening": _("开标正在进行，开标结束后进入评标"),
        "opened": _("抽取评标专家，组建评标小组"),
        "evaluating": _("评标小组评标，提交评标报告，当场公布底价"),
        "evaluated": _("出让人按评标结果确定中标人"),
        "winner_confirmed": _("公布出让结果，出具成交确认书"),
        "award_notified": _("出让人与中标人签订出让合同"),
        "contracted": _("按合同缴纳出让价款，承办机构登记"),
        "settled": _("整理归档"),
        "archived": _("出让已结束，出让档案永久保存"),
        "failed": _("本次出让不成交，出让人可重新公告"),
        "terminated": _("本次出让已终止"),
    },
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("宗地"), ("lots",)),
        Section("terms", _("资格与响应性"), ("qualification", "conformity")),
        Section("scheme", _("评标办法"), ("scheme",)),
        Section("timetable", _("时间安排"), ("timetable",)),
        Section("documents", _("出让文件"), ("documents",)),
        Section("custodians", _("密钥托管"), ("custodians",)),
    ),
    demands=grant_tender.TENDER,
    price_direction="high",
    best_only=True,
    silence_confirms=False,
    delivers=False,
    schemes=("highest_price", "best_offer", "formula"),
    committee_qualifies=True,
    drafted_as="grant_tender",
    text_template="trading/_grant_tender.html",
    particulars=listing.PARCEL,
    keeps_reserve=True,
    winner_paper="grant_confirmation",
    loser_paper="sale_letter",
    records_price=True,
    contract_acts=(),
    remedies=("grant_objection",),
    passing=passing.SELLING,
    thin_article="《招标拍卖挂牌出让国有建设用地使用权规定》第十三条",
    termination_article="《招标拍卖挂牌出让国有建设用地使用权规定》",
    words={
        "bidder": _("投标人"),
        "no_lots_hint": _("每宗地单独投标、单独成交。"),
        "after_lots": _("下一节：资格与响应性"),
        "publish_hint": _(
            "下面就是将要公开的全文。发布后文本、日期和托管公钥按摘要冻结，之后的变更只能发布更正或澄清公告。"
        ),
        "qualification": _("投标人资格条件"),
        "qualification_listed": _("投标人资格条件一览"),
        "takers_tab": _("申请投标的单位"),
        "register": _("申请投标"),
        "register_hint": _(
            "申请后即可免费下载出让文件、提出咨询；在投标截止前足额交纳保证金并密封提交投标文件。谁申请了、有几家申请，在开标前对任何人保密，包括出让人、承办机构和交易中心。"
        ),
        "registered_now": _(
            "申请成功，可以获取出让文件了。请在截止前足额交纳保证金并提交投标文件。"
        ),
        "registered_already": _("已申请投标"),
        "bids_close_at": _("投标截止暨开标时间"),
        "amend_bids_close_at": _("新的投标截止时间"),
        "amend_affects_bids": _("可能影响投标文件编制"),
        "terminate_hint": _(
            "因重大变故不再出让的，出让人可以在开标前终止并公告理由。终止后不能恢复。"
        ),
        "winner_label": _("中标人"),
        "desk_answer": _("答复投标人的咨询"),
        "desk_partner": _("与出让人签订出让合同"),
        "takers": _("申请投标的单位"),
        "no_takers": _("没有单位申请投标"),
        "registering": _("申请投标"),
        "confirm": _("确定中标人"),
        "confirm_ask": _("确定中标人？"),
        "confirm_hint": _(
            "能够最大限度地满足招标文件规定的各项综合评价标准，或者满足实质性要求且价格最高、不低于底价的投标人，应当确定为中标人（国土资源部令第39号第十四条）；出让人与其签订成交确认书。"
        ),
        "confirmed_now": _("中标人已确定。"),
        "candidates": _("评标结果"),
        "candidate": _("投标人"),
        "offer": _("投标报价（元）"),
        "won": _("中标"),
        "winner": _("中标人"),
        "ranking": _("评标排序"),
        "contract_side": _("中标人"),
        "closes_first": _("若今天发布：投标截止最早"),
        "no_taker": _("投标截止时无人申请投标。"),
        "nobody_let_in": _("申请投标的单位均未按时足额交纳投标保证金。"),
        "unsold": _("有效投标的报价均低于底价，本宗地不成交。"),
    },
    facts={
        "tender.closed": _("投标截止"),
        "tender.committee_seated": _("评标小组就位"),
        "tender.evaluated": _("评标结束"),
        "lot.priced": _("评标结果形成"),
    },
)
