"""The list of notices: filters, search, and pages by key, never by offset, so that a deep page
costs what the first one costs (performance.md 4.2).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from kernel.calendar import end_of_day, is_sensible, start_of_day
from kernel.text import gettext_noop as _
from trading import regions, search
from trading.domain.gates import GATES, READING, TAKING
from trading.markets import categories, market_of, markets
from trading.models import Notice, Tender
from trading.queries.rules import classes_of

PAGE: Final = 20
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
KEY: Final = re.compile(r"(\d{1,17})\.(\d{1,18})", re.ASCII)
REGIONS: Final = """
    WITH RECURSIVE step (region) AS (
        SELECT min(region) FROM trading_tender WHERE published_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(t.region) FROM trading_tender t
                WHERE t.published_at IS NOT NULL AND t.region > step.region)
        FROM step WHERE step.region IS NOT NULL
    )
    SELECT region FROM step WHERE region IS NOT NULL"""
SHOWN: Final = (
    "pk",
    "number",
    "kind",
    "title",
    "published_at",
    "tender__code",
    "tender__state",
    "tender__published_at",
    "tender__bids_close_at",
    *(f"tender__{gate.closes}" for gate in GATES),
    "tender__purchaser__name",
)
MOST_COUNTED: Final = 1000
GATED: Final = (*TAKING, *READING)
GROUPS: Final = {
    "told_in_advance": (_("信息预披露"), ("pre_disclosed",)),
    "taking_bids": (_("正在招标"), ("announced", "source_publicity", *GATED)),
    "opening": (
        _("开标与评审"),
        (
            "no_taker",
            "closed",
            "opening",
            "opened",
            "evaluating",
            "negotiating",
            "quoting",
            "ranking",
            "bidding",
            "exam_ready",
            "written_done",
            "interview_ready",
        ),
    ),
    "awarding": (
        _("定标中"),
        ("evaluated", "candidate_publicity", "priced", "winner_confirmed", "ranked"),
    ),
    "awarded": (
        _("已有结果"),
        ("contracted", "settled", "certified", "award_notified", "publicity", "archived"),
    ),
    "ended": (_("废标或终止"), ("failed", "terminated")),
}
ANNOUNCED: Final = Q(published_at__isnull=False) | Q(pre_disclosed_at__isnull=False)
"""What the public knows of: a call that was published, or a sale told of in advance."""
LONG: Final = (
    "fields",
    "tender__policy",
    "tender__scheme",
    "tender__qualification",
    "tender__conformity",
)
"""What a list shows nothing of, and a database reads and parses for nothing."""


@dataclass(frozen=True)
class Filters:
    """What a reader narrows the list of notices by; empty means all."""

    query: str = ""
    kind: str = ""
    market: str = ""
    category: str = ""
    region: str = ""
    group: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """One page by key: its items, and the keys of the next one."""

    items: list[Notice]
    next_key: str
    total: int
    more_than_counted: bool


def notices(filters: Filters) -> QuerySet[Notice]:
    """List notices, newest first, narrowed by the filters."""
    found = Notice.objects.select_related("tender__purchaser", "tender__agency").defer(*LONG)
    if filters.query.strip():
        found = search.matching(found, filters.query)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if of_tender := _of_tender(filters):
        found = _narrowed(found, of_tender)
    if filters.since and is_sensible(filters.since):
        found = found.filter(published_at__gte=start_of_day(filters.since))
    if filters.until and is_sensible(filters.until):
        found = found.filter(published_at__lt=end_of_day(filters.until))
    return found if search.is_walked(found) else found.order_by("-published_at", "-id")


def _of_tender(filters: Filters) -> dict[str, Any]:
    given: dict[str, Any] = {
        "market": filters.market,
        "category": filters.category,
        "region__range": _region_range(filters.region),
        "state__in": GROUPS[filters.group][1] if filters.group in GROUPS else (),
    }
    return {name: value for name, value in given.items() if value}


def _region_range(prefix: str) -> tuple[str, str] | None:
    """Give the first and last code under a prefix, which an index can look for."""
    return (prefix.ljust(6, "0"), prefix.ljust(6, "9")) if prefix else None


def _narrowed(found: QuerySet[Notice], given: dict[str, Any]) -> QuerySet[Notice]:
    """Keep the notices of such tenders: few of them are collected, many are met on the way."""
    tenders = Tender.objects.filter(**given).filter(ANNOUNCED).order_by()
    if tenders[: search.FEW + 1].count() <= search.FEW:
        return found.filter(tender__in=tenders)
    return found.filter(Exists(tenders.filter(pk=OuterRef("tender_id"))))


def notices_page(filters: Filters, after: str = "", size: int = PAGE) -> Page:
    """Give one page of notices after a key, and how many there are up to a thousand."""
    found = notices(filters)
    counted = MOST_COUNTED + 1 if _is_common(found, filters) else _counted(found).count()
    items = list(_after(found, after)[: size + 1])
    more = len(items) > size
    return Page(
        items=items[:size],
        next_key=key_after(items[size - 1]) if more else "",
        total=min(counted, MOST_COUNTED),
        more_than_counted=counted > MOST_COUNTED,
    )


def list_state(filters: Filters, after: str = "") -> tuple[Any, ...]:
    """Give the very values a page of the list shows: while they stay the same, so does the page."""
    plain = not filters.query.strip() and not _of_tender(filters)
    statements = _prepared(filters, after) if plain else _statements(filters, after)
    state: list[Any] = []
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            state += cursor.fetchall()
    return tuple(state)


@lru_cache(maxsize=256)
def _prepared(filters: Filters, after: str) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Prepare the statements of a page once: writing SQL takes Django longer than running it."""
    return _statements(filters, after)


def _statements(filters: Filters, after: str) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    found = notices(filters)
    statements = [_after(found, after).values_list(*SHOWN)[: PAGE + 1]]
    if not _is_common(found, filters):
        statements.append(_counted(found).values_list("pk"))
    try:
        (read, *counting) = [rows.query.sql_with_params() for rows in statements]
    except EmptyResultSet:
        return ()
    return read, *((f"SELECT count(*) FROM ({sql}) AS found", given) for sql, given in counting)  # noqa: S608 - as Django wrote it


def _is_common(found: QuerySet[Notice], filters: Filters) -> bool:
    """Tell whether more are found than are ever counted, without counting: a search that walks its
    matches has met more already.
    """
    return search.is_walked(found) and filters == Filters(query=filters.query)


def _counted(found: QuerySet[Notice]) -> QuerySet[Notice]:
    return found.order_by()[: MOST_COUNTED + 1]


def key_after(notice: Notice) -> str:
    """Give the key of what follows a notice: its instant in microseconds, and its number."""
    return f"{(notice.published_at - EPOCH) // MICROSECOND}.{notice.pk}"


def _after(found: QuerySet[Notice], key: str) -> QuerySet[Notice]:
    """Go on after a notice; a key that is none begins at the newest."""
    parts = KEY.fullmatch(key)
    if parts is None:
        return found
    at, pk = EPOCH + int(parts[1]) * MICROSECOND, int(parts[2])
    if search.is_walked(found):
        return search.walked_after(found, pk)
    return found.filter(Q(published_at__lt=at) | Q(pk__lt=pk), published_at__lte=at)


def market_choices() -> list[tuple[str, str]]:
    """List the markets there are, by their titles."""
    return [(slug, gettext(market.title)) for slug, market in markets().items()]


def kinds_of_tender() -> list[tuple[str, list[tuple[str, str]]]]:
    """List what can be drafted, as `market.method.category` under the names of its market; what
    begins from a framework agreement begins there.
    """
    return [
        (
            gettext(market.title),
            [
                (
                    f"{market.slug}.{method.slug}.{slug}",
                    f"{gettext(method.title)} · {gettext(title)}",
                )
                for method in market.methods.values()
                if not method.asks_shortlisted
                for slug, title in market.categories.items()
            ],
        )
        for market in markets().values()
    ]


def category_choices(tender: Tender | None = None) -> list[tuple[str, str]]:
    """List the kinds of subject of a tender's market, or of all, by their titles."""
    found = market_of(tender).categories if tender else categories()
    return [(slug, gettext(title)) for slug, title in found.items()]


def class_choices(tender: Tender) -> list[tuple[str, str]]:
    """List the classes of a tender's transaction codes; the last one stands for all others."""
    found = classes_of(tender, tender.drafted_at)
    named = [(code, f"{code} {gettext(title)}") for code, title in found.items()]
    return [*named[:-1], ("", named[-1][1])]


def region_choices() -> list[tuple[str, str]]:
    """List the regions something was published in, by their names."""
    return [(code, regions.name(code)) for code in regions_published()]


def regions_published() -> tuple[str, ...]:
    """List the regions something was published in, stepping along their index: the cost is that of
    the regions, not of the tenders.
    """
    with connection.cursor() as cursor:
        cursor.execute(REGIONS)
        return tuple(code for (code,) in cursor.fetchall())
