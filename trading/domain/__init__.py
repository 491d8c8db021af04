"""The life of a tender and its lots, the facts it leaves, and what is still missing before it may
be published.
"""

from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

TENDER = Lifecycle(
    name="tender",
    initial="draft",
    titles={
        "draft": _("起草"),
        "review": _("待采购人审核"),
        "approved": _("待发布"),
        "announced": _("公告中"),
        "closed": _("已截止"),
        "opening": _("开标中"),
        "opened": _("开标结束"),
        "evaluating": _("评审中"),
        "evaluated": _("评审结束"),
        "winner_confirmed": _("中标人已确定"),
        "award_notified": _("结果已公告"),
        "contracted": _("合同已签订"),
        "archived": _("已归档"),
        "failed": _("废标"),
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
        "submit_report": Move(("evaluating",), "evaluated"),
        "confirm_winner": Move(("evaluated",), "winner_confirmed"),
        "publish_result": Move(("winner_confirmed",), "award_notified"),
        "reevaluate": Move(("evaluated", "winner_confirmed", "award_notified"), "evaluating"),
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
                "evaluated",
            ),
            "terminated",
        ),
    },
)

LOT = Lifecycle(
    name="lot",
    initial="open",
    titles={
        "open": _("进行中"),
        "failed": _("废标"),
        "awarded": _("已定标"),
        "contracted": _("已签合同"),
        "accepted": _("已验收"),
        "terminated": _("终止"),
    },
    moves={
        "fail": Move(("open", "awarded"), "failed"),
        "award": Move(("open",), "awarded"),
        "reopen": Move(("awarded",), "open"),
        "sign": Move(("awarded",), "contracted"),
        "accept": Move(("contracted",), "accepted"),
        "terminate": Move(("open",), "terminated"),
    },
)

SIGNED = frozenset({"contracted", "accepted"})
"""The states of a lot whose contract binds."""

CHALLENGE = Lifecycle(
    name="challenge",
    initial="filed",
    titles={
        "filed": _("待受理"),
        "accepted": _("答复中"),
        "answered": _("已答复"),
        "rejected": _("不予受理"),
        "withdrawn": _("已撤回"),
    },
    moves={
        "accept": Move(("filed",), "accepted"),
        "reject": Move(("filed",), "rejected"),
        "answer": Move(("accepted",), "answered"),
        "withdraw": Move(("filed", "accepted"), "withdrawn"),
    },
)

PRIORITY_INQUIRY = Lifecycle(
    name="priority_inquiry",
    initial="asked",
    titles={
        "asked": _("等待答复"),
        "exercised": _("行使优先购买权"),
        "waived": _("放弃"),
        "lapsed": _("逾期未答复，视为放弃"),
    },
    moves={
        "exercise": Move(("asked",), "exercised"),
        "waive": Move(("asked",), "waived"),
        "lapse": Move(("asked",), "lapsed"),
    },
)

COMPLAINT = Lifecycle(
    name="complaint",
    initial="received",
    titles={
        "received": _("待审查"),
        "accepted": _("处理中"),
        "decided": _("已作出处理决定"),
        "refused": _("不予受理"),
        "withdrawn": _("已撤回"),
    },
    moves={
        "accept": Move(("received",), "accepted"),
        "refuse": Move(("received",), "refused"),
        "extend": Move(("accepted",), None),
        "hold": Move(("received", "accepted"), None),
        "release": Move(("received", "accepted"), None),
        "decide": Move(("accepted",), "decided"),
        "withdraw": Move(("received", "accepted"), "withdrawn"),
    },
)

FRAMEWORK = Lifecycle(
    name="framework",
    initial="shortlisted",
    titles={
        "shortlisted": _("待签订框架协议"),
        "in_force": _("协议有效"),
        "ended": _("协议期满"),
        "terminated": _("协议解除"),
        "withdrawn": _("已退出协议"),
    },
    moves={
        "sign": Move(("shortlisted",), "in_force"),
        "ask_withdrawal": Move(("in_force",), None),
        "refuse_withdrawal": Move(("in_force",), None),
        "accept_withdrawal": Move(("in_force",), "withdrawn"),
        "end": Move(("in_force",), "ended"),
        "terminate": Move(("shortlisted", "in_force"), "terminated"),
    },
)
"""The life of a framework agreement with one supplier: it is called only while in force, and only
with a good reason does a supplier get out of it before its last day.
"""

CALL_OFF = Lifecycle(
    name="call_off",
    initial="asked",
    titles={
        "asked": _("待供应商答复"),
        "accepted": _("成交，待签订合同"),
        "contracted": _("合同已签订"),
        "failed": _("未成交"),
    },
    moves={
        "accept": Move(("asked",), "accepted"),
        "skip": Move(("asked", "accepted"), "asked"),
        "fail": Move(("asked", "accepted"), "failed"),
        "publish": Move(("accepted", "contracted"), None),
        "sign": Move(("accepted",), "contracted"),
    },
)
"""The life of one call-off: a supplier is asked and accepts; where it does not, the next in turn is
asked, or nobody.
"""

NOTICE_KINDS = {
    "pre_disclosure": _("信息预披露公告"),
    "prequalification": _("资格预审公告"),
    "prequal_amendment": _("资格预审更正公告"),
    "first_stage": _("第一阶段招标公告"),
    "first_amendment": _("第一阶段更正公告"),
    "tender": _("招标公告"),
    "sole_source": _("单一来源公示"),
    "source_answer": _("单一来源公示异议处理结果"),
    "amendment": _("更正公告"),
    "extension": _("延长披露公告"),
    "repricing": _("重新披露公告"),
    "clarification": _("澄清公告"),
    "failure": _("废标公告"),
    "no_retender": _("不再进行招标公告"),
    "termination": _("终止公告"),
    "candidates": _("中标候选人公示"),
    "reevaluation": _("重新评标公告"),
    "result": _("中标结果公告"),
    "passed_over": _("取消中标资格公告"),
    "voided": _("成交结果无效公告"),
    "disqualified": _("取消投标人资格公告"),
    "contract": _("合同公告"),
    "acceptance": _("履约验收公告"),
    "call_off": _("框架协议成交结果公告"),
    "scores": _("成绩公告"),
    "hire": _("拟聘用人员公示"),
    "suspension": _("暂停公告"),
    "resumption": _("恢复公告"),
    "complaint_decision": _("投诉处理决定公告"),
}
STAGES = {
    "whole": ("whole",),
    "two": ("technical", "price"),
    "last": ("technical", "price"),
}
"""The stages of a bid that are sealed and opened by themselves (sealing.md 4.1)."""
WINDOWS = {
    "whole": (("whole",),),
    "two": (("technical", "price"),),
    "last": (("technical",), ("price",)),
}
"""The stages that are handed in together, before a deadline of their own: a last quote has one."""
PRICES_APART = frozenset({"two", "last"})
"""Where nobody knows a price before the bids have been judged without it."""

PHASES = {
    "draft": _("起草"),
    "announced": _("公告"),
    "opening": _("开标"),
    "evaluating": _("评审"),
    "evaluated": _("定标"),
    "award_notified": _("结果公告"),
    "contracted": _("合同"),
    "archived": _("归档"),
}
"""The states that begin a phase, in the order a reader is shown them."""

FACTS = (
    facts(
        Reach.PUBLIC,
        {
            "tender.pre_disclosed": _("发布信息预披露公告"),
            "tender.prequal_published": _("发布资格预审公告"),
            "tender.prequal_amended": _("发布资格预审更正公告"),
            "tender.applications_closed": _("资格预审申请截止"),
            "tender.prequal_closed": _("资格预审结束"),
            "tender.first_stage_published": _("发布第一阶段招标公告"),
            "tender.first_stage_amended": _("发布第一阶段更正公告"),
            "tender.proposals_closed": _("技术建议提交截止"),
            "tender.published": _("发布招标公告"),
            "tender.source_publicised": _("公示拟定的唯一供应商"),
            "tender.source_answered": _("公布单一来源公示异议的处理结果"),
            "tender.source_dropped": _("异议成立，终止单一来源采购"),
            "tender.amended": _("发布更正公告"),
            "tender.extended": _("延长信息披露"),
            "tender.lapsed": _("期满无人登记"),
            "tender.repriced": _("调整条件重新披露"),
            "tender.reserve_sealed": _("密封底价"),
            "tender.deadline_moved": _("投标截止时间变更"),
            "clarification.published": _("发布澄清"),
            "tender.closed": _("投标截止"),
            "tender.opened": _("开始开标"),
            "tender.record_confirmed": _("开标记录确认"),
            "tender.committee_seated": _("评审委员会就位"),
            "tender.talks_begun": _("开始磋商、谈判"),
            "tender.quotes_requested": _("要求提交最后报价"),
            "tender.quotes_closed": _("最后报价截止"),
            "tender.evaluated": _("评审结束"),
            "tender.auction_started": _("开始竞价"),
            "lot.reserve_opened": _("公布底价"),
            "lot.priced": _("标的价格形成"),
            "lot.voided": _("成交结果无效"),
            "lot.annulled": _("质疑、投诉成立，结果无效"),
            "tender.price_formed": _("价格全部形成"),
            "award.draw_committed": _("公布定标抽签的种子承诺"),
            "tender.candidates_published": _("公示中标候选人"),
            "award.passed_over": _("取消中标资格"),
            "bidder.disqualified": _("取消投标人资格"),
            "tender.reevaluated": _("重新评标"),
            "tender.bidding_voided": _("投标活动无效"),
            "tender.failed": _("废标"),
            "lot.failed": _("采购包废标"),
            "tender.retendering_stopped": _("依法决定不再进行招标"),
            "tender.terminated": _("终止采购活动"),
            "tender.suspended": _("暂停采购活动"),
            "tender.resumed": _("恢复采购活动"),
            "tender.result_published": _("发布中标结果公告"),
            "tender.contracts_signed": _("合同全部签订"),
            "tender.settled": _("价款按约定结清"),
            "tender.certified": _("出具交易凭证"),
            "contract.published": _("公布合同"),
            "contract.accepted": _("履约验收合格"),
            "framework.signed": _("框架协议已签订"),
            "framework.ended": _("框架协议已期满"),
            "framework.terminated": _("框架协议已解除"),
            "framework.withdrawal_accepted": _("入围供应商退出框架协议"),
            "call_off.published": _("框架协议成交结果已公告"),
            "tender.archived": _("归档"),
            "tender.posts_settled": _("核定招聘岗位"),
            "tender.written_published": _("公布笔试成绩"),
            "tender.scores_corrected": _("更正笔试成绩"),
            "tender.shortlist_confirmed": _("确定面试人员"),
            "tender.ranked": _("公布总成绩和排名"),
            "tender.hire_publicised": _("公示拟聘用人员"),
            "tender.hire_concluded": _("聘用合同签订完毕"),
            "complaint.decided": _("作出投诉处理决定"),
            "calendar.day_declared": _("调整工作日历"),
        },
    )
    | facts(
        Reach.RESTRICTED,
        {
            "tender.drafted": _("创建采购项目"),
            "tender.changed": _("修改采购文件"),
            "tender.submitted": _("提交采购人审核"),
            "tender.returned": _("退回修改"),
            "tender.approved": _("采购人审核通过"),
            "invited.listed": _("提交拟邀请名单"),
            "invited.nonce_given": _("给出抽取受邀供应商的随机数"),
            "invited.drawn": _("随机抽取受邀供应商"),
            "custodian.named": _("指定密钥托管人"),
            "custodian.key_registered": _("托管人登记公钥"),
            "award.narrowed": _("定标委员会票决入围"),
            "award.tied": _("候选人并列第一，须抽签确定"),
            "award.drawn": _("并列第一，抽签确定"),
            "award.stayed": _("候选人并列第一，逾期不视为确定"),
            "award.decided": _("定标委员会定标"),
            "award.confirmed": _("确定中标人"),
            "award.shortfall": _("再行出让、转让的价款低于原成交价"),
            "award.notified": _("发出中标通知书"),
            "award.reported": _("向监督部门提交书面报告"),
            "competition.opened": _("二次竞价已发起"),
            "price.questioned": _("启动异常低价审查"),
            "price.explained": _("提交低价的书面说明"),
            "price.decided": _("异常低价审查结论"),
            "contract.signed": _("签订合同"),
            "contract.filed": _("合同备案"),
            "contract.found_wanting": _("履约验收不合格"),
            "contract.halted": _("通知合同双方中止履行"),
            "priority.asked": _("询问优先购买权人"),
            "priority.answered": _("答复是否行使优先购买权"),
            "framework.notified": _("发出入围通知书"),
            "framework.withdrawal_asked": _("供应商申请退出框架协议"),
            "framework.withdrawal_refused": _("未同意退出框架协议"),
            "call_off.placed": _("提出框架协议采购"),
            "call_off.asked": _("询问供应商"),
            "call_off.accepted": _("供应商接受"),
            "call_off.skipped": _("跳过供应商"),
            "call_off.failed": _("采购未成交"),
            "call_off.signed": _("签订采购合同"),
            "payment.recorded": _("登记价款"),
            "challenge.filed": _("提出质疑"),
            "challenge.noted": _("记录现场异议"),
            "challenge.accepted": _("受理质疑"),
            "challenge.rejected": _("不予受理质疑"),
            "challenge.answered": _("答复质疑"),
            "challenge.withdrawn": _("撤回质疑"),
            "tender.plan_approved": _("核准招聘计划"),
            "standstill.ordered": _("决定暂停"),
            "standstill.lifted": _("解除暂停决定"),
            "complaint.filed": _("提出投诉"),
            "complaint.accepted": _("受理投诉"),
            "complaint.refused": _("不予受理投诉"),
            "complaint.extended": _("投诉检验检测期间不计入期限"),
            "complaint.held": _("责令暂停"),
            "complaint.released": _("解除暂停"),
            "complaint.withdrawn": _("撤回投诉"),
        },
    )
    | facts(
        Reach.WITHHELD,
        {
            "bidder.registered": _("报名"),
            "prequal.taken": _("获取资格预审文件"),
            "prequal.submitted": _("提交资格预审申请"),
            "prequal.withdrawn": _("撤回资格预审申请"),
            "prequal.named": _("列为联合体成员"),
            "prequal.joined": _("确认参加联合体"),
            "prequal.left": _("退出联合体"),
            "prequal.reviewed": _("审查资格预审申请"),
            "prequal.decided": _("通知资格预审结果"),
            "proposal.taken": _("获取第一阶段招标文件"),
            "proposal.submitted": _("提交技术建议"),
            "proposal.withdrawn": _("撤回技术建议"),
            "invitation.issued": _("发出投标邀请书"),
            "document.downloaded": _("获取采购文件"),
            "question.asked": _("提出疑问"),
        },
    )
)
