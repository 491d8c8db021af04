"""What becomes of a deposit: outcome → refund, price or forfeit, by when, by which article.

One table a market (rulebook 2.1 to 2.4). `starts` names the event the term runs from; the term is
the last day on which the money has to have gone back. Where the rules of a project have a row for
it, `period` names that row and its length counts; the days here are for what no row speaks of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kernel.calendar import Unit, WorkCalendar
from kernel.text import gettext_noop as _

Act = Literal["refund", "convert", "forfeit"]
OUTCOMES: Final = {
    "not_counted": _("不计入保证金的款项"),
    "not_bid": _("截止前撤回或未投标"),
    "not_awarded": _("未中标"),
    "contracted": _("中标并签订合同"),
    "failed": _("废标"),
    "terminated": _("终止采购活动"),
    "left": _("提交最后报价前退出"),
    "platform_fault": _("非投标人原因未能解密"),
    "revoked": _("截止后撤销投标"),
    "refused_contract": _("中标后拒签合同"),
    "no_security": _("未按要求提交履约保证金"),
    "fraud": _("串通投标、弄虚作假或行贿"),
}
GROUNDS: Final = ("revoked", "refused_contract", "no_security", "fraud")
"""For which a deposit may be kept; whether it is, somebody decides with a reason."""

GPR_33: Final = "《政府采购法实施条例》第三十三条"
M87_23: Final = "《政府采购货物和服务招标投标管理办法》第二十三条"
M87_29: Final = "《政府采购货物和服务招标投标管理办法》第二十九条"
C214_21: Final = "《政府采购竞争性磋商采购方式管理暂行办法》第二十一条"
M87_38: Final = "《政府采购货物和服务招标投标管理办法》第三十八条"
BLR_31: Final = "《招标投标法实施条例》第三十一条"
BLR_35: Final = "《招标投标法实施条例》第三十五条"
BLR_57: Final = "《招标投标法实施条例》第五十七条"
BLR_74: Final = "《招标投标法实施条例》第七十四条"
EB20_31: Final = "《电子招标投标办法》第三十一条"
LD39_21: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第二十一条"
SA17: Final = "《企业国有产权交易操作规则》"


@dataclass(frozen=True)
class Treatment:
    """What is done with a deposit after an outcome, within how many days of which event."""

    act: Act
    article: str
    starts: str = ""
    days: int = 5
    unit: Unit = "WD"
    with_interest: bool = False
    confidence: str = "statute"
    period: str = ""

    def last_day(self, calendar: WorkCalendar, on: date) -> date:
        """Give the last day of the term when its event falls on a day and no row speaks of it."""
        return calendar.add(on, self.days, self.unit).due


def _refund(
    article: str,
    starts: str,
    period: str = "",
    *,
    unit: Unit = "WD",
    confidence: str = "statute",
) -> Treatment:
    return Treatment("refund", article, starts, unit=unit, confidence=confidence, period=period)


def _with_interest(article: str, starts: str, period: str = "") -> Treatment:
    return Treatment("refund", article, starts, unit="CAL", with_interest=True, period=period)


def _kept(article: str, confidence: str = "statute") -> Treatment:
    return Treatment("forfeit", article, confidence=confidence)


TREATMENTS: Final[Mapping[str, Mapping[str, Treatment]]] = {
    "procurement": {
        # No article names money that is no deposit; it goes back as fast as one not needed.
        "not_counted": _refund(GPR_33, "bids_closed", confidence="design"),
        "not_bid": _refund(M87_38, "bids_closed", confidence="rule"),
        "not_awarded": _refund(GPR_33, "award_notified", "loser_deposits"),
        "contracted": _refund(GPR_33, "contract_signed", "winner_deposit"),
        "failed": _refund(GPR_33, "failed", confidence="design"),
        "terminated": _refund(M87_29, "terminated", "termination_deposits", confidence="rule"),
        "left": _refund(C214_21, "left", confidence="rule"),
        "platform_fault": _refund(EB20_31, "bids_closed", confidence="rule"),
        "revoked": _kept(M87_23, "rule"),
        "refused_contract": _kept(BLR_74, "unverified"),
        "no_security": _kept(BLR_74, "unverified"),
        "fraud": _kept("《政府采购法》第七十七条", "unverified"),
    },
    "construction": {
        "not_counted": _refund(BLR_35, "bids_closed", unit="CAL", confidence="design"),
        "not_bid": _refund(BLR_35, "bids_closed", "withdrawal_deposit", unit="CAL"),
        "not_awarded": _with_interest(BLR_57, "contract_signed", "deposits"),
        "contracted": _with_interest(BLR_57, "contract_signed", "deposits"),
        "failed": _with_interest(BLR_57, "failed"),
        "terminated": _with_interest(BLR_31, "terminated"),
        "left": _refund(BLR_35, "left", unit="CAL", confidence="design"),
        "platform_fault": _refund(EB20_31, "bids_closed", unit="CAL", confidence="rule"),
        "revoked": _kept(BLR_35),
        "refused_contract": _kept(BLR_74),
        "no_security": _kept(BLR_74),
        "fraud": _kept("《招标投标法》第五十三条", "unverified"),
    },
    "property": {
        "not_counted": _refund(SA17, "bids_closed", confidence="design"),
        "not_bid": _refund(SA17, "bids_closed", confidence="unverified"),
        "not_awarded": _refund(SA17, "award_notified", "loser_deposits", confidence="unverified"),
        "contracted": Treatment("convert", SA17, "contract_signed", confidence="unverified"),
        "failed": _refund(SA17, "failed", confidence="unverified"),
        "terminated": _refund(SA17, "terminated", confidence="unverified"),
        "left": _refund(SA17, "left", confidence="design"),
        "platform_fault": _refund(SA17, "bids_closed", confidence="design"),
        "revoked": _kept(SA17, "unverified"),
        "refused_contract": _kept(SA17, "unverified"),
        "no_security": _kept(SA17, "unverified"),
        "fraud": _kept(SA17, "unverified"),
    },
    "land": {
        "not_counted": _refund(LD39_21, "bids_closed", confidence="design"),
        "not_bid": _refund(LD39_21, "bids_closed"),
        "not_awarded": _refund(LD39_21, "price_formed", "loser_deposits"),
        "contracted": Treatment("convert", LD39_21, "contract_signed"),
        "failed": _refund(LD39_21, "failed"),
        "terminated": _refund(LD39_21, "terminated"),
        "left": _refund(LD39_21, "left", confidence="design"),
        "platform_fault": _refund(LD39_21, "bids_closed", confidence="design"),
        "revoked": _kept(LD39_21, "design"),
        "refused_contract": _kept(LD39_21, "design"),
        "no_security": _kept(LD39_21, "design"),
        "fraud": _kept(LD39_21, "design"),
    },
}


def treatment(market: str, outcome: str) -> Treatment:
    """Give what a market does after an outcome; one without rows of its own follows procurement."""
    return TREATMENTS.get(market, TREATMENTS["procurement"])[outcome]


def outcomes_started_by(market: str, event: str, outcomes: tuple[str, ...]) -> tuple[str, ...]:
    """Name those of the outcomes whose term runs from this event in this market."""
    return tuple(name for name in outcomes if treatment(market, name).starts == event)
