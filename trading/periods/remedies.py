"""Challenges, complaints and suspension."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.rule import LAW_2003, Period

REMEDIES: Final = (
    Period(
        code="challenge_answer",
        title=_("答复质疑"),
        bound="max",
        value=7,
        unit="WD",
        anchor="challenged",
        target="challenge_answered",
        source="GPL 53",
        article="《政府采购法》第五十三条",
        effective_from=LAW_2003,
    ),
    Period(
        code="complaint",
        title=_("提出投诉"),
        bound="max",
        value=15,
        unit="WD",
        anchor="challenge_answered",
        target="complaint_until",
        source="GPL 55",
        article="《政府采购法》第五十五条",
        effective_from=LAW_2003,
    ),
    Period(
        code="complaint_decision",
        title=_("处理投诉"),
        bound="max",
        value=30,
        unit="WD",
        anchor="complained",
        target="complaint_decided",
        source="GPL 56",
        article="《政府采购法》第五十六条",
        effective_from=LAW_2003,
    ),
    Period(
        code="suspension",
        title=_("暂停采购活动"),
        bound="max",
        value=30,
        unit="CAL",
        anchor="suspended",
        target="resumed",
        source="GPL 57",
        article="《政府采购法》第五十七条",
        effective_from=LAW_2003,
    ),
)
