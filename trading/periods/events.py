"""The dates of a procurement by name, and the orders they keep."""

from typing import Final

from kernel.text import gettext_noop as _

EVENTS: Final = {
    "announced": _("公告发布"),
    "notice_until": _("公告期限届满"),
    "prequalification_close": _("资格预审申请截止"),
    "documents_from": _("采购文件开始提供"),
    "documents_until": _("采购文件提供截止"),
    "clarified": _("澄清或修改发布"),
    "bids_close": _("投标截止"),
    "evaluated": _("评审结束"),
    "report_delivered": _("评审报告送交采购人"),
    "winner_confirmed": _("采购人确定中标供应商"),
    "result_published": _("发布中标结果公告并发出中标通知书"),
    "result_until": _("中标结果公告期限届满"),
    "contract_signed": _("签订合同"),
    "contract_published": _("公告合同"),
    "contract_filed": _("合同备案"),
    "loser_deposits_returned": _("退还未中标供应商保证金"),
    "winner_deposit_returned": _("退还中标供应商保证金"),
    "terminated": _("终止采购活动"),
    "termination_deposits_returned": _("终止后退还保证金"),
    "inquired": _("收到询问"),
    "inquiry_answered": _("答复询问"),
    "document_challenge_until": _("对采购文件提出质疑截止"),
    "result_challenge_until": _("对中标结果提出质疑截止"),
    "challenged": _("收到质疑"),
    "challenge_answered": _("答复质疑"),
    "complaint_until": _("提出投诉截止"),
    "complained": _("收到投诉"),
    "complaint_decided": _("投诉处理决定"),
    "suspended": _("财政部门书面通知暂停"),
    "resumed": _("恢复采购活动"),
    "extended": _("延长信息披露"),
    "disclosure_until": _("披露期满"),
    "supervisor_publicised": _("社会监督员人选公示"),
    "supervisor_appointed": _("签订监督员聘用协议"),
    "supervised": _("现场监督结束"),
    "supervision_recorded": _("提交监督记录"),
}

SAME_DAY: Final = {"documents_from": "announced", "evaluated": "bids_close"}
"""What is assumed to fall on the same day as another date until somebody says otherwise."""

ORDERS: Final = (
    ("announced", "documents_from"),
    ("documents_from", "documents_until"),
    ("documents_until", "bids_close"),
    ("notice_until", "bids_close"),
    ("bids_close", "evaluated"),
    ("announced", "disclosure_until"),
    ("evaluated", "report_delivered"),
    ("report_delivered", "winner_confirmed"),
    ("winner_confirmed", "result_published"),
    ("result_published", "contract_signed"),
    ("contract_signed", "contract_published"),
    ("contract_signed", "contract_filed"),
    ("inquired", "inquiry_answered"),
    ("challenged", "challenge_answered"),
    ("complained", "complaint_decided"),
    ("suspended", "resumed"),
    ("supervised", "supervision_recorded"),
)
"""Pairs that make no sense the other way round, whatever the law says of the days between."""
