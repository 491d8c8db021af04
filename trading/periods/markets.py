"""The words the nation's rules are looked up by: its five markets, their methods and subjects."""

from collections.abc import Mapping
from typing import Final

from kernel.text import gettext_noop as _

MARKETS: Final[Mapping[str, str]] = {
    "construction": _("工程建设"),
    "procurement": _("政府采购"),
    "property": _("国有产权"),
    "land": _("国有建设用地"),
    "talent": _("人才招聘"),
}
METHODS: Final[Mapping[str, Mapping[str, str]]] = {
    "construction": {
        "open_tender": _("公开招标"),
        "invited_tender": _("邀请招标"),
        "prequalified_tender": _("公开招标（资格预审）"),
        "two_stage_tender": _("公开招标（两阶段）"),
    },
    "procurement": {
        "open_tender": _("公开招标"),
        "invited_tender": _("邀请招标"),
        "prequalified_tender": _("公开招标（资格预审）"),
        "negotiation": _("竞争性谈判"),
        "consultation": _("竞争性磋商"),
        "inquiry": _("询价"),
        "single_source": _("单一来源采购"),
        "framework": _("框架协议采购"),
        "mini_competition": _("二次竞价"),
    },
    "property": {
        "auction": _("拍卖"),
        "tender": _("招投标"),
        "online_bidding": _("网络竞价"),
        "dynamic": _("动态报价"),
        "one_shot": _("一次报价"),
        "multi_shot": _("多次报价"),
        "weighted": _("权重报价"),
        "direct_agreement": _("非公开协议转让"),
    },
    "land": {
        "land_listing": _("挂牌出让"),
        "land_auction": _("拍卖出让"),
        "land_tender": _("招标出让"),
    },
    "talent": {
        "open_recruitment": _("公开招聘"),
        "direct_assessment": _("直接考察"),
        "internal_competition": _("竞聘上岗"),
        "selection": _("公开遴选"),
    },
}
DISCLOSED: Final = (
    "auction",
    "tender",
    "online_bidding",
    "dynamic",
    "one_shot",
    "multi_shot",
    "weighted",
)
"""How state property is sold after its disclosure; an agreement off the exchange has none."""
CLASS_LETTERS: Final[Mapping[str, str]] = {
    "construction": "a",
    "land": "b",
    "property": "c",
    "procurement": "d",
    "talent": "z",
}
"""What the classes of a market's transaction codes begin with (rulebook 8.1)."""
SUBJECTS: Final[Mapping[str, str]] = {
    "goods": _("货物"),
    "services": _("服务"),
    "works": _("工程"),
    "large": _("规模大、技术复杂或影响重大"),
    "converted_tender": _("由公开招标转为谈判"),
    "thin_research": _("市场竞争不充分的科研项目"),
    "public_services": _("政府购买服务"),
    "test_instruments": _("检测类仪器设备"),
    "equity": _("产权转让"),
    "capital_increase": _("增资"),
    "asset": _("资产转让（一百万至一千万元）"),
    "asset_large": _("资产转让（一千万元以上）"),
}
"""What a project is about, where the rules tell kinds apart."""
BUDGET_LEVELS: Final[Mapping[str, str]] = {
    "central": _("中央预算"),
    "province": _("省级预算"),
    "city": _("市级预算"),
    "county": _("县级预算"),
    "town": _("乡镇预算"),
}
"""Whose budget pays for a procurement (预算级次): thresholds are set for each level (GPL 8, 27)."""
