"""Government procurement (政府采购): open and invited tender, consultation, negotiation, inquiry,
single source and framework agreements.
"""

from kernel.text import gettext_noop as _
from trading.domain import TENDER, completeness, failing, passing
from trading.domain.market import Market, Method, Section
from trading.markets import prequalified
from trading.markets.competition import MINI_COMPETITION
from trading.markets.framework import by_framework
from trading.markets.invited import OF_PURCHASE, PURCHASE, by_invitation
from trading.markets.sole import SINGLE_SOURCE
from trading.markets.talks import CONSULTATION, INQUIRY, NEGOTIATION

OPEN_TENDER = Method(
    slug="open_tender",
    title=_("公开招标"),
    lifecycle=TENDER,
    failing=failing.GPL_36,
    steps=(
        (_("公告"), "tender.published"),
        (_("开标"), "tender.closed"),
        (_("评审"), "tender.committee_seated"),
        (_("定标"), "tender.evaluated"),
        (_("结果公告"), "tender.result_published"),
        (_("合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    sections=(
        Section("basic", _("基本信息"), ("basic",)),
        Section("lots", _("采购包"), ("lots",)),
        Section("terms", _("资格与符合性"), ("qualification", "conformity")),
        Section("scheme", _("评分办法"), ("scheme",)),
        Section("timetable", _("时间安排"), ("timetable",)),
        Section("documents", _("采购文件"), ("documents",)),
        Section("custodians", _("密钥托管"), ("custodians",)),
    ),
    demands=completeness.OPEN_TENDER,
    termination_article="《政府采购法》第三十六条第（四）项",
    next={
        "draft": _("采购代理机构完善采购文件，提交采购人审核"),
        "review": _("采购人审核采购文件"),
        "approved": _("采购代理机构发布招标公告"),
        "announced": _("投标截止，同时开标"),
        "closed": _("主持人宣布开标"),
        "opening": _("开标正在进行，开标结束后进入评审"),
        "opened": _("抽取评审专家，组建评标委员会"),
        "evaluating": _("评标委员会评审，提交评审报告"),
        "evaluated": _("采购人按排名顺序确定中标人"),
        "winner_confirmed": _("发布中标结果公告，发出中标通知书"),
        "award_notified": _("采购人与中标人签订合同"),
        "contracted": _("公告合同并报财政部门备案，组织履约验收"),
        "archived": _("采购活动已结束，档案已归档"),
        "failed": _("本次采购废标，采购人可重新组织采购"),
        "terminated": _("本次采购已终止"),
    },
)

INVITED_TENDER = by_invitation(
    OPEN_TENDER,
    PURCHASE,
    OF_PURCHASE,
    publish=_("采购代理机构发布公告，同时向受邀供应商发出投标邀请书"),
)

FRAMEWORK = by_framework(OPEN_TENDER)

PREQUALIFIED_TENDER = prequalified.prequalified(
    OPEN_TENDER,
    prequalified.PURCHASE,
    variant="prequalified",
    dates=prequalified.PURCHASE_DATES,
    remedies=("prequal_challenge",),
)

MARKET = Market(
    slug="procurement",
    title=_("政府采购"),
    prefix="ZC",
    passing=passing.PURCHASING,
    has_budget_levels=True,
    methods={
        m.slug: m
        for m in (
            OPEN_TENDER,
            INVITED_TENDER,
            PREQUALIFIED_TENDER,
            CONSULTATION,
            NEGOTIATION,
            INQUIRY,
            SINGLE_SOURCE,
            FRAMEWORK,
            MINI_COMPETITION,
        )
    },
    categories={"goods": _("货物"), "services": _("服务")},
    classes={"goods": {"D01": _("货物")}, "services": {"D03": _("服务")}},
    words={
        "purchaser": _("采购人"),
        "agency": _("代理机构"),
        "bidder": _("供应商"),
        "lot": _("采购包"),
        "lot_number": _("第 %(number)s 包"),
        "number": _("包"),
        "budget": _("预算（元）"),
        "limit": _("最高限价（元）"),
        "documents": _("采购文件"),
        "lots_listed": _("采购包一览"),
        "add_lot": _("增加采购包"),
        "remove_lot": _("删除这个采购包？"),
        "no_lots": _("还没有采购包"),
        "no_lots_hint": _("每个采购包单独报价、单独定标。"),
        "after_lots": _("下一节：资格与符合性"),
        "submit": _("提交采购人审核"),
        "submitted": _("已提交，等待采购人审核。"),
        "returned": _("采购人退回修改"),
        "locked": _("已提交审核，内容锁定；需要修改请采购人退回。"),
        "read_only": _("由代理机构编辑，这里只读。"),
        "wait_for_draft": _("等待代理机构完善并提交。"),
        "approve_detail": _("通过后由代理机构发布公告。"),
        "wait_for_publication": _("审核已通过，等待代理机构发布。"),
        "cancel": _("采购任务取消，终止本项目"),
        "sections": _("采购文件各节"),
        "publish": _("发布招标公告"),
        "publish_hint": _(
            "下面就是将要公开的全文。发布后文本、日期和托管公钥按摘要冻结，之后的变更只能发布更正或澄清公告。"
        ),
        "qualification": _("供应商资格条件"),
        "qualification_hint": _("依据政府采购法第二十二条；由采购人或代理机构在开标后审查。"),
        "qualification_listed": _("供应商资格条件一览"),
        "no_files": _("还没有文件。采购文件必须上传，技术需求和合同草案可以单独上传。"),
        "questions_tab": _("澄清答疑"),
        "takers_tab": _("获取文件的供应商"),
        "register": _("报名并获取采购文件"),
        "register_hint": _(
            "报名后即可免费下载采购文件、提出疑问。谁报了名、有几家报名，在开标前对任何人保密，包括采购人、代理机构和交易中心。"
        ),
        "registered": _("已报名的采购包"),
        "registered_all": _("所有采购包都已报名。"),
        "registering_lots": _("报名的采购包"),
        "registered_now": _("报名成功，可以获取采购文件了。报名情况在开标前保密。"),
        "amend_summary": _("采购需求概况"),
        "bids_close_at": _("投标截止暨开标时间"),
        "amend_bids_close_at": _("新的投标截止时间"),
        "amend_affects_bids": _("可能影响投标文件编制"),
        "amend_reason_help": _("公告正文。写明更正前后的内容，供应商据此修改投标文件。"),
        "amend_affects_help": _(
            "是的话，距投标截止不足 15 日须顺延（政府采购法实施条例第三十一条）。"
        ),
        "moved": _("距投标截止不足十五日：若可能影响投标文件编制，发布后投标截止时间将顺延至"),
        "questions_hint": _(
            "应在收到之日起三个工作日内答复（政府采购法实施条例第五十二条）。提问单位对代理机构也不公开。"
        ),
        "retender": _("重新采购"),
        "retender_hint": _("再次采购会带入前次的内容；日期、密钥和批准文号须重新确定。"),
        "terminate": _("终止采购活动"),
        "terminate_hint": _(
            "因重大变故采购任务取消的，采购人可以终止采购活动并公告理由（政府采购法第三十六条）。终止后不能恢复。"
        ),
        "winner_label": _("中标人"),
        "desk_draft": _("完善采购文件，提交审核"),
        "desk_redraft": _("按退回意见修改采购文件"),
        "desk_wait": _("等待采购人审核"),
        "desk_review": _("审核采购文件"),
        "desk_answer": _("答复供应商疑问"),
        "desk_partner": _("与采购人签订合同"),
        "submitted_now": _("已提交采购人审核。"),
        "approved_now": _("审核通过。文本已按摘要锁定，代理机构可以发布。"),
        "returned_now": _("已退回代理机构修改。"),
        "confirmed_now": _("中标人已确定。"),
        "result_now": _("结果已公告，中标通知书和结果通知书正在签发。"),
        "contract_now": _("合同已登记，请在两个工作日内公告。"),
        "registered_already": _("已报名"),
        "amount_total": _("中标金额合计"),
        "budget_total": _("对应预算"),
        "get_documents": _("获取采购文件"),
        "takers": _("获取采购文件的供应商"),
        "no_takers": _("没有供应商报名"),
        "registering": _("报名"),
        "documents_hint": _("下载后请核对摘要。文件如有更正，将另发更正公告并更新本页。"),
        "digest": _("采购文件摘要"),
        "versions": _("采购文件各版本"),
        "version": _("采购文件第 %(number)s 版全文"),
        "failed_lots": _("废标的采购包"),
        "closes_moved": _("投标截止时间变更"),
        "confirm": _("确定中标人"),
        "confirm_ask": _("确定中标人？"),
        "confirm_hint": _(
            "自收到评审报告之日起 %(confirm_winner)s"
            "内，按评审报告推荐的顺序确定；逾期未确定又不说明理由的，视为确定排名第一的候选人"
            "（87号令第六十八条）。"
        ),
        "result_hint": _(
            "自中标人确定之日起 %(result_notice)s"
            "内公告结果，同日发出中标通知书（政府采购法实施条例第四十三条）。"
        ),
        "result": _("发布中标结果公告"),
        "result_ask": _("发布中标结果公告？"),
        "candidates": _("中标候选人"),
        "candidate": _("候选人"),
        "report": _("评审报告"),
        "panel": _("评标委员会"),
        "rejected": _("投标无效"),
        "scheme": _("评审方法"),
        "opening_record": _("开标记录"),
        "offer": _("投标报价（元）"),
        "won": _("中标"),
        "winner_paper": _("中标通知书"),
        "papers": _("通知书"),
        "winner": _("中标供应商"),
        "amount": _("中标金额"),
        "rank": _("排名"),
        "ranking": _("中标候选人排序"),
        "delivery": _("交付或服务期限"),
        "result_remedy": _(
            "公告期限一个工作日。供应商对结果有异议的，可在公告期限届满之日起七个工作日内提出质疑（政府采购法第五十二条）。"
        ),
        "contracts_hint": _(
            "自中标通知书发出之日起三十日内签订；签订后二个工作日内公告、七个工作日内备案。"
        ),
        "contract_side": _("供应商"),
        "closes_first": _("若今天发布：投标截止最早"),
        "start_price": _("最高限价"),
        "value": _("预算金额"),
        "no_taker": _("投标截止时没有供应商报名。"),
        "nobody_let_in": _("报名的供应商均未按时足额交纳保证金。"),
        "unsold": _("没有有效报价。"),
    },
)
