"""Read the second competitions of a framework: who is asked, at which agreed price, and which
offers were asked about.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import competition, framework
from trading.domain.competition import CompetitionFacts
from trading.markets import method_of
from trading.models import Competition, Lot, PriceQuestion, Tender


def competition_if_any(tender: Tender) -> Competition | None:
    """Give from which framework a tender was begun, where its method is one that is."""
    if not method_of(tender).asks_shortlisted:
        return None
    rows = Competition.objects.select_related("lot__tender")
    return rows.filter(tender=tender).first()


def shortlisted_now(lot: Lot, at: datetime | None = None) -> list[dict[str, Any]]:
    """List those of a framework's lot whose agreement is in force, in their order; on a day, those
    whose last one is not over.
    """
    rows = lot.agreements.filter(state="in_force")
    if at is not None:
        rows = rows.filter(ends_on__gte=local_date(at))
    return [
        {
            "place": one.place,
            "uscc": one.supplier.uscc,
            "name": one.supplier.name,
            "price": f"{one.price:.2f}",
        }
        for one in rows.select_related("supplier").order_by("place")
    ]


def asked_of(made: Competition) -> list[dict[str, Any]]:
    """List those asked; before they are, those who would be."""
    return made.asked or shortlisted_now(made.lot)


def competes(tender: Tender) -> bool:
    """Tell whether a framework's document has those shortlisted compete once more."""
    return bool(tender.framework.get("way") == framework.COMPETITION)


def entrants_asked(tender: Tender) -> dict[str, str]:
    """Give those who were asked, code → name; nobody before they are."""
    made = competition_if_any(tender)
    return {one["uscc"]: one["name"] for one in made.asked} if made else {}


def still_shortlisted(tender: Tender, owners: Sequence[str], at: datetime) -> list[str]:
    """Leave out those whose agreement is no longer in force, where one is needed to bid."""
    made = competition_if_any(tender)
    if made is None:
        return list(owners)
    kept = {one["uscc"] for one in shortlisted_now(made.lot, at)}
    return [owner for owner in owners if owner in kept]


def gone_since(tender: Tender) -> dict[str, str]:
    """Give those asked whose agreement was terminated or given up since, code → name."""
    made = competition_if_any(tender)
    gone = made.lot.agreements.filter(state__in=("terminated", "withdrawn")) if made else ()
    return {one.supplier.uscc: one.supplier.name for one in gone}


def competition_facts(tender: Tender) -> CompetitionFacts | None:
    """Give a competition as the rules see it."""
    made = competition_if_any(tender)
    if made is None:
        return None
    asked = asked_of(made)
    prices = [Decimal(one["price"]) for one in asked]
    return CompetitionFacts(len(asked), competition.limit_of(prices, made.quantity))


def competition_text(tender: Tender) -> dict[str, Any]:
    """Say under which framework those are asked, who, and at which agreed price."""
    made = competition_if_any(tender)
    if made is None:
        return {}
    lot = made.lot
    told = {
        "framework": lot.tender.code,
        "title": lot.tender.title,
        "lot": lot.number,
        "lot_title": lot.title,
        "quantity": f"{made.quantity:f}",
        "unit": str(lot.items[0].get("unit", "")) if lot.items else "",
        "asked": asked_of(made),
    }
    return {"competition": told}


def competitions_under(lot: Lot, *, is_side: bool) -> QuerySet[Competition]:
    """List what was competed for under a lot; what nobody was told of yet, for its side alone."""
    rows = lot.competitions.select_related("tender").order_by("pk")
    return rows if is_side else rows.exclude(tender__published_at=None)


def price_questions(lot: Lot) -> QuerySet[PriceQuestion]:
    """List the offers of a lot that were asked about."""
    return lot.price_questions.select_related("supplier", "lot__tender")


def price_question(lot: Lot, uscc: str) -> PriceQuestion:
    """Give what one supplier is asked about its offer."""
    found = price_questions(lot).filter(supplier__uscc=uscc).first()
    if found is None:
        raise Missing("price.not_asked", _("没有对该报价启动异常低价审查。"))
    return found
