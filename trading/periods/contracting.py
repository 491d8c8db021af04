"""The contract and the deposits."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.rule import LAW_2003, M87_2017, Period

CONTRACTING: Final = (
    Period(
        code="contract",
        title=_("签订合同"),
        bound="max",
        value=30,
        unit="CAL",
        anchor="result_published",
        target="contract_signed",
        source="GPL 46",
        article="《政府采购法》第四十六条",
        effective_from=LAW_2003,
    ),
    Period(
        code="contract_publication",
        title=_("公告合同"),
        bound="max",
        value=2,
        unit="WD",
        anchor="contract_signed",
        target="contract_published",
        source="GPR 50",
        article="《政府采购法实施条例》第五十条",
    ),
    Period(
        code="contract_filing",
        title=_("合同备案"),
        bound="max",
        value=7,
        unit="WD",
        anchor="contract_signed",
        target="contract_filed",
        source="GPL 47",
        article="《政府采购法》第四十七条",
        effective_from=LAW_2003,
    ),
    Period(
        code="loser_deposits",
        title=_("退还未中标供应商保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="result_published",
        target="loser_deposits_returned",
        source="GPR 33",
        article="《政府采购法实施条例》第三十三条",
    ),
    Period(
        code="winner_deposit",
        title=_("退还中标供应商保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="contract_signed",
        target="winner_deposit_returned",
        source="GPR 33",
        article="《政府采购法实施条例》第三十三条",
    ),
    Period(
        code="termination_deposits",
        title=_("终止后退还保证金"),
        bound="max",
        value=5,
        unit="WD",
        anchor="terminated",
        target="termination_deposits_returned",
        source="M87 29",
        article="《政府采购货物和服务招标投标管理办法》第二十九条",
        confidence="rule",
        effective_from=M87_2017,
    ),
)
