"""Government procurement: from the announcement to the contract, by method."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import C214, GPL, GPR, INTENT10, M74, M87, M110, own_rule
from trading.periods.rule import Period, Reach

TENDERS: Final = ("open_tender", "invited_tender", "prequalified_tender", "framework")
TALKS: Final = ("negotiation", "inquiry", "consultation")
COMPETED: Final = (*TENDERS, *TALKS)
ALL: Final = Reach("procurement")
OPEN: Final = Reach("procurement", ("open_tender", "framework"))
FRAMEWORK: Final = Reach("procurement", ("framework",))
RESPONSE: Final = _("响应文件编制期")
SOLE: Final = Reach("procurement", ("single_source",))
SOURCES: Final = own_rule("本平台单一来源采购规则")
COMPETING: Final = Reach("procurement", ("mini_competition",))
PREQUALIFIED: Final = Reach("procurement", ("prequalified_tender",))
PREQUALIFYING: Final = own_rule("本平台资格预审规则")

TENDERING: Final = (
    Period("intention", _("公开采购意向"), "min", 30, "CAL", "intention_published", "announced",
           INTENT10.whole("unverified"), ALL),
    Period("notice_stays", _("公告期限"), "min", 5, "WD", "announced", "notice_until",
           M87.art(16), Reach("procurement", ("open_tender", "prequalified_tender", "framework"))),
    Period("single_source_publicity", _("单一来源公示"), "min", 5, "WD", "announced",
           "notice_until", GPR.art(38), SOLE),
    Period("source_objection_answer", _("对单一来源公示的异议组织补充论证并答复"), "max", 5, "WD",
           "notice_until", "source_objection_answered", M74.art(40), SOLE),
    Period("source_response", _("公示期满后答复异议、邀请和编制响应文件"), "min", 6, "WD",
           "notice_until", "bids_close", SOURCES, SOLE),
    Period("clarification", _("影响响应文件编制的澄清或修改"), "min", 3, "WD", "clarified",
           "bids_close", SOURCES, SOLE),
    Period("prequalification", _("资格预审申请期"), "min", 5, "WD", "announced",
           "prequalification_close", GPR.art(21), Reach("procurement", TENDERS)),
    Period("prequalification_review", _("资格预审审查和通知（预留）"), "min", 3, "WD",
           "prequalification_close", "documents_from", PREQUALIFYING, PREQUALIFIED),
    Period("prequalification_result", _("对资格预审结果提出质疑"), "max", 7, "WD",
           "prequalification_told", "prequalification_result_until", GPL.art(52), PREQUALIFIED),
    Period("prequalification_clarification", _("影响资格预审申请文件编制的澄清或修改"), "min", 3,
           "WD", "prequalification_clarified", "prequalification_close", PREQUALIFYING,
           PREQUALIFIED),
    Period("document_offer", _("采购文件提供期限"), "min", 5, "WD", "documents_from",
           "documents_until", GPR.art(31), Reach("procurement", TENDERS)),
    Period("document_offer", _("采购文件提供期限"), "min", 5, "WD", "documents_from",
           "documents_until", C214.art(10), Reach("procurement", ("consultation",))),
    Period("bid_preparation", _("投标准备期"), "min", 20, "CAL", "documents_from", "bids_close",
           GPL.art(35), Reach("procurement", TENDERS)),
    Period("bid_preparation", RESPONSE, "min", 3, "WD", "documents_from", "bids_close",
           M74.art(29), Reach("procurement", ("negotiation",))),
    Period("bid_preparation", RESPONSE, "min", 3, "WD", "documents_from", "bids_close",
           M74.art(45), Reach("procurement", ("inquiry",))),
    Period("bid_preparation", RESPONSE, "min", 10, "CAL", "documents_from", "bids_close",
           C214.art(10), Reach("procurement", ("consultation",))),
    Period("bid_preparation", _("二次竞价的响应时间"), "min", 1, "WD", "documents_from",
           "bids_close", own_rule("本平台二次竞价规则"), COMPETING),
    Period("clarification", _("影响投标文件编制的澄清或修改"), "min", 15, "CAL", "clarified",
           "bids_close", GPR.art(31), Reach("procurement", TENDERS)),
    Period("clarification", _("影响响应文件编制的澄清或修改"), "min", 5, "CAL", "clarified",
           "bids_close", C214.art(10), Reach("procurement", ("consultation",))),
    Period("clarification", _("影响响应文件编制的澄清或修改"), "min", 3, "WD", "clarified",
           "bids_close", M74.art(29), Reach("procurement", ("negotiation",))),
    Period("clarification", _("影响响应文件编制的澄清或修改"), "min", 3, "WD", "clarified",
           "bids_close", M74.art(45), Reach("procurement", ("inquiry",))),
    Period("inquiry_answer", _("答复询问"), "max", 3, "WD", "inquired", "inquiry_answered",
           GPR.art(52), ALL),
    Period("document_challenge", _("对采购文件提出质疑"), "max", 7, "WD", "notice_until",
           "document_challenge_until", GPL.art(52), OPEN),
    Period("document_challenge", _("对采购文件提出质疑"), "max", 7, "WD", "documents_from",
           "document_challenge_until", GPL.art(52),
           Reach("procurement", ("invited_tender", "prequalified_tender", "single_source",
                                 "mini_competition", *TALKS))),
)  # fmt: skip

AWARDING: Final = (
    Period("report", _("送交评审报告"), "max", 2, "WD", "evaluated", "report_delivered",
           GPR.art(43), ALL),
    Period("confirm_winner", _("确定中标、成交供应商"), "max", 5, "WD", "report_delivered",
           "winner_confirmed", GPR.art(43), ALL),
    Period("result_notice", _("结果公告与中标、成交通知书"), "max", 2, "WD", "winner_confirmed",
           "result_published", GPR.art(43), ALL),
    Period("result_stays", _("中标、成交结果公告期限"), "min", 1, "WD", "result_published",
           "result_until", M87.art(69), ALL),
    Period("result_challenge", _("对中标、成交结果提出质疑"), "max", 7, "WD", "result_until",
           "result_challenge_until", GPL.art(52), ALL),
    Period("contract", _("签订合同"), "max", 30, "CAL", "result_published", "contract_signed",
           GPL.art(46), ALL),
    Period("contract_publication", _("公告合同"), "max", 2, "WD", "contract_signed",
           "contract_published", GPR.art(50), ALL),
    Period("contract_filing", _("合同备案"), "max", 7, "WD", "contract_signed", "contract_filed",
           GPL.art(47), ALL),
    Period("loser_deposits", _("退还未中标、未成交供应商保证金"), "max", 5, "WD",
           "result_published", "loser_deposits_returned", GPR.art(33), ALL),
    Period("winner_deposit", _("退还中标、成交供应商保证金"), "max", 5, "WD", "contract_signed",
           "winner_deposit_returned", GPR.art(33), ALL),
    Period("termination_deposits", _("终止后退还保证金"), "max", 5, "WD", "terminated",
           "termination_deposits_returned", M87.art(29), ALL),
)  # fmt: skip

CALLING: Final = (
    Period("call_off_answer", _("供应商答复框架协议采购"), "max", 2, "WD", "called_off",
           "call_off_answered", own_rule("本平台框架协议规则"), FRAMEWORK),
    Period("call_off_notice", _("公告框架协议成交结果"), "max", 2, "WD", "call_off_answered",
           "call_off_published", M110.whole(), FRAMEWORK),
)  # fmt: skip

PROCUREMENT_PERIODS: Final = (*TENDERING, *AWARDING, *CALLING)
