"""How content those served were (满意度): which services, which marks, and what may be published.

A mark is counted and kept nowhere else: who gave one and how often each was given stand in two
tables that share nothing, so that not even whoever keeps the database can tell who gave which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.trace import WIDE, Rounding

SERVICES: Final = {
    "opening": _("开标组织"),
    "evaluation": _("评审组织"),
    "contract": _("合同签订"),
}
MARKS: Final = {
    5: _("很满意"),
    4: _("满意"),
    3: _("一般"),
    2: _("不满意"),
    1: _("很不满意"),
}
FEWEST: Final = 5
"""From how many answers on a mean is shown, and changes: of fewer it might tell who said what."""


@dataclass(frozen=True)
class Count:
    """How often a mark was given to a service of a market in a month."""

    market: str
    service: str
    mark: int
    times: int
    month: date


@dataclass(frozen=True)
class Line:
    """What is published of a service of a market: how many answered, and how content they were."""

    market: str
    service: str
    answers: int
    mean: Decimal | None


def require_mark(mark: int) -> int:
    """Take a mark of the scale."""
    if mark not in MARKS:
        raise Invalid(
            "rating.mark", _("请从 1（很不满意）到 5（很满意）中选择一个分数。"), field="mark"
        )
    return mark


def require_served(service: str, served: Iterable[str]) -> None:
    """Refuse a mark of who was not served, or not yet."""
    if service not in served:
        raise Conflict(
            "rating.not_served",
            _("只有参加过这项服务、且服务已经结束的，才能评价。"),
        )


def closed_before(today: date) -> date:
    """Give the first day of the month that is still open: what was given in it is not told, so that
    nobody reads a single mark out of two looks at a mean.
    """
    return today.replace(day=1)


def published(counts: Iterable[Count]) -> list[Line]:
    """Add counts up by market and service. A month is added only together with so many others that
    enough answers come in at once: neither is a mean of few told, nor can the marks of few be read
    out of two looks at a mean.
    """
    given: dict[tuple[str, str], dict[date, list[int]]] = {}
    for one in counts:
        months = given.setdefault((one.market, one.service), {})
        months.setdefault(one.month, []).extend([one.mark] * one.times)
    return [_line(*key, months) for key, months in sorted(given.items())]


def _line(market: str, service: str, months: Mapping[date, list[int]]) -> Line:
    told, waiting = list[int](), list[int]()
    for _month, marks in sorted(months.items()):
        waiting += marks
        if len(waiting) >= FEWEST:
            told, waiting = told + waiting, []
    return Line(market, service, len(told or waiting), _mean(told) if told else None)


def _mean(marks: list[int]) -> Decimal:
    exact = WIDE.divide(Decimal(sum(marks)), Decimal(len(marks)))
    return Rounding().to(exact, 1)
