"""The life of an applicant, and the facts a recruitment leaves beside those of its tender."""

from typing import Final

from kernel.facts import Reach, facts
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from recruitment.domain.remedies import RECOUNT, REPORT

__all__ = ["APPLICANT", "FACTS", "OVER", "RECOUNT", "REPORT", "SUBMITTED", "WITHDRAWN"]
APPLICANT = Lifecycle(
    name="applicant",
    initial="submitted",
    titles={
        "submitted": _("待资格审查"),
        "qualified": _("资格审查通过"),
        "refused": _("资格审查未通过"),
        "cancelled": _("岗位取消"),
        "out": _("未进入下一环节"),
        "shortlisted": _("进入面试范围"),
        "verified": _("资格复审通过"),
        "rejected": _("资格复审未通过"),
        "ranked": _("已排名"),
        "passed": _("体检考察合格"),
        "failed": _("体检考察未通过"),
        "publicised": _("拟聘公示"),
        "hired": _("已聘用"),
        "declined": _("未聘用"),
        "disqualified": _("取消资格"),
    },
    moves={
        "qualify": Move(("submitted",), "qualified"),
        "admit": Move(("qualified",), "verified"),
        "refuse": Move(("submitted",), "refused"),
        "cancel": Move(("qualified",), "cancelled"),
        "call": Move(("qualified", "out"), "shortlisted"),
        "leave_out": Move(("qualified", "shortlisted", "verified"), "out"),
        "verify": Move(("shortlisted",), "verified"),
        "reject": Move(("shortlisted",), "rejected"),
        "rank": Move(("verified",), "ranked"),
        "pass": Move(("ranked",), "passed"),
        "fail": Move(("ranked",), "failed"),
        "publicise": Move(("passed",), "publicised"),
        "hire": Move(("publicised",), "hired"),
        "decline": Move(("publicised",), "declined"),
        # Forged papers are found when a check refuses, or after the contract: nobody is past it.
        "disqualify": Move(
            (
                "submitted",
                "qualified",
                "refused",
                "cancelled",
                "out",
                "shortlisted",
                "verified",
                "rejected",
                "ranked",
                "passed",
                "failed",
                "publicised",
                "hired",
                "declined",
            ),
            "disqualified",
        ),
    },
)

OVER: Final = frozenset({"failed", "terminated", "archived"})
"""The states of a recruitment in which nothing of it changes any more."""
SUBMITTED: Final = "application.submitted"
WITHDRAWN: Final = "application.withdrawn"

FACTS = (
    facts(
        Reach.PUBLIC,
        {
            "applications.counted": _("公布报名人数"),
            "post.settled": _("核定岗位"),
            "applicants.called": _("递补进入面试范围"),
            "appraisal.recorded": _("登记民主测评"),
            "appraisal.corrected": _("更正民主测评"),
            "panel.committed": _("冻结考官候选名单"),
            "panel.drawn": _("抽取考官和面试顺序"),
            "interview.scored": _("公布面试成绩"),
            "interview.missed": _("面试缺考"),
            "extra.recorded": _("登记加试成绩"),
            "hire.filed": _("聘用备案"),
        },
    )
    | facts(
        Reach.RESTRICTED,
        {
            "applicant.reviewed": _("资格审查"),
            "applicant.verified": _("资格复审"),
            "applicant.disqualified": _("取消应聘资格"),
            "scripts.marked": _("登记笔试分数"),
            "examiner.recused": _("考官回避"),
            "examiner.replaced": _("更换考官"),
            "interview.marked": _("考官评分"),
            "applicant.checked": _("体检或考察"),
            "hire.contracted": _("签订聘用合同"),
            "hire.declined": _("放弃聘用"),
            "recount.filed": _("申请成绩复核"),
            "recount.answered": _("答复成绩复核"),
            "report.filed": _("举报拟聘用人员"),
            "report.answered": _("答复举报"),
        },
    )
    | facts(
        Reach.WITHHELD,
        {
            SUBMITTED: _("报名应聘"),
            WITHDRAWN: _("撤回报名"),
        },
    )
)
