"""On which grounds of the law itself a bid is rejected, whether or not the document says so
(rulebook 4.3: BLR 51 for works, M87 63 in procurement, BLR 34 for related bidders; for sales it
names no article, so what stands there is the rulebook's own).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BLR, M87, own_rule


@dataclass(frozen=True)
class Ground:
    """What the law says, and where."""

    title: str
    article: str


OWN: Final = own_rule("本平台否决投标规则第 4.3 节").article
"""The rulebook's own reference, which is no law."""
BLIND: Final = Ground(_("暗标部分出现能够识别投标人身份的内容"), M87.art(63).article)
TENDERING: Final[Mapping[str, Ground]] = {
    "R02": Ground(_("投标联合体没有提交共同投标协议"), BLR.art(51).article),
    "R04": Ground(
        _("同一投标人提交两个以上不同的投标文件或者投标报价，文件要求提交备选投标的除外"),
        BLR.art(51).article,
    ),
    "R08": Ground(_("有串通投标、弄虚作假、行贿等违法行为"), BLR.art(51).article),
    "R10": Ground(
        _("没有对招标文件的实质性要求和条件作出响应，附有招标人不能接受的条件"),
        BLR.art(51).article,
    ),
    "R12": Ground(_("资格预审后联合体增减、更换成员"), BLR.art(51).article),
    "R13": Ground(
        _("单位负责人为同一人或者存在控股、管理关系的不同单位参加同一标段投标"),
        BLR.art(34).article,
    ),
    "R14": Ground(_("违反招标文件的暗标要求，出现能够识别投标人身份的内容"), BLR.art(51).article),
}
PURCHASING: Final[Mapping[str, Ground]] = {
    "R02": Ground(_("以联合体形式参加，没有提交联合协议"), M87.art(63).article),
    "R04": Ground(_("提交两个以上不同的投标（响应）文件或者报价"), M87.art(63).article),
    "R08": Ground(_("有恶意串通、弄虚作假、行贿等违法行为"), M87.art(63).article),
    "R10": Ground(_("投标（响应）文件含有采购人不能接受的附加条件"), M87.art(63).article),
    "R12": Ground(_("资格预审后联合体增减、更换成员"), M87.art(63).article),
    "R13": Ground(
        _("单位负责人为同一人或者存在直接控股、管理关系的不同供应商参加同一合同项下的采购"),
        M87.art(63).article,
    ),
    "R14": BLIND,
}
SELLING: Final[Mapping[str, Ground]] = {
    "R04": Ground(_("同一投标人提交两个以上不同的投标文件或者投标报价"), OWN),
    "R08": Ground(_("有串通投标、弄虚作假、行贿等违法行为"), OWN),
    "R10": Ground(TENDERING["R10"].title, OWN),
}
OF_MARKET: Final = {
    "construction": TENDERING,
    "procurement": PURCHASING,
    "property": SELLING,
    "land": SELLING,
}


def grounds(market: str) -> Mapping[str, Ground]:
    """Give the grounds of a market's law by their codes, the same whatever a document says."""
    return OF_MARKET.get(market, {})
