"""What is asked of the platform's own figures: which deals, of which time, grouped and divided how.

Nothing that a reader could not have read on a notice goes in: what was announced, and of the end
what was published. Who and how many took part stays out, before the end and after it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from kernel.calendar import local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.statistics import run_stats
from trading.domain.statistics.items import MOST_ITEMS
from trading.periods import market_titles, method_titles

BY: Final = {
    "announced": _("首次公告的日期"),
    "ended": _("结果公布的日期"),
}
"""By which of its days a lot falls into a period."""
GROUPS: Final = {
    "market": _("市场"),
    "method": _("交易方式"),
    "month": _("月份"),
    "year": _("年份"),
}
FIGURES: Final = {
    "items": _("进场项目"),
    "planned": _("计划投资或起始价（元）"),
    "concluded": _("成交项目"),
    "budget": _("对应预算或限价（元）"),
    "deal": _("成交额（元）"),
    "saved": _("节约额（元）"),
    "saved_rate": _("节资率"),
    "premium_rate": _("溢价率"),
    "appreciation": _("增值额（元）"),
    "appreciation_rate": _("增值率"),
    "failed": _("未成交项目"),
    "failure_rate": _("失败率"),
}
"""The figures that are published, in the order of the table."""


@dataclass(frozen=True)
class Asked:
    """A question to the figures: both days belong to the period."""

    since: date
    until: date
    by: str = "announced"
    market: str = ""
    method: str = ""
    group: str = "market"
    denominator: str = "budget"


def year_of(today: date) -> Asked:
    """Give the question that is meant where nobody asks another: the year of a day."""
    return Asked(since=today.replace(month=1, day=1), until=today.replace(month=12, day=31))


@dataclass(frozen=True)
class Reported:
    """A lot, or a call-off from a framework agreement, as everybody may know it."""

    name: str
    code: str
    number: int
    call_off: int | None
    title: str
    market: str
    method: str
    announced_at: datetime
    ended_at: datetime | None
    outcome: str
    budget: Decimal | None = None
    ceiling: Decimal | None = None
    start: Decimal | None = None
    valuation: Decimal | None = None
    deal: Decimal | None = None

    @property
    def limit(self) -> Decimal | None:
        """Give what its price is held against: ceiling, budget, start price or valuation."""
        bounds = (self.ceiling, self.budget, self.start, self.valuation)
        return next((bound for bound in bounds if bound is not None), None)

    def day(self, by: str) -> date | None:
        """Give the day by which it falls into a period; None while it has none."""
        moment = self.announced_at if by == "announced" else self.ended_at
        return local_date(moment) if moment else None

    def case(self) -> dict[str, object]:
        """Give it as an item of `stats`."""
        amounts = ("budget", "ceiling", "start", "valuation", "deal")
        known = {name: getattr(self, name) for name in amounts}
        return {
            "name": self.name,
            "market": self.market,
            "outcome": self.outcome,
            **{name: f"{value:f}" for name, value in known.items() if value is not None},
        }


def require_sensible(asked: Asked) -> None:
    """Refuse a market nobody knows, a method it does not have, and a period that ends before it
    begins.
    """
    methods = method_titles(asked.market)
    if asked.market and not methods:
        raise Invalid(
            "statistics.unknown_market",
            _("没有这个市场。可选：%(known)s。"),
            known="、".join(market_titles()),
        )
    if asked.method and asked.method not in methods:
        raise Invalid(
            "statistics.unknown_method",
            _("这个市场没有这种交易方式。可选：%(known)s。"),
            known="、".join(methods),
        )
    if asked.until < asked.since:
        raise Invalid(
            "statistics.period_reversed",
            _("统计期的截止日 %(until)s 早于起始日 %(since)s。请对调两个日期。"),
            since=asked.since.isoformat(),
            until=asked.until.isoformat(),
        )


def within(rows: Iterable[Reported], asked: Asked) -> tuple[Reported, ...]:
    """Keep what falls into the period, in the order of the names; too much is refused."""
    kept = [row for row in rows if _falls(row.day(asked.by), asked)]
    if len(kept) > MOST_ITEMS:
        raise Invalid(
            "statistics.too_many",
            _("统计期内有 %(count)s 个项目，一次最多统计 %(most)s 个。请缩短统计期或选择市场。"),
            count=len(kept),
            most=MOST_ITEMS,
        )
    return tuple(sorted(kept, key=lambda row: row.name))


def _falls(day: date | None, asked: Asked) -> bool:
    return day is not None and asked.since <= day <= asked.until


def group_of(row: Reported, asked: Asked) -> str:
    """Name the group a row is added up in."""
    if asked.group == "market":
        return row.market
    if asked.group == "method":
        return f"{row.market}.{row.method}"
    day = (row.day(asked.by) or asked.since).isoformat()
    return day[: len("2026-11")] if asked.group == "month" else day[: len("2026")]


def case_of(rows: Iterable[Reported], asked: Asked) -> dict[str, object]:
    """Give rows as the case that anybody can hand to `stats`."""
    return {"denominator": asked.denominator, "items": [row.case() for row in rows]}


def added_up(rows: tuple[Reported, ...], asked: Asked) -> dict[str, Any]:
    """Add rows up, together and by group; each group is a case of `stats` by itself."""
    groups: dict[str, list[Reported]] = {}
    for row in rows:
        groups.setdefault(group_of(row, asked), []).append(row)
    whole: Mapping[str, Any] = run_stats(case_of(rows, asked)) if rows else {}
    return {
        "total": whole.get("total"),
        "items": whole.get("items", []),
        "inconsistencies": whole.get("inconsistencies", []),
        "groups": {
            key: run_stats(case_of(found, asked))["total"] for key, found in sorted(groups.items())
        },
    }
