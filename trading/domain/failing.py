"""On which grounds of its law a procurement or a tender of works is declared failed (GPL 36; M74
37, 50; C214 34; BL 42, EV12 27).
"""

from collections.abc import Mapping
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

FEW, UNLAWFUL, BEYOND, NO_COMPETITION = "few", "unlawful", "over_budget", "no_competition"
GROUNDS: Final[Mapping[str, str]] = {
    FEW: _("符合专业条件的供应商或者对采购文件作实质响应的供应商不足法定家数"),
    UNLAWFUL: _("出现影响采购公正的违法、违规行为"),
    BEYOND: _("供应商的报价均超过采购预算，采购人不能支付"),
    NO_COMPETITION: _("有效投标不足三家，投标明显缺乏竞争"),
}
GPL_36: Final[Mapping[str, str]] = {
    FEW: "《政府采购法》第三十六条第一款第（一）项",
    UNLAWFUL: "《政府采购法》第三十六条第一款第（二）项",
    BEYOND: "《政府采购法》第三十六条第一款第（三）项",
}
M74_37: Final[Mapping[str, str]] = {
    FEW: "《政府采购非招标采购方式管理办法》第三十七条第（三）项",
    UNLAWFUL: "《政府采购非招标采购方式管理办法》第三十七条第（二）项",
    BEYOND: "《政府采购非招标采购方式管理办法》第三十七条第（三）项",
}
M74_50: Final[Mapping[str, str]] = {
    FEW: "《政府采购非招标采购方式管理办法》第五十条第（三）项",
    UNLAWFUL: "《政府采购非招标采购方式管理办法》第五十条第（二）项",
    BEYOND: "《政府采购非招标采购方式管理办法》第五十条第（三）项",
}
C214_34: Final[Mapping[str, str]] = {
    FEW: "《政府采购竞争性磋商采购方式管理暂行办法》第三十四条第（三）项",
    UNLAWFUL: "《政府采购竞争性磋商采购方式管理暂行办法》第三十四条第（二）项",
    BEYOND: "《政府采购竞争性磋商采购方式管理暂行办法》第三十四条第（三）项",
}
BL_42: Final[Mapping[str, str]] = {
    NO_COMPETITION: "《招标投标法》第四十二条、《评标委员会和评标方法暂行规定》第二十七条",
}
DECLARED: Final = (FEW, UNLAWFUL, BEYOND)
"""What somebody declares; the want of competition is asked of the committee by the count."""


DECLARABLE: Final = frozenset({"opened", "evaluating", "negotiating", "ranking", "evaluated"})
"""The states in which somebody may: bids are open, and no winner is confirmed."""
LONGEST: Final = 240


def require_time(state: str) -> None:
    """Refuse before the opening has ended, while quotes are handed in, and after the award."""
    if state not in DECLARABLE:
        raise Conflict(
            "failing.not_now",
            _("开标（开启）结束后、确定中标（成交）供应商之前才能废标；其他情形请终止采购活动。"),
        )


def may_declare(state: str, articles: Mapping[str, str]) -> bool:
    """Tell whether lots may be declared failed now, by a law that knows grounds for it."""
    return state in DECLARABLE and bool(declared(articles))


def declared(articles: Mapping[str, str]) -> list[str]:
    """List the grounds on which somebody may declare a method's lots failed."""
    return [ground for ground in DECLARED if ground in articles]


def require_ground(ground: str, articles: Mapping[str, str]) -> str:
    """Give the article of a ground, or refuse one the method's law does not know."""
    if ground not in declared(articles):
        raise Invalid("failing.ground", _("请选择依法可以废标的情形。"), field="ground")
    return articles[ground]
