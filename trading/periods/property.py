"""The disclosure of state property, its result and its contract (SA32, rulebook 2.3).

`budget_level` holds the size of a sale here: the law counts the days of a disclosure by it.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.rule import Period

SA32_2016: Final = date(2016, 6, 24)
LARGE: Final = Decimal(10_000_000)
MIDDLE: Final = Decimal(1_000_000)


def size_of(category: str, price: Decimal) -> str:
    """Give the size a disclosure's days are counted by: equity, or assets by their start price."""
    if category == "equity":
        return "equity"
    if price > LARGE:
        return "large"
    return "middle" if price > MIDDLE else "small"


def _disclosure(size: str, days: int, source: str, article: str) -> Period:
    return Period(
        code="disclosure",
        title=_("信息披露期"),
        bound="min",
        value=days,
        unit="WD",
        anchor="announced",
        target="disclosure_until",
        source=source,
        article=article,
        confidence="rule",
        effective_from=SA32_2016,
        market="property",
        budget_level=size,
    )


PROPERTY: Final = (
    _disclosure("equity", 20, "SA32 13", "《企业国有资产交易监督管理办法》第十三条"),
    _disclosure("large", 20, "SA32 49", "《企业国有资产交易监督管理办法》第四十九条"),
    _disclosure("middle", 10, "SA32 49", "《企业国有资产交易监督管理办法》第四十九条"),
    Period(
        code="clarification",
        title=_("补充披露后的剩余披露期"),
        bound="min",
        value=10,
        unit="WD",
        anchor="clarified",
        target="disclosure_until",
        source="2009",
        article="《企业国有产权交易操作规则》",
        confidence="unverified",
        effective_from=SA32_2016,
        market="property",
    ),
    Period(
        code="extension",
        title=_("延长信息披露"),
        bound="min",
        value=5,
        unit="WD",
        anchor="extended",
        target="disclosure_until",
        source="2009",
        article="《企业国有产权交易操作规则》",
        confidence="unverified",
        effective_from=SA32_2016,
        market="property",
    ),
    Period(
        code="result_stays",
        title=_("交易结果公告期限"),
        bound="min",
        value=5,
        unit="WD",
        anchor="result_published",
        target="result_until",
        source="SA32 30",
        article="《企业国有资产交易监督管理办法》第三十条",
        confidence="rule",
        effective_from=SA32_2016,
        market="property",
    ),
    Period(
        code="contract",
        title=_("签订交易合同"),
        bound="max",
        value=5,
        unit="WD",
        anchor="result_published",
        target="contract_signed",
        source="custom",
        article="信息披露公告",
        confidence="unverified",
        effective_from=SA32_2016,
        market="property",
    ),
)
