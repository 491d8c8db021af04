"""Read the one supplier of a single-source procurement, and what the public is told of it."""

from decimal import Decimal
from typing import Any, Final

from accounts.domain import BIDDER, Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain.sources import SourceFacts
from trading.markets import method_of
from trading.models import SoleSource, Tender
from trading.queries.parties import party

SAID: Final = ("ground", "reason", "arguments", "authority", "base_contract")
AMOUNTS: Final = ("base_amount", "base_added")


def source_if_any(tender: Tender) -> SoleSource | None:
    """Give the one supplier, or None while none is named or where nobody is named."""
    if not method_of(tender).invites_sole:
        return None
    return SoleSource.objects.filter(tender=tender).select_related("supplier").first()


def source_of(tender: Tender) -> SoleSource:
    """Give the one supplier of a tender, or refuse where there is none."""
    found = source_if_any(tender)
    if found is None:
        raise Missing("source.missing", _("本项目没有拟定的唯一供应商。"))
    return found


def is_sole_supplier(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor acts for the supplier that alone is invited."""
    found = source_if_any(tender)
    return found is not None and actor.has_for(found.supplier_id, BIDDER)


def source_facts(tender: Tender) -> SourceFacts | None:
    """Give the one supplier as the rules see it; None where a method names nobody."""
    if not method_of(tender).invites_sole:
        return None
    budget = sum((lot.budget for lot in tender.lots.all()), Decimal(0))
    found = source_if_any(tender)
    if found is None:
        return SourceFacts(budget=budget)
    from_publicity = found.publicised_at
    return SourceFacts(
        ground=found.ground,
        supplier=found.supplier.name,
        reason=found.reason,
        arguments=len(found.arguments),
        authority=found.authority,
        base_amount=found.base_amount,
        base_added=found.base_added,
        budget=budget,
        publicised_on=local_date(from_publicity) if from_publicity else None,
        publicity_until=found.publicity_until,
    )


def source_text(source: SoleSource) -> dict[str, Any]:
    """Give what the text and the publicity say of the one supplier."""
    said = {name: getattr(source, name) for name in SAID}
    amounts = {name: f"{getattr(source, name):.2f}" for name in AMOUNTS}
    return {**said, **amounts, "supplier": party(source.supplier)}


def objections_to(tender: Tender) -> list[dict[str, str]]:
    """List what was objected to a sole supplier while it stood before the public, and the answer;
    without who objected: of that its answer tells, not the minutes.
    """
    rows = tender.challenges.filter(about="source").exclude(state="withdrawn").order_by("filed_at")
    return [
        {"matters": row.matters, "outcome": row.get_outcome_display(), "answer": row.answer}
        for row in rows
    ]


def source_fields(tender: Tender, source: SoleSource) -> dict[str, Any]:
    """Give what the publicity of a sole supplier must say (M74 38)."""
    return {
        "code": tender.code,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "summary": tender.summary,
        "source": source_text(source),
        "until": source.publicity_until,
        "lots": [
            {
                "number": lot.number,
                "title": lot.title,
                "description": lot.description,
                "quantity": lot.quantity,
                "budget": f"{lot.budget:.2f}",
            }
            for lot in tender.lots.all()
        ],
    }
