"""Construction: thresholds, counts, caps and terms."""

from decimal import Decimal
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BL, BLR, GD27, SD2, SME46, TH16, WK30, Instrument, own_rule
from trading.periods.rule import Figure, Reach

ALL: Final = Reach("construction")
WORKS: Final = Reach("construction", subjects=("works",))
GOODS: Final = Reach("construction", subjects=("goods",))
DESIGN: Final = Reach("construction", subjects=("services",))
CAP: Final = _("投标保证金最高金额")
STOP: Final = _("因投标人不足失败几次后可以不再招标")
ENTRY: Final = _("发布前由交易中心作进场登记的形式审查（1 需要，0 不需要）")
THRESHOLD: Final = _("必须招标的合同估算价")
RAISED_SMALL: Final = _("小型、微型企业价格分加分")
RAISED_SHARE: Final = _("联合体或分包价格分加分")


def _cap(value: int, instrument: Instrument, article: int, reach: Reach) -> Figure:
    basis = instrument.art(article)
    return Figure("bid_security_cap", CAP, "max", Decimal(value), "yuan", basis, reach)


def _mandatory(value: int, reach: Reach) -> Figure:
    basis = TH16.art(5)
    return Figure("mandatory_tender", THRESHOLD, "min", Decimal(value), "yuan", basis, reach)


CONSTRUCTION_FIGURES: Final = (
    _mandatory(4_000_000, WORKS),
    _mandatory(2_000_000, GOODS),
    _mandatory(1_000_000, DESIGN),
    Figure("entry_review", ENTRY, "exact", Decimal(1), "count", own_rule("本平台进场登记规则"),
           ALL),
    Figure("least_parties", _("投标人最少家数"), "min", Decimal(3), "count", BL.art(28), ALL),
    Figure("least_valid", _("评审后有效投标最少家数"), "min", Decimal(1), "count", BL.art(42), ALL),
    Figure("least_prequalified", _("资格预审合格最少家数"), "min", Decimal(3), "count",
           BLR.art(19), ALL),
    Figure("least_invited", _("邀请投标最少家数"), "min", Decimal(3), "count", BL.art(17),
           Reach("construction", ("invited_tender",))),
    Figure("committee_size", _("评标委员会最少人数（单数）"), "min", Decimal(5), "count",
           BL.art(37), ALL),
    Figure("expert_share", _("评标专家最低比例"), "min", Decimal(2), "thirds", BL.art(37), ALL),
    Figure("award_committee_size", _("定标委员会最少人数（单数）"), "min", Decimal(5), "count",
           own_rule("本平台评定分离规则"), ALL),
    Figure("failures_to_stop", STOP, "min", Decimal(2), "count", WK30.art(38), WORKS),
    Figure("failures_to_stop", STOP, "min", Decimal(2), "count", GD27.art(34, "unverified"),
           GOODS),
    Figure("failures_to_stop", STOP, "min", Decimal(2), "count", SD2.art(49, "unverified"),
           DESIGN),
    Figure("candidates_most", _("中标候选人最多人数"), "max", Decimal(3), "count", BLR.art(53),
           ALL),
    Figure("bid_security_share", _("投标保证金占估算价"), "max", Decimal(2), "percent",
           BLR.art(26), ALL),
    _cap(800_000, WK30, 37, WORKS),
    _cap(800_000, GD27, 27, GOODS),
    _cap(100_000, SD2, 24, DESIGN),
    Figure("raise_small_firm", RAISED_SMALL, "min", Decimal(3), "percent", SME46.art(9), WORKS),
    Figure("raise_small_firm", RAISED_SMALL, "max", Decimal(5), "percent", SME46.art(9), WORKS),
    Figure("raise_consortium", RAISED_SHARE, "min", Decimal(1), "percent", SME46.art(9), WORKS),
    Figure("raise_consortium", RAISED_SHARE, "max", Decimal(2), "percent", SME46.art(9), WORKS),
    Figure("performance_security_share", _("履约保证金占合同金额"), "max", Decimal(10), "percent",
           BLR.art(58), ALL),
    Figure("performance_security_days", _("提交履约保证金的期限（自中标通知书发出之日起）"), "max",
           Decimal(20), "days", own_rule("本平台履约保证金规则"), ALL),
    Figure("security_return_days", _("履约完成后退还履约保证金的期限"), "max", Decimal(5), "days",
           own_rule("本平台履约保证金规则"), ALL),
    Figure("bid_validity", _("投标有效期（通常）"), "min", Decimal(60), "days",
           BLR.art(25, "unverified"), ALL),
    Figure("bid_validity", _("投标有效期（通常）"), "max", Decimal(120), "days",
           BLR.art(25, "unverified"), ALL),
    Figure("retention_default", _("档案保存年限（默认）"), "exact", Decimal(15), "years",
           own_rule("本平台档案保存规则"), ALL),
)  # fmt: skip
