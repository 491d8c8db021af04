"""What the platform has published of its deals, as items of `stats`: the lots that were called, the
results that were told, and nothing in between.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from trading.domain.statistics.asked import (
    Asked,
    Reported,
    added_up,
    case_of,
    require_sensible,
    within,
)
from trading.domain.statistics.items import DENOMINATORS
from trading.markets import method_of
from trading.models import Award, CallOff, Contract, Lot, Notice

ENDINGS: Final = ("failure", "termination", "hire")
"""The notices that tell of an end without a deal, of the lots they name or of all that were left,
and of a hire.
"""
HIRED: Final = frozenset({"contracted", "archived"})


def statistics(asked: Asked) -> dict[str, Any]:
    """Add up what was published, with the rows behind it."""
    require_sensible(asked)
    rows = reported(asked)
    return {"rows": rows, **added_up(rows, asked)}


def reported(asked: Asked) -> tuple[Reported, ...]:
    """List the lots and call-offs of a period, each as everybody may know it."""
    return within([*_lots(asked), *_call_offs(asked)], asked)


def _lots(asked: Asked) -> Iterator[Reported]:
    called = Notice.objects.filter(tender=OuterRef("tender"), kind="tender")
    lots = _of(asked, Lot.objects.filter(Exists(called)), "tender")
    rows = list(lots.select_related("tender").order_by("pk"))
    deals = _deals(rows)
    ended = _endings(rows)
    for lot in rows:
        yield _lot(lot, deals.get(lot.pk), ended.get(lot.pk))


def _of(asked: Asked, rows: "QuerySet[Any]", path: str) -> "QuerySet[Any]":
    """Narrow rows to a market and a method."""
    wanted = {"market": asked.market, "method": asked.method}
    return rows.filter(**{f"{path}__{name}": value for name, value in wanted.items() if value})


def _deals(lots: list[Lot]) -> Mapping[int, tuple[Decimal, datetime]]:
    """Give the price of every lot whose award has been told, and when it was."""
    told = Award.objects.exclude(notified_at=None)
    tenders = {lot.tender_id for lot in lots}
    found = told.filter(lot__tender__in=tenders).values_list("lot_id", "price", "notified_at")
    return {lot: (price, at) for lot, price, at in found if at is not None}


def _endings(lots: list[Lot]) -> Mapping[int, datetime]:
    """Give when each lot ended: with the notice that names it, or with one of the whole tender; a
    contract of which nobody was told ended with its fact.
    """
    tenders = {lot.tender_id for lot in lots}
    told = Notice.objects.filter(tender__in=tenders, kind__in=ENDINGS).order_by("published_at")
    named: dict[tuple[int, int], datetime] = {}
    whole: dict[tuple[int, str], datetime] = {}
    for tender, kind, fields, at in told.values_list("tender_id", "kind", "fields", "published_at"):
        if kind == "failure":
            named |= {(tender, int(one["number"])): at for one in fields["lots"]}
        else:
            whole[tender, kind] = at
    over = Contract.every.filter(lot__tender__in=tenders).exclude(ended_at=None)
    ended = dict(over.values_list("lot_id", "ended_at"))
    found = {}
    for lot in lots:
        way = "termination" if lot.state == "terminated" else "hire"
        own = ended.get(lot.pk) or named.get((lot.tender_id, lot.number))
        if last := own or whole.get((lot.tender_id, way)):
            found[lot.pk] = last
    return found


def _lot(lot: Lot, deal: tuple[Decimal, datetime] | None, ended: datetime | None) -> Reported:
    tender, method = lot.tender, method_of(lot.tender)
    given: dict[str, Any] = {"outcome": "open", "ended_at": None}
    if lot.state in {"failed", "terminated"} or (lot.state == "ended" and deal is None):
        given = {"outcome": "failed", "ended_at": ended or tender.published_at}
    elif deal is not None:
        given = {"outcome": "concluded", "deal": deal[0], "ended_at": deal[1]}
    elif method.has_posts and tender.state in HIRED:
        given = {"outcome": "concluded", "ended_at": ended}
    if not method.has_posts and not tender.framework:
        given |= _planned(lot, sells=method.sells)
    return Reported(
        name=f"{tender.code}/{lot.number}",
        code=tender.code,
        number=lot.number,
        call_off=None,
        title=f"{tender.title} {lot.title}".strip(),
        market=tender.market,
        method=tender.method,
        announced_at=tender.published_at or tender.drafted_at,
        **given,
    )


def _planned(lot: Lot, *, sells: bool) -> dict[str, Decimal]:
    """Give what a lot was announced with: what may be spent on it, or from what it is sold."""
    if sells:
        found = {"valuation": lot.budget, "start": lot.start_price}
    else:
        found = {"budget": lot.budget, "ceiling": lot.ceiling}
    return {name: amount for name, amount in found.items() if amount}


def _call_offs(asked: Asked) -> Iterator[Reported]:
    """List what was called off from frameworks: there the money is, the framework itself has none.

    Nobody is told of a call-off before it is published, so that is its first day and its last.
    """
    made = CallOff.objects.exclude(published_at=None).exclude(state="failed")
    rows = _of(asked, made, "lot__tender").select_related("lot__tender").order_by("pk")
    for call in rows:
        lot, tender, told = call.lot, call.lot.tender, call.published_at
        if told is None:
            continue
        yield Reported(
            name=f"{tender.code}/{lot.number}/{call.number}",
            code=tender.code,
            number=lot.number,
            call_off=call.number,
            title=f"{tender.title} {lot.title}".strip(),
            market=tender.market,
            method=tender.method,
            announced_at=told,
            ended_at=told,
            outcome="concluded",
            budget=call.agreed_amount,
            deal=call.amount,
        )


def statistics_out(asked: Asked) -> dict[str, Any]:
    """Give the figures as data, with the case from which `manage.py stats` gets the same."""
    found = statistics(asked)
    rows = found.pop("rows")
    return {
        "asked": {name: str(value) for name, value in vars(asked).items()},
        "denominator_words": DENOMINATORS[asked.denominator],
        "case": case_of(rows, asked),
        **found,
        "lots": [
            {
                "name": row.name,
                "tender": row.code,
                "lot": row.number,
                "call_off": row.call_off,
                "title": row.title,
                "market": row.market,
                "method": row.method,
                "announced_at": row.announced_at,
                "ended_at": row.ended_at,
            }
            for row in rows
        ],
    }
