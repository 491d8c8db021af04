"""What the public reads: one notice, tenders closing soon, results."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading import regions
from trading.domain import sale, scheme
from trading.markets import markets
from trading.models import Award, Clarification, Lot, Notice, Tender

Time = TypeVar("Time", date, datetime)
PAGE: Final = 20
STATE: Final = (
    "pk",
    "digest",
    "tender__state",
    "tender__bids_close_at",
    "tender__next_due_at",
    "tender__purchaser__name",
)
CLOSING: Final = ("code", "title", "purchaser__name", "bids_close_at", "budget")
RESULT: Final = (
    "lot__tender__code",
    "lot__tender__title",
    "lot__tender__purchaser__name",
    "supplier__name",
    "price",
    "notified_at",
)
AMOUNTS: Final = frozenset({"amount", "price", "budget", "ceiling", "unit_price", "start_price"})


class Closing(NamedTuple):
    """What a row says of a tender that takes bids."""

    code: str
    title: str
    purchaser: str
    closes_at: datetime
    budget: Decimal


class Result(NamedTuple):
    """What a row says of a published award."""

    code: str
    title: str
    purchaser: str
    supplier: str
    price: Decimal
    notified_at: datetime


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


def notice_state(code: str, number: int) -> tuple[Any, ...]:
    """Give what decides how a notice's page looks: what it names, and the tender's newest fact."""
    found = Notice.objects.filter(tender__code=code, number=number).values_list(*STATE).first()
    newest = record.last_numbers([f"tender.{code}", "calendar"])  # what is due next, and when
    return found or (), tuple(sorted(newest.items()))


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


def closing_soon(at: datetime, limit: int = 6) -> tuple[Closing, ...]:
    """List the tenders that take bids, the nearest deadline first."""
    budget = Lot.objects.filter(tender=OuterRef("pk")).order_by().values("tender")
    rows = Tender.objects.filter(state="announced", bids_close_at__gt=at)
    rows = rows.annotate(budget=Subquery(budget.annotate(sum=Sum("budget")).values("sum")))
    found = rows.order_by("bids_close_at", "pk").values_list(*CLOSING)[:limit]
    return tuple(Closing(*row) for row in found)


def latest_results(limit: int = 6) -> list[Award]:
    """List the newest awards whose result has been published."""
    return list(results()[:limit])


def results_in_brief(limit: int) -> tuple[Result, ...]:
    """Give what a row says of each of the newest results."""
    rows = Award.objects.exclude(notified_at=None).order_by("-notified_at", "-pk")
    return tuple(Result(*row) for row in rows.values_list(*RESULT)[:limit])


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


def figures() -> list[dict[str, Any]]:
    """Add up the published results of each market that has any: what is bought and what is sold
    are never one sum.
    """
    awards = Award.objects.exclude(notified_at=None).order_by()
    rows = awards.values("lot__tender__market").annotate(
        awards=Count("pk"), awarded=Sum("price"), budget=Sum("lot__budget")
    )
    found = {row["lot__tender__market"]: row for row in rows}
    return [
        {"title": market.title, "words": market.words, **found[slug]}
        for slug, market in markets().items()
        if slug in found
    ]


def shown_text(text: Mapping[str, Any]) -> dict[str, Any]:
    """Give a frozen text with its times and amounts as pages show them."""
    closes = _moment(text["bids_close_at"])
    if "scheme" not in text:
        return _shown_sale(text) | {"bids_close_at": closes}
    return {
        **text,
        "template": "trading/_text.html",
        "bids_close_at": closes,
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


def auctions_of(tender: Tender) -> list[dict[str, Any]]:
    """List the lots that are for sale by auction, with their terms in the types pages write."""
    return [
        _shown_lot(
            {
                "number": lot.number,
                "title": lot.title,
                "budget": lot.budget,
                "deposit": lot.deposit,
                "auction": lot.auction,
            }
        )
        for lot in tender.lots.all()
        if lot.auction.get("kind")
    ]


def _shown_sale(text: Mapping[str, Any]) -> dict[str, Any]:
    """Give the frozen text of a sale, its auctions in the types that pages write."""
    market = markets()[text["market"]]
    return {
        **text,
        "template": "trading/_sale.html",
        "region_name": regions.name(text["region"]),
        "method_title": market.methods[text["method"]].title,
        "category_title": market.categories[text["category"]],
        "lots": [_shown_lot(lot) for lot in text["lots"]],
    }


def _shown_lot(lot: Mapping[str, Any]) -> dict[str, Any]:
    auction = lot["auction"]
    shown = {
        **lot,
        "budget": Decimal(lot["budget"]),
        "deposit": Decimal(lot["deposit"]),
        "start_price": sale.start_price(auction),
    }
    if "kind" not in auction:
        return shown
    return shown | {
        "kind_title": sale.KINDS[auction["kind"]],
        "increment": Decimal(auction["increment"]),
        "opens_at": _moment(auction["opens_at"]),
        "closes_at": _moment(auction["closes_at"]),
        "cycle_s": auction["extension"]["add_s"],
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
