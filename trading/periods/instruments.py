"""The laws, regulations and ministry rules the rows rest on, by the rulebook's short names.

What stands below the laws and the State Council's regulations was cited from working knowledge, so
it is marked `rule`, but where a figure of it was checked against another source.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from trading.periods.rule import Basis, Confidence

DIGITS: Final = "零一二三四五六七八九"
TEN: Final = 10


@dataclass(frozen=True)
class Instrument:
    """One instrument: its short name, its Chinese name as cited, and the day it took effect."""

    short: str
    name: str
    since: date
    confidence: Confidence = "rule"

    def art(
        self, number: int, confidence: Confidence | None = None, *, until: date | None = None
    ) -> Basis:
        """Cite an article, with a mark of its own where the rulebook gives one."""
        return Basis(
            source=f"{self.short} {number}",
            article=f"{self.name}第{numeral(number)}条",
            confidence=confidence or self.confidence,
            effective_from=self.since,
            effective_to=until,
        )

    def whole(self, confidence: Confidence | None = None) -> Basis:
        """Cite the instrument where its article is not known for sure."""
        return Basis(self.short, self.name, confidence or self.confidence, self.since)


def numeral(number: int) -> str:
    """Write the number of an article as Chinese laws do: forty-three is 四十三."""
    tens, ones = divmod(number, TEN)
    written = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return written + (DIGITS[ones] if ones or not tens else "")


def own_rule(article: str) -> Basis:
    """Cite a default of this platform, which is no law."""
    return Basis("design", article, "design")


BL: Final = Instrument("BL", "《招标投标法》", date(2000, 1, 1), "statute")
BLR: Final = Instrument("BLR", "《招标投标法实施条例》", date(2012, 2, 1), "statute")
GPL: Final = Instrument("GPL", "《政府采购法》", date(2003, 1, 1), "statute")
GPR: Final = Instrument("GPR", "《政府采购法实施条例》", date(2015, 3, 1), "statute")
AL: Final = Instrument("AL", "《拍卖法》", date(1997, 1, 1), "statute")
SAL: Final = Instrument("SAL", "《企业国有资产法》", date(2009, 5, 1), "statute")
PIR: Final = Instrument("PIR", "《事业单位人事管理条例》", date(2014, 7, 1), "statute")
RECONSIDERATION: Final = Instrument("ARL", "《行政复议法》", date(2024, 1, 1))
COMPANY: Final = Instrument("CL", "《公司法》", date(2024, 7, 1))
M87: Final = Instrument("M87", "《政府采购货物和服务招标投标管理办法》", date(2017, 10, 1))
M74: Final = Instrument("M74", "《政府采购非招标采购方式管理办法》", date(2014, 2, 1))
M94: Final = Instrument("M94", "《政府采购质疑和投诉办法》", date(2018, 3, 1))
M110: Final = Instrument("M110", "《政府采购框架协议采购方式管理暂行办法》", date(2022, 3, 1))
C214: Final = Instrument(
    "C214", "《政府采购竞争性磋商采购方式管理暂行办法》（财库〔2014〕214号）", date(2014, 12, 31)
)
C124: Final = Instrument("C124", "财库〔2015〕124号", date(2015, 6, 30), "statute")
SME46: Final = Instrument("SME46", "财库〔2020〕46号", date(2021, 1, 1), "statute")
SME19: Final = Instrument("SME19", "财库〔2022〕19号", date(2022, 7, 1), "statute")
DOM34: Final = Instrument("DOM34", "国办发〔2025〕34号", date(2026, 1, 1), "statute")
LOW2: Final = Instrument("LOW2", "财库〔2026〕2号", date(2026, 2, 1), "statute")
INTENT10: Final = Instrument("INTENT10", "财库〔2020〕10号", date(2020, 3, 2))
TH16: Final = Instrument("TH16", "《必须招标的工程项目规定》", date(2018, 6, 1))
WK30: Final = Instrument("WK30", "《工程建设项目施工招标投标办法》", date(2003, 5, 1))
SD2: Final = Instrument("SD2", "《工程建设项目勘察设计招标投标办法》", date(2003, 8, 1))
GD27: Final = Instrument("GD27", "《工程建设项目货物招标投标办法》", date(2005, 3, 1))
NT10: Final = Instrument("NT10", "《招标公告和公示信息发布管理办法》", date(2018, 1, 1))
LD39: Final = Instrument("LD39", "《招标拍卖挂牌出让国有建设用地使用权规定》", date(2007, 11, 1))
LD34: Final = Instrument("LD34", "国土资发〔2010〕34号", date(2010, 3, 8))
LD06: Final = Instrument(
    "LD06", "《招标拍卖挂牌出让国有土地使用权规范》（国土资发〔2006〕114号）", date(2006, 8, 1)
)
SA32: Final = Instrument("SA32", "《企业国有资产交易监督管理办法》", date(2016, 6, 24))
SA17: Final = Instrument(
    "SA17", "《企业国有资产交易操作规则》（国资发产权规〔2025〕17号）", date(2025, 2, 18)
)
PO6: Final = Instrument("PO6", "《事业单位公开招聘人员暂行规定》", date(2006, 1, 1))
