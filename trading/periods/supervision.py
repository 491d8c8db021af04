"""The rules of the platform for its social supervisors."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.rule import Period

SUPERVISION: Final = (
    Period(
        code="supervisor_publicity",
        title=_("社会监督员人选公示"),
        bound="min",
        value=5,
        unit="WD",
        anchor="supervisor_publicised",
        target="supervisor_appointed",
        source="design",
        article="本平台社会监督员管理规则",
        confidence="design",
    ),
    Period(
        code="supervision_record",
        title=_("提交监督记录"),
        bound="max",
        value=2,
        unit="WD",
        anchor="supervised",
        target="supervision_recorded",
        source="design",
        article="本平台社会监督员管理规则",
        confidence="design",
    ),
)
