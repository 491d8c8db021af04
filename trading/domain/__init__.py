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
        "sign_contracts": Move(("award_notified",), "contracted"),
        "archive": Move(("contracted",), "archived"),
        "fail": Move(("closed", "opening", "opened", "evaluating", "evaluated"), "failed"),
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
        "terminated": _("终止"),
    },
    moves={
        "fail": Move(("open",), "failed"),
        "award": Move(("open",), "awarded"),
        "sign": Move(("awarded",), "contracted"),
        "terminate": Move(("open",), "terminated"),
    },
)

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

NOTICE_KINDS = {
    "tender": _("招标公告"),
    "amendment": _("更正公告"),
    "clarification": _("澄清公告"),
    "failure": _("废标公告"),
    "termination": _("终止公告"),
    "result": _("中标结果公告"),
    "contract": _("合同公告"),
    "suspension": _("暂停公告"),
    "resumption": _("恢复公告"),
}
STAGES = {"whole": ("whole",), "two": ("technical", "price")}
"""The stages of a bid that are sealed and opened by themselves (sealing.md 4.1)."""

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
            "tender.published": _("发布招标公告"),
            "tender.amended": _("发布更正公告"),
            "tender.deadline_moved": _("投标截止时间变更"),
            "clarification.published": _("发布澄清"),
            "tender.closed": _("投标截止"),
            "tender.opened": _("开始开标"),
            "tender.record_confirmed": _("开标记录确认"),
            "tender.committee_seated": _("评审委员会就位"),
            "tender.evaluated": _("评审结束"),
            "tender.auction_started": _("开始竞价"),
            "lot.priced": _("标的价格形成"),
            "tender.price_formed": _("价格全部形成"),
            "tender.failed": _("废标"),
            "lot.failed": _("采购包废标"),
            "tender.terminated": _("终止采购活动"),
            "tender.suspended": _("暂停采购活动"),
            "tender.resumed": _("恢复采购活动"),
            "tender.result_published": _("发布中标结果公告"),
            "tender.contracts_signed": _("合同全部签订"),
            "contract.published": _("公布合同"),
            "tender.archived": _("归档"),
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
            "custodian.named": _("指定密钥托管人"),
            "custodian.key_registered": _("托管人登记公钥"),
            "award.confirmed": _("确定中标人"),
            "award.notified": _("发出中标通知书"),
            "contract.signed": _("签订合同"),
            "contract.filed": _("合同备案"),
            "challenge.filed": _("提出质疑"),
            "challenge.accepted": _("受理质疑"),
            "challenge.rejected": _("不予受理质疑"),
            "challenge.answered": _("答复质疑"),
            "challenge.withdrawn": _("撤回质疑"),
        },
    )
    | facts(
        Reach.WITHHELD,
        {
            "bidder.registered": _("报名"),
            "document.downloaded": _("获取采购文件"),
            "question.asked": _("提出疑问"),
        },
    )
)
