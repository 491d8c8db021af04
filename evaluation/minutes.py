"""The minutes of a negotiation with one supplier (协商情况记录, M74 42): what they must say besides
what the record already knows.
"""

from collections.abc import Mapping
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

FIELDS: Final = {
    "place": _("协商日期和地点"),
    "costs": _("供应商对采购标的成本的说明"),
    "comparisons": _("供应商对同类项目合同价格的说明"),
    "rights": _("供应商对相关专利、专有技术等情况的说明"),
    "terms": _("合同主要条款及价格商定情况"),
}
LONGEST: Final = 3000


def read_minutes(given: Mapping[str, str]) -> dict[str, str]:
    """Take what the minutes say; every part must be there, if only to say that there is none."""
    clean = {name: given.get(name, "").strip() for name in FIELDS}
    for name, title in FIELDS.items():
        if not 0 < len(clean[name]) <= LONGEST:
            raise Invalid(
                "minutes.incomplete",
                _("协商情况记录须写明“%(title)s”，不超过三千字；没有的写“无”。"),
                title=title,
                field=name,
            )
    return clean
