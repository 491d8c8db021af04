"""Challenges, objections, complaints and suspension; and the platform's own terms."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BLR, GPL, M94, RECONSIDERATION, own_rule
from trading.periods.rule import Period, Reach

PROCUREMENT: Final = Reach("procurement")
CONSTRUCTION: Final = Reach("construction")
SUPERVISORS: Final = own_rule("本平台社会监督员管理规则")

PROCUREMENT_REMEDIES: Final = (
    Period("challenge_answer", _("答复质疑"), "max", 7, "WD", "challenged", "challenge_answered",
           GPL.art(53), PROCUREMENT),
    Period("complaint", _("提出投诉"), "max", 15, "WD", "challenge_answered", "complaint_until",
           GPL.art(55), PROCUREMENT),
    Period("complaint_check", _("审查投诉书"), "max", 5, "WD", "complained", "complaint_checked",
           M94.art(21, "statute"), PROCUREMENT),
    Period("complaint_refusal", _("告知不予受理"), "max", 3, "WD", "complaint_checked",
           "complaint_refused", M94.art(21, "statute"), PROCUREMENT),
    Period("complaint_copies", _("发出投诉书副本"), "max", 8, "WD", "complained",
           "complaint_copied", M94.art(21, "statute"), PROCUREMENT),
    Period("complaint_explanation", _("被投诉人书面说明"), "max", 5, "WD", "complaint_copied",
           "complaint_explained", M94.art(22, "unverified"), PROCUREMENT),
    Period("complaint_decision", _("处理投诉"), "max", 30, "WD", "complained",
           "complaint_decided", GPL.art(56), PROCUREMENT),
    Period("suspension", _("暂停采购活动"), "max", 30, "CAL", "suspended", "resumed",
           GPL.art(57), PROCUREMENT),
    Period("reconsideration", _("申请行政复议"), "max", 60, "CAL", "complaint_decided",
           "reconsideration_until", RECONSIDERATION.art(20), PROCUREMENT, rolls=True),
)  # fmt: skip

CONSTRUCTION_REMEDIES: Final = (
    Period("prequalification_objection", _("对资格预审文件提出异议"), "min", 2, "CAL",
           "prequalification_close", "prequalification_objection_until", BLR.art(22),
           CONSTRUCTION, before=True),
    Period("document_objection", _("对招标文件提出异议"), "min", 10, "CAL", "bids_close",
           "document_objection_until", BLR.art(22), CONSTRUCTION, before=True),
    Period("objection_answer", _("答复异议"), "max", 3, "CAL", "objected", "objection_answered",
           BLR.art(22), CONSTRUCTION),
    Period("complaint", _("提出投诉"), "max", 10, "CAL", "matter_known", "complaint_until",
           BLR.art(60), CONSTRUCTION, rolls=True),
    Period("complaint_check", _("受理投诉"), "max", 3, "WD", "complained", "complaint_checked",
           BLR.art(61), CONSTRUCTION),
    Period("complaint_decision", _("处理投诉"), "max", 30, "WD", "complaint_checked",
           "complaint_decided", BLR.art(61), CONSTRUCTION),
)  # fmt: skip

SUPERVISION: Final = (
    Period("supervisor_publicity", _("社会监督员人选公示"), "min", 5, "WD",
           "supervisor_publicised", "supervisor_appointed", SUPERVISORS),
    Period("supervision_record", _("提交监督记录"), "max", 2, "WD", "supervised",
           "supervision_recorded", SUPERVISORS),
)  # fmt: skip
