"""The sealed reserves: that there is one may be known to all, what it is to the engine alone."""

import json
from collections.abc import Mapping
from decimal import Decimal

from ledger import private
from ledger import queries as record
from trading.models import Lot, Reserve, Tender


def about(code: str, number: int) -> str:
    """Name what a sealed reserve is about: one lot's does not open as another's."""
    return f"reserve.{code}.{number}"


def reserve_of(lot: Lot) -> Reserve | None:
    """Give the sealed reserve of a lot: when it was sealed, and its commitment."""
    return Reserve.objects.filter(lot=lot).first()


def reserves_of(tender: Tender) -> dict[int, Reserve]:
    """Give the sealed reserves of a tender by the number of their lot."""
    rows = Reserve.objects.filter(lot__tender=tender).select_related("lot")
    return {kept.lot.number: kept for kept in rows}


def opened_reserve(lot: Lot) -> Mapping[str, str]:
    """Open a reserve for the engine that compares it with the highest offer; nothing if none."""
    kept = reserve_of(lot)
    if kept is None:
        return {}
    plain = private.unlock(bytes(kept.sealed), about(lot.tender.code, lot.number))
    opening: dict[str, str] = json.loads(plain)
    return opening


def told_reserves(tender: Tender) -> dict[int, Decimal]:
    """Give the reserves that were opened on record, by the number of their lot."""
    opened = record.facts_of(tender.code, only=["lot.reserve_opened"])
    return {int(fact.data["lot"]): Decimal(fact.data["price"]) for fact in opened}
