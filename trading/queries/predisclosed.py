"""What a sale was told of in advance, against what it would disclose now."""

from typing import Any

from ledger import queries as record
from trading.models import Tender


def lots_told(tender: Tender) -> list[dict[str, Any]]:
    """Say which lots a sale has, as it is told of in advance: without a price."""
    return [
        {"number": lot.number, "title": lot.title, "quantity": lot.quantity}
        for lot in tender.lots.all()
    ]


def conditions_told(tender: Tender) -> list[str]:
    """Say who may take part, as it is told in advance."""
    return [term["text"] for term in tender.qualification]


def told_otherwise(tender: Tender) -> tuple[str, ...]:
    """Name the parts of a draft that its pre-disclosure tells otherwise."""
    if tender.pre_disclosed_at is None:
        return ()
    told = tender.notices.get(kind="pre_disclosure").fields
    fact = record.first_fact(tender.code, "tender.pre_disclosed")
    pairs = {
        "title": (fact.data["title"] if fact else tender.title, tender.title),
        "lots": (told["lots"], lots_told(tender)),
        "conditions": (told["conditions"], conditions_told(tender)),
    }
    return tuple(name for name, (said, now) in pairs.items() if said != now)
