"""The statutory periods as data: one row a rule, with its article, its dates and its confidence.

A rule is looked up with `effective_from <= day < effective_to`, by market, method, region and
budget level; the most specific row of a code wins, so that a city overrides by rows of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kernel.calendar import Unit
from kernel.text import gettext_noop as _

Bound = Literal["min", "max"]
Confidence = Literal["statute", "rule", "unverified", "design"]

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


@dataclass(frozen=True)
class Scope:
    """What a rule is looked up by: the kind of procurement, the place and the day that pins it."""

    market: str = "procurement"
    method: str = "open_tender"
    region: str = ""
    budget_level: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Period:
    """At least or at most so many days from one date to another, and who says so."""

    code: str
    title: str
    bound: Bound
    value: int
    unit: Unit
    anchor: str
    target: str
    source: str
    article: str
    confidence: Confidence = "statute"
    effective_from: date = date(2015, 3, 1)
    effective_to: date | None = None
    market: str = "procurement"
    method: str = ""
    region: str = ""
    budget_level: str = ""
    rolls: bool = False

    def applies_to(self, scope: Scope, on: date) -> bool:
        """Tell whether the row is in force on that day for that scope; empty fields mean any."""
        if not self.effective_from <= on < (self.effective_to or date.max):
            return False
        return all(not own or own == asked for own, asked in zip(*_keys(self, scope), strict=True))

    @property
    def specificity(self) -> int:
        """Count the fields that narrow the row: the narrower row wins over the wider one."""
        return sum(map(bool, (self.method, self.region, self.budget_level)))


def in_force(scope: Scope, on: date, rows: Iterable[Period]) -> tuple[Period, ...]:
    """Give the row that applies for each code, in the order of the table."""
    chosen: dict[str, Period] = {}
    for row in rows:
        if row.applies_to(scope, on):
            known = chosen.get(row.code)
            if known is None or row.specificity >= known.specificity:
                chosen[row.code] = row
    return tuple(chosen.values())


def _keys(row: Period, scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        (row.market, row.method, row.region, row.budget_level),
        (scope.market, scope.method, scope.region, scope.budget_level),
    )


LAW_2003 = date(2003, 1, 1)
M87_2017 = date(2017, 10, 1)

PERIODS: Final = (
    Period(
        code="notice_stays",
        title=_("公告期限"),
        bound="min",
        value=5,
        unit="WD",
        anchor="announced",
        target="notice_until",
        source="M87 16",
        article="《政府采购货物和服务招标投标管理办法》第十六条",
        confidence="rule",
        effective_from=M87_2017,
    ),
    Period(
        code="prequalification",
        title=_("资格预审申请期"),
        bound="min",
        value=5,
        unit="WD",
        anchor="announced",
        target="prequalification_close",
        source="GPR 21",
        article="《政府采购法实施条例》第二十一条",
    ),
    Period(
        code="document_offer",
        title=_("采购文件提供期限"),
        bound="min",
        value=5,
        unit="WD",
        anchor="documents_from",
        target="documents_until",
        source="GPR 31",
        article="《政府采购法实施条例》第三十一条",
    ),
    Period(
        code="bid_preparation",
        title=_("投标准备期"),
        bound="min",
        value=20,
        unit="CAL",
        anchor="documents_from",
        target="bids_close",
        source="GPL 35",
        article="《政府采购法》第三十五条",
        effective_from=LAW_2003,
        method="open_tender",
    ),
    Period(
        code="clarification",
        title=_("影响投标文件编制的澄清或修改"),
        bound="min",
        value=15,
        unit="CAL",
        anchor="clarified",
        target="bids_close",
        source="GPR 31",
        article="《政府采购法实施条例》第三十一条",
        method="open_tender",
    ),
    Period(
        code="inquiry_answer",
        title=_("答复询问"),
        bound="max",
        value=3,
        unit="WD",
        anchor="inquired",
        target="inquiry_answered",
        source="GPR 52",
        article="《政府采购法实施条例》第五十二条",
    ),
    Period(
        code="document_challenge",
        title=_("对采购文件提出质疑"),
        bound="max",
        value=7,
        unit="WD",
        anchor="notice_until",
        target="document_challenge_until",
        source="GPL 52",
        article="《政府采购法》第五十二条",
        effective_from=LAW_2003,
    ),
    Period(
        code="report",
        title=_("送交评审报告"),
        bound="max",
        value=2,
        unit="WD",
        anchor="evaluated",
        target="report_delivered",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="confirm_winner",
        title=_("确定中标供应商"),
        bound="max",
        value=5,
        unit="WD",
        anchor="report_delivered",
        target="winner_confirmed",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="result_notice",
        title=_("结果公告与中标通知书"),
        bound="max",
        value=2,
        unit="WD",
        anchor="winner_confirmed",
        target="result_published",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="result_stays",
        title=_("中标结果公告期限"),
        bound="min",
        value=1,
        unit="WD",
        anchor="result_published",
        target="result_until",
        source="M87 69",
        article="《政府采购货物和服务招标投标管理办法》第六十九条",
        confidence="rule",
        effective_from=M87_2017,
    ),
    Period(
        code="result_challenge",
        title=_("对中标结果提出质疑"),
        bound="max",
        value=7,
        unit="WD",
        anchor="result_until",
        target="result_challenge_until",
        source="GPL 52",
        article="《政府采购法》第五十二条",
        effective_from=LAW_2003,
    ),
    Period(
        code="challenge_answer",
        title=_("答复质疑"),
        bound="max",
        value=7,
        unit="WD",
        anchor="challenged",
        target="challenge_answered",
        source="GPL 53",
        article="《政府采购法》第五十三条",
        effective_from=LAW_2003,
    ),
    Period(
        code="complaint",
        title=_("提出投诉"),
        bound="max",
        value=15,
        unit="WD",
        anchor="challenge_answered",
        target="complaint_until",
        source="GPL 55",
        article="《政府采购法》第五十五条",
        effective_from=LAW_2003,
    ),
    Period(
        code="complaint_decision",
        title=_("处理投诉"),
        bound="max",
        value=30,
        unit="WD",
        anchor="complained",
        target="complaint_decided",
        source="GPL 56",
        article="《政府采购法》第五十六条",
        effective_from=LAW_2003,
    ),
    Period(
        code="suspension",
        title=_("暂停采购活动"),
        bound="max",
        value=30,
        unit="CAL",
        anchor="suspended",
        target="resumed",
        source="GPL 57",
        article="《政府采购法》第五十七条",
        effective_from=LAW_2003,
    ),
    Period(
        code="contract",
        title=_("签订合同"),
        bound="max",
        value=30,
        unit="CAL",
        anchor="result_published",
        target="contract_signed",
        source="GPL 46",
        article="《政府采购法》第四十六条",
        effective_from=LAW_2003,
    ),
    Period(
        code="contract_publication",
        title=_("公告合同"),
        bound="max",
        value=2,
        unit="WD",
        anchor="contract_signed",
        target="contract_published",
        source="GPR 50",
        article="《政府采购法实施条例》第五十条",
    ),
    Period(
        code="contract_filing",
        title=_("合同备案"),
        bound="max",
        value=7,
        unit="WD",
        anchor="contract_signed",
        target="contract_filed",
        source="GPL 47",
        article="《政府采购法》第四十七条",
        effective_from=LAW_2003,
    ),
    Period(
        code="loser_deposits",
        title=_("退还未中标供应商保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="result_published",
        target="loser_deposits_returned",
        source="GPR 33",
        article="《政府采购法实施条例》第三十三条",
    ),
    Period(
        code="winner_deposit",
        title=_("退还中标供应商保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="contract_signed",
        target="winner_deposit_returned",
        source="GPR 33",
        article="《政府采购法实施条例》第三十三条",
    ),
    Period(
        code="termination_deposits",
        title=_("终止后退还保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="terminated",
        target="termination_deposits_returned",
        source="M87 29",
        article="《政府采购货物和服务招标投标管理办法》第二十九条",
        confidence="rule",
        effective_from=M87_2017,
    ),
    Period(
        code="supervisor_publicity",
        title=_("社会监督员人选公示"),
        bound="min",
        value=5,
        unit="WD",
        anchor="supervisor_publicised",
        target="supervisor_appointed",
        source="design",
        article="本平台社会监督员管理规则",
        confidence="design",
    ),
    Period(
        code="supervision_record",
        title=_("提交监督记录"),
        bound="max",
        value=2,
        unit="WD",
        anchor="supervised",
        target="supervision_recorded",
        source="design",
        article="本平台社会监督员管理规则",
        confidence="design",
    ),
)
