"""What the public reads: notices with filters and search, tenders closing soon, results.

Pages go by key, never by offset, so that a deep page costs what the first one costs
(performance.md 4.2).
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, TypeVar

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext

from kernel.calendar import SHANGHAI, end_of_day, is_sensible, start_of_day
from kernel.errors import Missing
from kernel.registry import discover
from kernel.text import gettext_noop as _
from trading import regions, search
from trading.domain import NOTICE_KINDS, scheme
from trading.models import Award, Clarification, Notice, Tender
from trading.queries.tenders import digest_of

Time = TypeVar("Time", date, datetime)
PAGE: Final = 20
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MOST_COUNTED: Final = 1000
GROUPS: Final = {
    "taking_bids": (_("正在招标"), ("announced",)),
    "opening": (_("开标与评审"), ("closed", "opening", "opened", "evaluating")),
    "awarding": (_("定标中"), ("evaluated", "winner_confirmed")),
    "awarded": (_("已有结果"), ("award_notified", "contracted", "archived")),
    "ended": (_("废标或终止"), ("failed", "terminated")),
}
AMOUNTS: Final = frozenset({"amount", "price", "budget", "ceiling", "unit_price"})
LABELS: Final = {
    "title": _("名称"),
    "category": _("类别"),
    "summary": _("采购需求"),
    "purchaser": _("采购人"),
    "agency": _("代理机构"),
    "contact": _("联系人"),
    "name": _("名称"),
    "phone": _("电话"),
    "address": _("地址"),
    "plan_number": _("采购计划编号"),
    "funding": _("资金来源"),
    "place": _("开标地点"),
    "qualification": _("资格条件"),
    "conformity": _("符合性条款"),
    "text": _("条款"),
    "evidence": _("证明材料"),
    "scheme": _("评分办法"),
    "criteria": _("评审因素"),
    "children": _("下级因素"),
    "full": _("分值"),
    "rule": _("评分标准"),
    "price": _("价格"),
    "weight": _("分值"),
    "deductions": _("价格扣除"),
    "bid_security": _("投标保证金"),
    "validity_days": _("投标有效期"),
    "documents_from": _("采购文件提供开始"),
    "documents_until": _("采购文件提供截止"),
    "bids_close_at": _("投标截止时间"),
    "lots": _("采购包"),
    "description": _("内容"),
    "quantity": _("数量"),
    "delivery": _("期限"),
    "budget": _("预算金额"),
    "ceiling": _("最高限价"),
    "items": _("分项"),
    "attachments": _("附件"),
    "kind": _("类别"),
    "sha256": "SHA-256",
    "sm3": "SM3",
    "size": _("字节数"),
    "clarifications": _("澄清"),
    "question": _("问"),
    "answer": _("答"),
}
LONG: Final = (
    "fields",
    "tender__policy",
    "tender__scheme",
    "tender__qualification",
    "tender__conformity",
)
"""What a list shows nothing of, and a database reads and parses for nothing."""
TEXT_KINDS: Final = ("tender", "amendment", "clarification")


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
    exact = {
        "kind": filters.kind,
        "tender__market": filters.market,
        "tender__category": filters.category,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.region:
        found = found.filter(tender__region__startswith=filters.region)
    if filters.group in GROUPS:
        found = found.filter(tender__state__in=GROUPS[filters.group][1])
    if filters.since and is_sensible(filters.since):
        found = found.filter(published_at__gte=start_of_day(filters.since))
    if filters.until and is_sensible(filters.until):
        found = found.filter(published_at__lt=end_of_day(filters.until))
    return found.order_by("-published_at", "-id")


def notices_page(filters: Filters, after: str = "", size: int = PAGE) -> Page:
    """Give one page of notices after a key, and how many there are up to a thousand."""
    found = notices(filters)
    counted = len(found.values_list("pk", flat=True)[: MOST_COUNTED + 1])
    items = list(_after(found, after)[: size + 1])
    more = len(items) > size
    return Page(
        items=items[:size],
        next_key=str(items[size - 1].pk) if more else "",
        total=min(counted, MOST_COUNTED),
        more_than_counted=counted > MOST_COUNTED,
    )


def _after(found: QuerySet[Notice], key: str) -> QuerySet[Notice]:
    """Go on after a notice; an unknown key begins at the newest."""
    is_key = key.isascii() and key.isdigit() and len(key) < 19  # noqa: PLR2004 - 64 bits
    last = Notice.objects.filter(pk=int(key)).first() if is_key else None
    if last is None:
        return found
    return found.filter(
        Q(published_at__lt=last.published_at) | Q(published_at=last.published_at, pk__lt=last.pk)
    )


def market_choices() -> list[tuple[str, str]]:
    """List the markets there are, by their titles."""
    found = discover("trading.markets", "MARKET")
    return [(slug, gettext(market.title)) for slug, market in found.items()]


def region_choices() -> list[tuple[str, str]]:
    """List the regions something was published in, by their names."""
    codes = Tender.objects.exclude(published_at=None).values_list("region", flat=True)
    return [(code, regions.name(code)) for code in sorted(set(codes.distinct()))]


def notice_of(code: str, number: int) -> Notice:
    """Give one published notice."""
    found = (
        Notice.objects.filter(tender__code=code, number=number)
        .select_related("tender__purchaser", "tender__agency")
        .first()
    )
    if found is None:
        raise Missing("notice.missing", _("没有这份公告。"))
    return found


def notices_of(tender: Tender) -> QuerySet[Notice]:
    """List a tender's notices, newest first."""
    return tender.notices.order_by("-number")


def clarifications_of(tender: Tender) -> QuerySet[Clarification]:
    """List the public questions with their answers, newest first."""
    return tender.clarifications.exclude(answered_at=None).order_by("-answered_at", "-id")


def open_questions(tender: Tender) -> QuerySet[Clarification]:
    """List what the agency still has to answer."""
    return tender.clarifications.filter(answered_at=None).order_by("asked_at", "id")


def question_of(tender: Tender, token: str) -> Clarification:
    """Give an open question of a tender."""
    found = open_questions(tender).filter(token=token).first()
    if found is None:
        raise Missing("clarification.missing", _("没有这个疑问，或已经答复。"))
    return found


def closing_soon(at: datetime, limit: int = 6) -> list[Tender]:
    """List the tenders that take bids, the nearest deadline first."""
    rows = Tender.objects.filter(state="announced", bids_close_at__gt=at)
    rows = rows.select_related("purchaser").prefetch_related("lots")
    return list(rows.order_by("bids_close_at", "pk")[:limit])


def latest_results(limit: int = 6) -> list[Award]:
    """List the newest awards whose result has been published."""
    return list(results()[:limit])


def results() -> QuerySet[Award]:
    """List the awards whose result has been published, newest first."""
    rows = Award.objects.exclude(notified_at=None)
    rows = rows.select_related("lot__tender__purchaser", "supplier")
    return rows.order_by("-notified_at", "-pk")


def results_page(after: str = "", size: int = PAGE) -> tuple[list[Award], str]:
    """Give one page of results after a key, and the key of the next."""
    rows = results()
    is_key = after.isascii() and after.isdigit() and len(after) < 19  # noqa: PLR2004 - 64 bits
    last = Award.objects.filter(pk=int(after)).first() if is_key else None
    if last is not None and last.notified_at is not None:
        rows = rows.filter(
            Q(notified_at__lt=last.notified_at) | Q(notified_at=last.notified_at, pk__lt=last.pk)
        )
    items = list(rows[: size + 1])
    return items[:size], str(items[size - 1].pk) if len(items) > size else ""


def figures() -> dict[str, Any]:
    """Count what the home page shows: tenders published, results, amounts; never bids."""
    published = Tender.objects.exclude(published_at=None)
    awards = Award.objects.exclude(notified_at=None)
    sums = awards.aggregate(price=Sum("price"), budget=Sum("lot__budget"))
    return {
        "tenders": published.count(),
        "taking_bids": published.filter(state="announced").count(),
        "awards": awards.count(),
        "awarded": sums["price"] or 0,
        "budget": sums["budget"] or 0,
    }


def shown_text(text: Mapping[str, Any]) -> dict[str, Any]:
    """Give a frozen text with its times and amounts as pages show them."""
    closes = text["bids_close_at"]
    return {
        **text,
        "bids_close_at": _moment(closes),
        "documents_from": _day(text["documents_from"]),
        "documents_until": _day(text["documents_until"]),
        "bid_security": Decimal(text["bid_security"]),
        "lots": [
            {**lot, "budget": Decimal(lot["budget"]), "ceiling": Decimal(lot["ceiling"])}
            for lot in text["lots"]
        ],
        "region_name": regions.name(text["region"]),
        "criteria": scheme.leaves(text["scheme"]),
        "method_title": scheme.METHODS.get(text["scheme"].get("method", ""), ""),
        "price_weight": scheme.price_weight(text["scheme"]) if text["scheme"] else None,
        "deductions": [
            (scheme.DEDUCTIONS[name], scheme.plain(Decimal(rate) * 100))
            for name, rate in text["scheme"].get("deductions", {}).items()
        ],
    }


def shown_fields(fields: Any) -> Any:  # noqa: ANN401 - what a notice holds
    """Give the fields of a notice with their amounts as pages show them."""
    if isinstance(fields, list):
        return [shown_fields(part) for part in fields]
    if not isinstance(fields, dict):
        return fields
    return {
        name: Decimal(value)
        if name in AMOUNTS and isinstance(value, str) and value
        else shown_fields(value)
        for name, value in fields.items()
    }


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else _as(datetime, value)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else _as(date, value)


def _as(kind: type[Time], value: object) -> Time | None:
    return value if isinstance(value, kind) else None


@dataclass(frozen=True)
class Change:
    """One place where a version differs from the one before it."""

    path: str
    before: str
    after: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Version:
    """One version of the text, the notice that published it, and what changed in it."""

    number: int
    notice: Notice
    digest: str
    changes: tuple[Change, ...]


def versions(tender: Tender) -> list[Version]:
    """Give every published version with its difference to the one before, newest first."""
    texts = list(tender.notices.filter(kind__in=TEXT_KINDS).order_by("number"))
    found = [Version(1, first, digest_of(first.fields["text"]), ()) for first in texts[:1]]
    for number, (before, after) in enumerate(pairwise(texts), start=2):
        changes = tuple(_changes(before.fields["text"], after.fields["text"]))
        found.append(Version(number, after, digest_of(after.fields["text"]), changes))
    return found[::-1]


def _changes(before: object, after: object, path: str = "") -> Iterator[Change]:
    """Walk two texts side by side; lists are compared place by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            place = gettext(LABELS.get(key) or key)
            yield from _changes(before.get(key), after.get(key), f"{path} › {place}".strip(" ›"))
    elif isinstance(before, list) and isinstance(after, list):
        for n in range(max(len(before), len(after))):
            pair = (before[n : n + 1] or [None])[0], (after[n : n + 1] or [None])[0]
            yield from _changes(*pair, f"{path} {n + 1}")
    elif before != after:
        yield _change(path, before, after)


def _change(path: str, before: object, after: object) -> Change:
    old, new = _readable(before), _readable(after)
    marked = difflib.ndiff(old.splitlines() or [""], new.splitlines() or [""])
    lines = tuple((line[:1].strip() or "=", line[2:]) for line in marked if line[:1] != "?")
    return Change(path, old, new, lines)


def _readable(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "\n".join(
            f"{gettext(LABELS.get(key) or key)}：{_readable(part)}" for key, part in value.items()
        )
    if isinstance(value, str) and INSTANT.fullmatch(value):
        local = datetime.fromisoformat(value).astimezone(SHANGHAI)
        return local.strftime("%Y-%m-%d %H:%M")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def kind_title(kind: str) -> str:
    """Give the Chinese title of a kind of notice."""
    return NOTICE_KINDS[kind]
