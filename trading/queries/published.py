"""What the public reads: one notice, tenders closing soon, the text of a call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext

from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading import regions
from trading.domain import (
    STAGES,
    ceilings,
    grounds,
    performance,
    posts,
    priority,
    reserved,
    rooms,
    separation,
    viewing,
)
from trading.domain.gates import GATES
from trading.domain.market import Method
from trading.domain.sources import GROUNDS
from trading.markets import markets
from trading.models import Clarification, Lot, Notice, Tender
from trading.periods import BUDGET_LEVELS
from trading.queries.frameworks import shown_framework
from trading.queries.judging import shown_scheme
from trading.queries.rules import class_title

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
HUNDRED: Final = Decimal(100)
GATE_DAYS: Final = {day for gate in GATES for day in gate.dates[:2]}
DAYS: Final = frozenset(
    {"until", "received_on", "reconsider_until", "approved_on", "held_on", *GATE_DAYS}
)
MOMENTS: Final = frozenset(gate.closes for gate in GATES)
AMOUNTS: Final = frozenset(
    {"agreed", "amount", "price", "budget", "ceiling", "unit_price", "start_price"}
)


class Closing(NamedTuple):
    """What a row says of a tender that takes bids."""

    code: str
    title: str
    purchaser: str
    closes_at: datetime
    budget: Decimal


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


def shown_text(text: Mapping[str, Any]) -> dict[str, Any]:
    """Give a frozen text with its times and amounts as pages show them."""
    market = markets()[text["market"]]
    method = market.methods[text["method"]]
    text = grounds.named_as_now(text)
    return {
        **text,
        "template": method.text_template,
        "region_name": regions.name(text["region"]),
        "market_method": method.title,
        "category_title": market.categories[text["category"]],
        "budget_level_title": BUDGET_LEVELS.get(text.get("budget_level", ""), ""),
        "class_title": class_title(text["market"], text["category"], text.get("trade_class", "")),
        "bids_close_at": _moment(text["bids_close_at"]),
        **({"source": shown_source(text["source"])} if "source" in text else {}),
        **SHOWN[method.drafted_as](text, method),
    }


def shown_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Give the one supplier of a text or a publicity as pages show it."""
    return {
        **source,
        "ground_title": GROUNDS[source["ground"]],
        "base_amount": Decimal(source["base_amount"]),
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


def _shown_purchase(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give what sealed bids answer: how they are opened and judged, and what each lot may cost."""
    return {
        "drawn_from_title": _drawn_from(text, method),
        **({"framework": shown_framework(text["framework"])} if text.get("framework") else {}),
        **_shown_judging(text, method),
        "award_way_title": separation.WAYS.get(text.get("award_way", ""), ""),
        "documents_from": _day(text["documents_from"]),
        "documents_until": _day(text["documents_until"]),
        "bid_security": Decimal(text["bid_security"]),
        "performance": performance.said(text),
        "lots": [
            {
                **lot,
                "budget": Decimal(lot["budget"]),
                "ceiling": Decimal(lot["ceiling"]),
                "reserved_title": reserved.KINDS.get(lot.get("reserved", ""), ""),
            }
            for lot in text["lots"]
        ],
    }


def _shown_sold_by_tender(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give what is sold by sealed bids: each lot with its money, and how bids are judged."""
    return {**_shown_sale(text, method), **_shown_judging(text, method)}


def _shown_judging(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give how envelopes are opened and bids judged."""
    return {
        "stages_title": _stages_title(text["stages"], method),
        **shown_scheme(text["scheme"]),
    }


def _drawn_from(text: Mapping[str, Any], method: Method) -> str:
    """Say which list those invited are drawn from; of those invited, nothing."""
    how = method.by_invitation
    return how.sources.get(text.get("grounds", {}).get("drawn_from", ""), "") if how else ""


def _stages_title(stages: Sequence[str], method: Method) -> str:
    """Name the way envelopes are opened; the method's own first, for two ways have the same
    stages and differ in when the price is handed in.
    """
    ways = (way for way in (*method.stages, *STAGES) if STAGES[way] == tuple(stages))
    return str(Tender.Stages(next(ways)).label)


def _shown_sale(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give the auctions of a sale in the types that pages write."""
    return {
        "method_title": method.title,
        "lots": [_shown_lot(lot) | _described(lot, method) for lot in text["lots"]],
    }


def _shown_competition(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give who is asked, at which agreed price, and how it is competed for."""
    told = text["competition"]
    asked = [{**one, "price": Decimal(one["price"])} for one in told["asked"]]
    return {**_shown_sale(text, method), "competition": {**told, "asked": asked}}


def _described(lot: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give what a lot is described by as pairs of title and text, in the method's order."""
    said = lot.get("particulars", {})
    told = ((one, said.get(one.name, "")) for one in method.particulars)
    return {
        "described": [
            (one.title, gettext(one.shown(text)) if one.choices and text else text)
            for one, text in told
        ]
    }


def _shown_posting(text: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """Give each post of a posting with its education as people say it."""
    return {
        "method_title": method.title,
        "lots": [_shown_post(lot) for lot in text["lots"]],
    }


def _shown_post(lot: Mapping[str, Any]) -> dict[str, Any]:
    if not lot["post"]:
        return dict(lot)
    weight = Decimal(lot["post"]["written_weight"])
    return {
        **lot,
        "education_title": posts.EDUCATIONS[lot["post"]["education"]],
        "ground_title": posts.GROUNDS.get(lot["post"].get("ground", ""), ""),
        "interview_weight": f"{posts.HUNDRED - weight:f}",
    }


def _shown_lot(lot: Mapping[str, Any]) -> dict[str, Any]:
    auction = lot["auction"]
    shown = {
        **lot,
        "priority": shown_priority(auction),
        "budget": Decimal(lot["budget"]),
        "deposit": Decimal(lot["deposit"]),
        "start_price": rooms.start_price(auction),
    }
    if "kind" not in auction:
        return shown
    closes = datetime.fromisoformat(auction["closes_at"])
    shown |= {
        "kind": auction["kind"],
        "kind_title": rooms.KINDS[auction["kind"]],
        "opens_at": _moment(auction["opens_at"]),
        "closes_at": closes,
        "viewing": viewing.shown(auction),
    }
    if "from_price" in auction:
        return shown | {"falling": _shown_fall(auction)}
    if "weights" in auction:
        return shown | {"weights": shown_weights(auction["weights"])}
    shown["falls"] = auction.get("direction") == "low"
    if "sealed" in auction:
        return shown | {"quotes": shown_quotes(auction["sealed"])}
    return shown | {
        "increment": Decimal(auction["increment"]),
        "cycle_s": auction["extension"]["add_s"],
        "window_s": auction["extension"].get("window_s", 0),
        "most_extensions": auction["extension"].get("most", 0),
        "calls": auction.get("calls", 0),
        "least": auction.get("least_bidders", 0),
        "inquiry_s": auction.get("inquiry_s", 0),
        "ceiling_price": Decimal(auction["cap"]) if "cap" in auction else None,
        "branch": ceilings.shown(auction["after_cap"]) if "after_cap" in auction else {},
        "quiet_minutes": auction.get("quiet_s", 0) // 60,
        "quiet_from": closes - timedelta(seconds=auction.get("quiet_s", 0)),
    }


def shown_quotes(sealed: Mapping[str, Any]) -> dict[str, Any]:
    """Give how sealed quotes are taken, as pages show it."""
    return {
        "rounds": sealed.get("rounds", 1),
        "minutes": sealed.get("round_s", 0) // 60,
        "tie": rooms.TIES[sealed["tie"]],
    }


def _shown_fall(auction: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "from_price": Decimal(auction["from_price"]),
        "step": Decimal(auction["increment"]),
        "every_s": auction["every_s"],
        "floor": rooms.start_price(auction),
    }


def shown_weights(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is scored, with its weight in percent, as pages show it."""
    return {
        "price": _percent(weights["price"]),
        "items": [{**item, "percent": _percent(item["weight"])} for item in weights["items"]],
    }


def _percent(share: str) -> str:
    return f"{(Decimal(share) * HUNDRED).normalize():f}"


def shown_priority(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was disclosed of priority rights as pages show it; nothing where it is not said."""
    right = priority.of(auction)
    if not right:
        return {}
    return right | {
        "title": priority.MODES[right["mode"]],
        "explained": priority.EXPLAINED.get(right["mode"], ""),
        "minutes": right.get("window_s", 0) // 60,
        "notified_on": _day(right.get("notified_on")),
    }


def shown_fields(fields: Any) -> Any:  # noqa: ANN401 - what a notice holds
    """Give the fields of a notice with their amounts and days as pages show them."""
    if isinstance(fields, list):
        return [shown_fields(part) for part in fields]
    if not isinstance(fields, dict):
        return fields
    return {name: _shown_field(name, value) for name, value in fields.items()}


def _shown_field(name: str, value: Any) -> Any:  # noqa: ANN401 - as above
    if name == "source" and isinstance(value, dict):
        return shown_source(value)
    if isinstance(value, str) and value:
        if name in AMOUNTS:
            return Decimal(value)
        if name in DAYS:
            return date.fromisoformat(value)
        if name in MOMENTS:
            return datetime.fromisoformat(value)
    return shown_fields(value)


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else _as(datetime, value)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else _as(date, value)


def _as(kind: type[Time], value: object) -> Time | None:
    return value if isinstance(value, kind) else None


SHOWN: Final[Mapping[str, Callable[[Mapping[str, Any], Method], dict[str, Any]]]] = {
    "purchase": _shown_purchase,
    "works": _shown_purchase,
    "grant_tender": _shown_sold_by_tender,
    "sale_tender": _shown_sold_by_tender,
    "sale": _shown_sale,
    "agreement": _shown_sale,
    "grant": _shown_sale,
    "posting": _shown_posting,
    "competition": _shown_competition,
}
"""What a text's page shows besides the text, by the forms it was drafted with."""
