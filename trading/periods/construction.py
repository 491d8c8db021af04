"""Construction: from the documents to the contract."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BL, BLR, own_rule
from trading.periods.rule import Period, Reach

ALL: Final = Reach("construction")
PREQUALIFIED: Final = Reach("construction", ("prequalified_tender",))
TWO_STAGE: Final = Reach("construction", ("two_stage_tender",))
TWO_STAGES: Final = own_rule("本平台两阶段招标规则")

CONSTRUCTION_PERIODS: Final = (
    Period("prequalification_offer", _("资格预审文件发售期"), "min", 5, "CAL",
           "prequalification_from", "prequalification_until", BLR.art(16), ALL),
    Period("prequalification", _("资格预审申请文件提交期"), "min", 5, "CAL",
           "prequalification_until", "prequalification_close", BLR.art(17), ALL),
    Period("prequalification_clarification", _("影响资格预审申请文件编制的澄清或修改"), "min", 3,
           "CAL", "prequalification_clarified", "prequalification_close", BLR.art(21), ALL),
    Period("prequalification_review", _("资格预审审查和通知（预留）"), "min", 3, "CAL",
           "prequalification_close", "documents_from", own_rule("本平台资格预审规则"),
           PREQUALIFIED),
    Period("prequalification_result", _("对资格预审结果提出异议"), "max", 3, "CAL",
           "prequalification_told", "prequalification_result_until",
           own_rule("本平台资格预审规则"), PREQUALIFIED),
    Period("proposal_offer", _("第一阶段招标文件发售期"), "min", 5, "CAL", "proposals_from",
           "proposals_until", BLR.art(16), TWO_STAGE),
    Period("proposals", _("技术建议编制期"), "min", 5, "CAL", "proposals_until",
           "proposals_close", TWO_STAGES, TWO_STAGE),
    Period("proposal_clarification", _("影响技术建议编制的澄清或修改"), "min", 3, "CAL",
           "proposals_clarified", "proposals_close", TWO_STAGES, TWO_STAGE),
    Period("first_stage_objection", _("对第一阶段招标文件提出异议"), "min", 2, "CAL",
           "proposals_close", "first_stage_objection_until", TWO_STAGES, TWO_STAGE, before=True),
    Period("second_document", _("编制第二阶段招标文件（预留）"), "min", 1, "CAL",
           "proposals_close", "documents_from", TWO_STAGES, TWO_STAGE),
    Period("document_offer", _("招标文件发售期"), "min", 5, "CAL", "documents_from",
           "documents_until", BLR.art(16), ALL),
    Period("bid_preparation", _("投标准备期"), "min", 20, "CAL", "documents_from", "bids_close",
           BL.art(24), ALL),
    Period("clarification", _("影响投标文件编制的澄清或修改"), "min", 15, "CAL", "clarified",
           "bids_close", BLR.art(21), ALL),
    Period("candidates_notice", _("公示中标候选人"), "max", 3, "CAL", "report_delivered",
           "candidates_published", BLR.art(54), ALL),
    Period("award_decision", _("评定分离的，定标委员会定标"), "max", 10, "WD", "report_delivered",
           "award_decided", own_rule("本平台评定分离规则"), ALL),
    Period("decision_notice", _("评定分离的，定标后公示中标候选人"), "max", 3, "CAL",
           "award_decided", "candidates_published", own_rule("本平台评定分离规则"), ALL),
    Period("candidates_stay", _("中标候选人公示期"), "min", 3, "CAL", "candidates_published",
           "candidates_until", BLR.art(54), ALL, rolls=True),
    Period("winner_after_publicity", _("公示期满后定标"), "min", 1, "CAL", "candidates_until",
           "winner_confirmed", BLR.art(54, "design"), ALL),
    Period("report_to_regulator", _("向监督部门提交书面报告"), "max", 15, "CAL",
           "winner_confirmed", "regulator_told", BL.art(47), ALL),
    Period("contract", _("签订合同"), "max", 30, "CAL", "award_notified", "contract_signed",
           BL.art(46), ALL),
    Period("withdrawal_deposit", _("退还撤回投标的保证金"), "max", 5, "CAL", "withdrawn",
           "withdrawal_deposit_returned", BLR.art(35), ALL),
    Period("deposits", _("退还投标保证金及利息"), "max", 5, "CAL", "contract_signed",
           "deposits_returned", BLR.art(57), ALL),
)  # fmt: skip
