"""Challenges, objections, complaints and suspension; and the platform's own terms."""

from decimal import Decimal
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BLR, GPL, M94, RECONSIDERATION, own_rule
from trading.periods.rule import Figure, Period, Reach

PROCUREMENT: Final = Reach("procurement")
CONSTRUCTION: Final = Reach("construction")
SALES: Final = own_rule("本平台产权和土地交易异议处理规则")
"""What the law leaves to the disclosure and to the exchange (rulebook 7)."""
CORRECTING: Final = own_rule("本平台投诉书补正规则")
"""The law asks for a reasonable time to mend a complaint and names none (M94 21)."""
SUPERVISORS: Final = own_rule("本平台社会监督员管理规则")
STAFF: Final = own_rule("本平台工作人员考核规则")

PROCUREMENT_REMEDIES: Final = (
    Period("challenge_answer", _("答复质疑"), "max", 7, "WD", "challenged", "challenge_answered",
           GPL.art(53), PROCUREMENT),
    Period("complaint", _("提出投诉"), "max", 15, "WD", "challenge_answered", "complaint_until",
           GPL.art(55), PROCUREMENT),
    Period("complaint_check", _("审查投诉书"), "max", 5, "WD", "complained", "complaint_checked",
           M94.art(21, "statute"), PROCUREMENT),
    Period("complaint_correction", _("补正投诉书（最长）"), "max", 10, "WD", "complaint_returned",
           "complaint_corrected", CORRECTING, PROCUREMENT),
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


def _to_an_authority(market: Reach) -> tuple[Period, ...]:
    """Give the clocks of a complaint where the law leaves them to the place (rulebook 7)."""
    return (
        Period("complaint", _("提出投诉"), "max", 10, "WD", "objection_answered",
               "complaint_until", SALES, market),
        Period("complaint_check", _("审查投诉书"), "max", 5, "WD", "complained",
               "complaint_checked", SALES, market),
        Period("complaint_decision", _("处理投诉"), "max", 30, "WD", "complaint_checked",
               "complaint_decided", SALES, market),
        Period("suspension", _("暂停交易活动"), "max", 30, "CAL", "suspended", "resumed",
               SALES, market),
    )  # fmt: skip


PROPERTY_REMEDIES: Final = (
    Period("objection_answer", _("答复异议"), "max", 5, "WD", "objected", "objection_answered",
           SALES, Reach("property")),
    Period("agreement_objection", _("对协议转让公告提出异议"), "max", 5, "WD", "announced",
           "agreement_objection_until", SALES, Reach("property", ("direct_agreement",))),
    *_to_an_authority(Reach("property")),
)  # fmt: skip

LAND_REMEDIES: Final = (
    Period("objection_answer", _("答复异议"), "max", 5, "WD", "objected", "objection_answered",
           SALES, Reach("land")),
    Period("result_objection", _("对出让结果提出异议"), "max", 5, "WD", "result_published",
           "result_objection_until", SALES, Reach("land")),
    *_to_an_authority(Reach("land")),
)  # fmt: skip

SUPERVISION: Final = (
    Period("supervisor_publicity", _("社会监督员人选公示"), "min", 5, "WD",
           "supervisor_publicised", "supervisor_appointed", SUPERVISORS),
    Period("supervision_record", _("提交监督记录"), "max", 2, "WD", "supervised",
           "supervision_recorded", SUPERVISORS),
)  # fmt: skip

ASSESSMENT: Final = (
    Figure("staff_counted", _("工作人员考核：定量得分占比"), "exact", Decimal(60), "percent",
           STAFF),
    Figure("staff_judged", _("工作人员考核：定性得分占比"), "exact", Decimal(40), "percent", STAFF),
    Figure("staff_excellent", _("工作人员考核：优秀人选（以上）"), "min", Decimal(90), "points",
           STAFF),
    Figure("staff_qualified", _("工作人员考核：合格（以上）"), "min", Decimal(75), "points", STAFF),
    Figure("staff_basic", _("工作人员考核：基本合格（以上）"), "min", Decimal(60), "points", STAFF),
    *(Figure(f"staff_weight_{name}", title, "exact", Decimal(weight), "percent", STAFF)
      for name, title, weight in (
          ("virtue", _("工作人员考核：德的权重（未另定时）"), 20),
          ("ability", _("工作人员考核：能的权重（未另定时）"), 20),
          ("diligence", _("工作人员考核：勤的权重（未另定时）"), 15),
          ("achievement", _("工作人员考核：绩的权重（未另定时）"), 35),
          ("integrity", _("工作人员考核：廉的权重（未另定时）"), 10),
      )),
)  # fmt: skip
"""What the sheet of a centre's staff is added up by; no law fixes it (rulebook 6.4)."""
