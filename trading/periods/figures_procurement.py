"""Government procurement: counts, caps, weights and rates."""

from decimal import Decimal
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import (
    C124,
    C214,
    DOM34,
    GPL,
    GPR,
    LOW2,
    M74,
    M87,
    M110,
    SME19,
    SME46,
    own_rule,
)
from trading.periods.rule import Figure, Reach

TENDERS: Final = ("open_tender", "invited_tender", "prequalified_tender", "framework")
ALL: Final = Reach("procurement")
TENDER: Final = Reach("procurement", TENDERS)
LEAST_PARTIES: Final = _("供应商最少家数")
COMMITTEE_SIZE: Final = _("评审成员最少人数（单数）")
EXPERT_SHARE: Final = _("评审专家最低比例")
SOURCES: Final = own_rule("本平台单一来源采购规则")
PRICE_WEIGHT: Final = _("价格分值占比")
SMALL_FIRM: Final = _("小型、微型企业价格扣除")
CONSORTIUM: Final = _("联合体或分包价格扣除")


def _of(*subjects: str, by: tuple[str, ...] = ()) -> Reach:
    return Reach("procurement", by, subjects)


def _by(*methods: str) -> Reach:
    return Reach("procurement", methods)


PARTIES: Final = (
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(3), "count", GPL.art(36), TENDER),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(3), "count", GPL.art(38),
           _by("negotiation")),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(2), "count", M74.art(27),
           _of("converted_tender", by=("negotiation",))),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(3), "count", GPL.art(40),
           _by("inquiry")),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(3), "count", C214.art(6),
           _by("consultation")),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(2), "count", C214.art(21, "statute"),
           _of("thin_research", by=("consultation",))),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(2), "count", C124.whole(),
           _of("public_services", by=("consultation",))),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(1), "count", GPL.art(31),
           _by("single_source")),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(2), "count", M110.whole(),
           _by("framework")),
    Figure("least_parties", LEAST_PARTIES, "min", Decimal(2), "count",
           own_rule("本平台二次竞价规则"), _by("mini_competition")),
    Figure("least_prequalified", _("资格预审合格最少家数"), "min", Decimal(3), "count",
           GPL.art(36), _by("prequalified_tender")),
    Figure("least_solutions", _("投票推荐设计方案或者解决方案的最少家数"), "min", Decimal(3),
           "count", GPR.art(35), _by("negotiation", "consultation")),
    Figure("least_invited", _("邀请供应商最少家数"), "min", Decimal(3), "count", GPL.art(34),
           _by("invited_tender")),
    Figure("invited_pool", _("备选供应商为拟邀请家数的倍数"), "min", Decimal(2), "ratio",
           M87.art(14), _by("invited_tender")),
    Figure("draw_supervisors", _("随机抽取时在场监督的采购人工作人员"), "min", Decimal(2), "count",
           M87.art(14), _by("invited_tender")),
)  # fmt: skip

COMMITTEES: Final = (
    Figure("large_budget", _("评标委员会须七人以上的预算金额"), "min", Decimal(10_000_000), "yuan",
           M87.art(47), TENDER),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(5), "count", M87.art(47), TENDER),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(7), "count", M87.art(47),
           _of("large", by=TENDERS)),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(3), "count", GPL.art(38),
           _by("negotiation", "inquiry")),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(3), "count", C214.art(14),
           _by("consultation")),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(5), "count", M74.art(7),
           _of("large", by=("negotiation", "inquiry"))),
    Figure("committee_size", COMMITTEE_SIZE, "min", Decimal(3), "count", SOURCES,
           _by("single_source")),
    Figure("source_arguments", _("单一来源公示所附专业人员论证意见"), "min", Decimal(3), "count",
           SOURCES, _by("single_source")),
    Figure("expert_share", EXPERT_SHARE, "min", Decimal(2), "thirds", SOURCES,
           _by("single_source")),
    Figure("expert_share", EXPERT_SHARE, "min", Decimal(2), "thirds", M87.art(47), TENDER),
    Figure("expert_share", EXPERT_SHARE, "min", Decimal(2), "thirds", GPL.art(38),
           _by("negotiation", "inquiry")),
    Figure("expert_share", EXPERT_SHARE, "min", Decimal(2), "thirds", C214.art(14),
           _by("consultation")),
    Figure("related_years", _("专家回避：与供应商有关系的年限"), "min", Decimal(3), "years",
           GPR.art(9), ALL),
)  # fmt: skip

MONEY: Final = (
    Figure("bid_security_share", _("投标保证金占预算金额"), "max", Decimal(2), "percent",
           GPR.art(33), ALL),
    Figure("performance_security_share", _("履约保证金占合同金额"), "max", Decimal(10), "percent",
           GPR.art(48), ALL),
    Figure("performance_security_days", _("提交履约保证金的期限（自中标、成交通知书发出之日起）"),
           "max", Decimal(20), "days", own_rule("本平台履约保证金规则"), ALL),
    Figure("security_return_days", _("履约完成后退还履约保证金的期限"), "max", Decimal(5), "days",
           own_rule("本平台履约保证金规则"), ALL),
    Figure("top_up_share", _("添购金额占原合同"), "max", Decimal(10), "percent", GPL.art(31),
           _by("single_source")),
    Figure("open_tender_threshold", _("公开招标数额标准（货物、服务）"), "min", Decimal(2_000_000),
           "yuan", GPL.art(27, "unverified"), Reach("procurement", budget_level="central")),
    Figure("framework_elimination_share", _("框架协议淘汰比例"), "min", Decimal(20), "percent",
           M110.whole(), _by("framework")),
    Figure("framework_elimination_share", _("框架协议淘汰比例"), "min", Decimal(40), "percent",
           M110.whole(), _of("test_instruments", by=("framework",))),
    Figure("framework_least_eliminated", _("框架协议最少淘汰家数"), "min", Decimal(1), "count",
           M110.whole(), _by("framework")),
    Figure("framework_years", _("框架协议有效期"), "max", Decimal(1), "years", M110.whole(),
           _of("goods", by=("framework",))),
    Figure("framework_years", _("框架协议有效期"), "max", Decimal(2), "years", M110.whole(),
           _of("services", by=("framework",))),
    Figure("retention_years", _("采购文件保存年限"), "min", Decimal(15), "years", GPL.art(42), ALL),
)  # fmt: skip

SCORING: Final = (
    Figure("price_weight", PRICE_WEIGHT, "min", Decimal(30), "percent", M87.art(55),
           _of("goods", by=TENDERS)),
    Figure("price_weight", PRICE_WEIGHT, "min", Decimal(10), "percent", M87.art(55),
           _of("services", by=TENDERS)),
    Figure("price_weight", PRICE_WEIGHT, "min", Decimal(30), "percent", C214.art(24),
           _of("goods", by=("consultation",))),
    Figure("price_weight", PRICE_WEIGHT, "max", Decimal(60), "percent", C214.art(24),
           _of("goods", by=("consultation",))),
    Figure("price_weight", PRICE_WEIGHT, "min", Decimal(10), "percent", C214.art(24),
           _of("services", by=("consultation",))),
    Figure("price_weight", PRICE_WEIGHT, "max", Decimal(30), "percent", C214.art(24),
           _of("services", by=("consultation",))),
    Figure("deduction_small_firm", SMALL_FIRM, "min", Decimal(10), "percent", SME19.whole(),
           _of("goods", "services")),
    Figure("deduction_small_firm", SMALL_FIRM, "max", Decimal(20), "percent", SME19.whole(),
           _of("goods", "services")),
    Figure("deduction_small_firm", SMALL_FIRM, "min", Decimal(3), "percent", SME46.whole(),
           _of("works")),
    Figure("deduction_small_firm", SMALL_FIRM, "max", Decimal(5), "percent", SME46.whole(),
           _of("works")),
    Figure("deduction_consortium", CONSORTIUM, "min", Decimal(4), "percent", SME19.whole(),
           _of("goods", "services")),
    Figure("deduction_consortium", CONSORTIUM, "max", Decimal(6), "percent", SME19.whole(),
           _of("goods", "services")),
    Figure("deduction_consortium", CONSORTIUM, "min", Decimal(1), "percent", SME46.whole(),
           _of("works")),
    Figure("deduction_consortium", CONSORTIUM, "max", Decimal(2), "percent", SME46.whole(),
           _of("works")),
    Figure("consortium_share", _("联合体或分包中小微企业份额"), "min", Decimal(30), "percent",
           SME19.whole(), _of("goods", "services")),
    Figure("deduction_domestic", _("本国产品价格扣除"), "exact", Decimal(20), "percent",
           DOM34.whole(), ALL),
    Figure("domestic_cost_share", _("多产品采购包中本国产品成本占比"), "min", Decimal(80),
           "percent", DOM34.whole(), ALL),
    Figure("low_bid_mean", _("异常低价：低于报价均值的比例"), "min", Decimal("0.50"), "ratio",
           LOW2.whole(), ALL),
    Figure("low_bid_next", _("异常低价：低于次低报价的比例"), "min", Decimal("0.50"), "ratio",
           LOW2.whole(), ALL),
    Figure("low_bid_ceiling", _("异常低价：低于最高限价的比例"), "min", Decimal("0.45"), "ratio",
           LOW2.whole(), ALL),
    Figure("low_bid_most", _("采购文件可规定的异常低价比例上限"), "max", Decimal("0.65"), "ratio",
           LOW2.whole(), ALL),
    Figure("low_bid_minutes", _("异常低价说明时间"), "min", Decimal(30), "minutes", LOW2.whole(),
           ALL),
)  # fmt: skip

PROCUREMENT_FIGURES: Final = (*PARTIES, *COMMITTEES, *MONEY, *SCORING)
