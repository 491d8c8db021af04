"""State property, land and talent: disclosure, announcement, publicity, payment."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import (
    AL,
    COMPANY,
    LD06,
    LD34,
    LD39,
    PO6,
    SA17,
    SA32,
    own_rule,
)
from trading.periods.markets import DISCLOSED
from trading.periods.rule import Period, Reach

DISCLOSURE: Final = _("信息披露期")
LOSERS: Final = _("退还未成交保证金")
LAND: Final = Reach("land")
TALENT: Final = Reach("talent")
PROPERTY: Final = Reach("property", DISCLOSED)
AGREED: Final = Reach("property", ("direct_agreement",))
AGREED_RULE: Final = own_rule("本平台协议转让规则")
TAKERS_RULE: Final = own_rule("本平台受让方、竞买人资格审查规则")
IN_ROOM: Final = Reach("property", ("online_bidding", "auction"))
LAND_IN_ROOM: Final = Reach("land", ("land_listing", "land_auction"))
CHECK: Final = _("审查资格、确定参加竞价的名单")
ANSWER: Final = _("对不符合资格的意见申辩、补正")


def _of(*subjects: str) -> Reach:
    return Reach("property", DISCLOSED, subjects)


PROPERTY_PERIODS: Final = (
    Period("pre_disclosure_request", _("申请信息预披露"), "max", 10, "WD", "plan_approved",
           "pre_disclosed", SA32.art(13, "statute"), _of("equity")),
    Period("pre_disclosure", _("信息预披露期"), "min", 20, "WD", "pre_disclosed", "announced",
           SA32.art(13, "statute"), _of("equity")),
    Period("disclosure", DISCLOSURE, "min", 20, "WD", "announced", "disclosed_until",
           SA32.art(13, "statute"), _of("equity")),
    Period("disclosure", DISCLOSURE, "min", 40, "WD", "announced", "disclosed_until",
           SA32.art(39), _of("capital_increase")),
    Period("disclosure", DISCLOSURE, "min", 10, "WD", "announced", "disclosed_until",
           SA32.art(49, "statute"), _of("asset")),
    Period("disclosure", DISCLOSURE, "min", 20, "WD", "announced", "disclosed_until",
           SA32.art(49, "statute"), _of("asset_large")),
    Period("extension", _("延期披露周期"), "min", 5, "WD", "disclosed_until", "extended_until",
           SA17.whole("unverified"), PROPERTY),
    Period("resumption", _("恢复披露后剩余期限"), "min", 10, "WD", "resumed", "disclosed_until",
           SA17.whole("unverified"), PROPERTY),
    Period("clarification", _("补充披露后剩余期限"), "min", 10, "WD", "clarified",
           "disclosed_until", SA17.whole("unverified"), PROPERTY),
    Period("auction_notice", _("拍卖公告期"), "min", 7, "CAL", "announced", "auction_held",
           AL.art(45), Reach("property", ("auction",))),
    Period("auction_viewing", _("拍卖标的展示期"), "min", 2, "CAL", "viewing_from",
           "viewing_until", AL.art(48), Reach("property", ("auction",))),
    Period("taker_check", CHECK, "max", 5, "WD", "disclosed_until", "takers_settled",
           TAKERS_RULE, IN_ROOM),
    Period("taker_answer", ANSWER, "min", 2, "WD", "taker_refused", "taker_answered",
           TAKERS_RULE, IN_ROOM),
    Period("priority_answer", _("股东行使优先购买权"), "min", 30, "CAL", "priority_notified",
           "priority_until", COMPANY.art(84), _of("equity"), rolls=True),
    Period("contract", _("签订交易合同"), "max", 5, "WD", "taker_confirmed", "contract_signed",
           SA17.whole("unverified"), PROPERTY),
    Period("contract", _("签订交易合同"), "max", 5, "WD", "taker_confirmed", "contract_signed",
           AGREED_RULE, AGREED),
    Period("result_stays", _("交易结果公告期"), "min", 5, "WD", "result_published",
           "result_until", AGREED_RULE, AGREED),
    Period("payment", _("一次付清价款或支付首付款"), "max", 5, "WD", "contract_signed", "paid",
           SA32.art(28), Reach("property")),
    Period("loser_deposits", LOSERS, "max", 5, "WD", "taker_confirmed",
           "loser_deposits_returned", SA17.whole("unverified"), PROPERTY),
    Period("result_stays", _("交易结果公告期"), "min", 5, "WD", "result_published",
           "result_until", SA32.art(30, "statute"), PROPERTY),
)  # fmt: skip

LAND_PERIODS: Final = (
    Period("announcement", _("出让公告期"), "min", 20, "CAL", "announced", "sale_begins",
           LD39.art(8), LAND),
    Period("listing", _("挂牌期"), "min", 10, "CAL", "sale_begins", "listed_until",
           LD39.art(18, "statute"), Reach("land", ("land_listing",))),
    Period("clarification", _("出让公告变更后剩余公告期"), "min", 20, "CAL", "clarified",
           "applications_close", LD06.whole("unverified"), LAND),
    Period("loser_deposits", LOSERS, "max", 5, "WD", "deal_ended", "loser_deposits_returned",
           LD39.art(21), LAND),
    Period("taker_check", CHECK, "max", 5, "WD", "applications_close", "takers_settled",
           TAKERS_RULE, LAND_IN_ROOM),
    Period("taker_answer", ANSWER, "min", 2, "WD", "taker_refused", "taker_answered",
           TAKERS_RULE, LAND_IN_ROOM),
    Period("result_notice", _("公布出让结果"), "max", 10, "WD", "deal_ended",
           "result_published", LD39.art(22), LAND),
    Period("contract", _("签订出让合同"), "max", 10, "WD", "deal_confirmed", "contract_signed",
           LD34.whole(), LAND),
)  # fmt: skip

TALENT_PERIODS: Final = (
    Period("posting", _("招聘公告期"), "min", 7, "WD", "announced", "applications_close",
           PO6.whole("unverified"), Reach("talent", ("open_recruitment", "direct_assessment"))),
    Period("posting", _("竞聘公告期"), "min", 5, "WD", "announced", "applications_close",
           own_rule("本平台竞聘上岗规则"), Reach("talent", ("internal_competition",))),
    Period("posting", _("遴选公告期"), "min", 7, "WD", "announced", "applications_close",
           own_rule("本平台公开遴选规则"), Reach("talent", ("selection",))),
    Period("clarification", _("更正后剩余报名时间"), "min", 3, "WD", "clarified",
           "applications_close", own_rule("本平台招聘公示规则"), TALENT),
    Period("score_recount", _("申请成绩复核"), "max", 2, "WD", "scores_published",
           "recount_until", own_rule("本平台招聘成绩复核规则"), TALENT),
    Period("recount_answer", _("答复成绩复核"), "max", 3, "WD", "recount_asked",
           "recount_answered", own_rule("本平台招聘成绩复核规则"), TALENT),
    Period("hire_publicity", _("拟聘用人员公示期"), "min", 7, "WD", "hire_published",
           "hire_until", PO6.whole(), TALENT),
    Period("report_answer", _("核查答复举报"), "max", 7, "WD", "reported",
           "report_answered", own_rule("本平台招聘公示规则"), TALENT),
)  # fmt: skip
