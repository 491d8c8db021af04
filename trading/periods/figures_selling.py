"""State property, land and talent: counts, deposits, payments and terms."""

from decimal import Decimal
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import (
    AL,
    BL,
    LD06,
    LD34,
    LD39,
    PIR,
    PO6,
    SA17,
    SA32,
    SAL,
    own_rule,
)
from trading.periods.rule import Figure, Reach

PROPERTY: Final = Reach("property")
LAND: Final = Reach("land")
TALENT: Final = Reach("talent")
HAMMER: Final = Reach("property", ("auction",))
BY_TENDER: Final = Reach("property", ("tender",))
SECURITY: Final = _("交易保证金占转让底价")
ARCHIVE: Final = own_rule("本平台档案保存规则")
HOST: Final = own_rule("本平台竞价规则")
SELECTED: Final = own_rule("本平台公开遴选规则")
CALLS: Final = _("落槌前叫价次数")
PARTIES: Final = _("竞买人最少家数")

PROPERTY_FIGURES: Final = (
    Figure("least_parties", _("意向受让方最少家数"), "min", Decimal(1), "count", SAL.art(54),
           PROPERTY),
    Figure("least_parties", _("投标人最少家数"), "min", Decimal(3), "count", BL.art(28), BY_TENDER),
    Figure("committee_size", _("评标委员会最少人数（单数）"), "min", Decimal(5), "count",
           BL.art(37), BY_TENDER),
    Figure("expert_share", _("评标专家最低比例"), "min", Decimal(2), "thirds", BL.art(37),
           BY_TENDER),
    Figure("bid_security_share", SECURITY, "max", Decimal(30), "percent", SA17.whole("unverified"),
           PROPERTY),
    Figure("asset_from", _("须公开十个工作日的资产转让底价（以上）"), "min", Decimal(1_000_000),
           "yuan", SA32.whole("statute"), PROPERTY),
    Figure("asset_large_from", _("须公开二十个工作日的资产转让底价（以上）"), "min",
           Decimal(10_000_000), "yuan", SA32.whole("statute"), PROPERTY),
    Figure("floor_consent_share", _("低于评估值须经批准单位书面同意的比例"), "min", Decimal(90),
           "percent", SA32.art(18, "statute"), PROPERTY),
    Figure("restart_months", _("首次披露后须重新审计、评估的月数"), "max", Decimal(12), "months",
           SA32.art(19), PROPERTY),
    Figure("first_payment_share", _("分期付款首付比例"), "min", Decimal(30), "percent",
           SA32.art(28, "statute"), PROPERTY),
    Figure("payment_years", _("分期付款最长期限"), "max", Decimal(1), "years",
           SA32.art(28, "statute"), PROPERTY),
    Figure("calls", CALLS, "exact", Decimal(3), "count", HOST, HAMMER),
    Figure("retention_years", _("拍卖资料保管年限"), "min", Decimal(5), "years", AL.art(54),
           HAMMER),
    Figure("retention_default", _("档案保存年限（默认）"), "exact", Decimal(15), "years", ARCHIVE,
           PROPERTY),
)  # fmt: skip

LAND_FIGURES: Final = (
    Figure("least_parties", PARTIES, "min", Decimal(1), "count", LD39.art(19, "statute"),
           Reach("land", ("land_listing",))),
    Figure("least_parties", PARTIES, "min", Decimal(3), "count", LD06.whole("unverified"),
           Reach("land", ("land_auction",))),
    Figure("calls", CALLS, "exact", Decimal(3), "count", HOST,
           Reach("land", ("land_auction",))),
    Figure("least_parties", _("投标人最少家数"), "min", Decimal(3), "count", LD39.art(13),
           Reach("land", ("land_tender",))),
    Figure("least_valid", _("评审后有效投标最少家数"), "min", Decimal(1), "count", LD39.art(14),
           Reach("land", ("land_tender",))),
    Figure("committee_size", _("评标小组最少人数（单数）"), "min", Decimal(5), "count",
           LD39.art(13), Reach("land", ("land_tender",))),
    Figure("expert_share", _("评标专家最低比例"), "min", Decimal(2), "thirds",
           own_rule("本平台土地招标评标规则"), Reach("land", ("land_tender",))),
    Figure("deposit_least_share", _("竞买保证金占出让最低价"), "min", Decimal(20), "percent",
           LD34.whole(), LAND),
    Figure("first_payment_share", _("首付土地价款比例"), "min", Decimal(50), "percent",
           LD34.whole(), LAND),
    Figure("first_payment_months", _("首付土地价款期限"), "max", Decimal(1), "months",
           LD34.whole(), LAND),
    Figure("payment_years", _("土地价款付清期限"), "max", Decimal(1), "years", LD34.whole(), LAND),
    Figure("retention_default", _("日志和音视频保存年限（默认）"), "exact", Decimal(15), "years",
           ARCHIVE, LAND),
)  # fmt: skip

TALENT_FIGURES: Final = (
    Figure("opening_ratio", _("开考比例（报名人数比岗位数）"), "min", Decimal(3), "ratio",
           PO6.whole("unverified"), Reach("talent", ("open_recruitment",))),
    Figure("opening_ratio", _("开考比例（报名人数比岗位数）"), "min", Decimal(3), "ratio",
           SELECTED, Reach("talent", ("selection",))),
    Figure("service_years", _("遴选须在编在岗工作的年限"), "min", Decimal(2), "years", SELECTED,
           Reach("talent", ("selection",))),
    Figure("panel_size", _("面试考官人数（单数）"), "min", Decimal(5), "count",
           PO6.whole("unverified"), TALENT),
    Figure("panel_size", _("面试考官人数（单数）"), "max", Decimal(9), "count",
           PO6.whole("unverified"), TALENT),
    Figure("panel_reserve", _("面试考官备选人数"), "min", Decimal(2), "count",
           own_rule("本平台考官抽取规则"), TALENT),
    *(Figure(f"appraisal_{grade}", title, "exact", Decimal(worth), "percent",
             own_rule("本平台竞聘上岗规则"), Reach("talent", ("internal_competition",)))
      for grade, title, worth in (
          ("excellent", _("民主测评“优秀”一票折分"), 100),
          ("competent", _("民主测评“称职”一票折分"), 80),
          ("basic", _("民主测评“基本称职”一票折分"), 60),
          ("incompetent", _("民主测评“不称职”一票折分"), 0),
      )),
    Figure("contract_years", _("聘用合同期限（一般）"), "min", Decimal(3), "years", PIR.art(12),
           TALENT),
    Figure("trial_months", _("不是初次就业的试用期"), "max", Decimal(6), "months",
           PO6.whole("unverified"), TALENT),
    Figure("trial_months", _("初次就业且合同三年以上的试用期"), "exact", Decimal(12), "months",
           PIR.art(13), TALENT),
    Figure("retention_years", _("招聘档案保存年限"), "min", Decimal(3), "years",
           PO6.whole("unverified"), TALENT),
    Figure("retention_default", _("档案保存年限（默认）"), "exact", Decimal(10), "years", ARCHIVE,
           TALENT),
)  # fmt: skip
