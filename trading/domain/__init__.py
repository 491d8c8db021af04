"""The life of a tender and its lots, the facts it leaves, and what is still missing before it may
be published.
"""

from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import recorded
from trading.domain.supplying import CALL_OFF as CALL_OFF
from trading.domain.supplying import FRAMEWORK as FRAMEWORK

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
        "ended": _("合同已终止"),
        "terminated": _("终止"),
    },
    moves={
        "fail": Move(("open", "awarded"), "failed"),
        "award": Move(("open",), "awarded"),
        "reopen": Move(("awarded",), "open"),
        "sign": Move(("awarded",), "contracted"),
        "accept": Move(("contracted",), "accepted"),
        "end": Move(("contracted",), "ended"),
        "terminate": Move(("open",), "terminated"),
    },
)

SIGNED = frozenset({"contracted", "accepted", "ended"})
"""The states of a lot whose contract was signed: what becomes of it is not decided here."""

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

ENQUIRY = Lifecycle(
    name="enquiry",
    initial="asked",
    titles={"asked": _("待答复"), "answered": _("已答复"), "withdrawn": _("已撤回")},
    moves={"answer": Move(("asked",), "answered"), "withdraw": Move(("asked",), "withdrawn")},
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
        "correcting": _("待补正"),
        "accepted": _("处理中"),
        "decided": _("已作出处理决定"),
        "refused": _("不予受理"),
        "withdrawn": _("已撤回"),
    },
    moves={
        "accept": Move(("received",), "accepted"),
        "return": Move(("received",), "correcting"),
        "correct": Move(("correcting",), "received"),
        "refuse": Move(("received", "correcting"), "refused"),
        "copy": Move(("accepted",), None),
        "explain": Move(("accepted",), None),
        "extend": Move(("accepted",), None),
        "hold": Move(("received", "accepted"), None),
        "release": Move(("received", "correcting", "accepted"), None),
        "decide": Move(("accepted",), "decided"),
        "reopen": Move(("decided",), "accepted"),
        "recheck": Move(("refused",), "received"),
        "withdraw": Move(("received", "correcting", "accepted"), "withdrawn"),
    },
)

APPEAL = Lifecycle(
    name="appeal",
    initial="pending",
    titles={"pending": _("审理中"), "closed": _("已审结")},
    moves={"close": Move(("pending",), "closed")},
)
"""The life of an appeal of the authority's ruling, to a reviewing body or a court."""

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

FACTS = recorded.FACTS
