"""From the evaluation to the announced result."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.rule import LAW_2003, M87_2017, Period

AWARDING: Final = (
    Period(
        code="report",
        title=_("送交评审报告"),
        bound="max",
        value=2,
        unit="WD",
        anchor="evaluated",
        target="report_delivered",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="confirm_winner",
        title=_("确定中标供应商"),
        bound="max",
        value=5,
        unit="WD",
        anchor="report_delivered",
        target="winner_confirmed",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="result_notice",
        title=_("结果公告与中标通知书"),
        bound="max",
        value=2,
        unit="WD",
        anchor="winner_confirmed",
        target="result_published",
        source="GPR 43",
        article="《政府采购法实施条例》第四十三条",
    ),
    Period(
        code="result_stays",
        title=_("中标结果公告期限"),
        bound="min",
        value=1,
        unit="WD",
        anchor="result_published",
        target="result_until",
        source="M87 69",
        article="《政府采购货物和服务招标投标管理办法》第六十九条",
        confidence="rule",
        effective_from=M87_2017,
    ),
    Period(
        code="result_challenge",
        title=_("对中标结果提出质疑"),
        bound="max",
        value=7,
        unit="WD",
        anchor="result_until",
        target="result_challenge_until",
        source="GPL 52",
        article="《政府采购法》第五十二条",
        effective_from=LAW_2003,
    ),
)
