"""Questions put to holders of a right of first refusal: one's own, and those of a tender."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from trading.domain import priority
from trading.domain.inquiry import Answer
from trading.models import Lot, PriorityInquiry, Tender
from trading.queries.takers import entrants_of


def present_holders(tender: Tender) -> Mapping[int, set[str]]:
    """Give the holders of each lot that registered for it; for the process that closes a tender."""
    return {
        lot.number: held & set(entrants_of(tender, lot))
        for lot in tender.lots.all()
        if (held := set(priority.holders_of(lot.auction)))
    }


def inquiries_of(tender: Tender) -> QuerySet[PriorityInquiry]:
    """List what was asked in a tender, by lot and rank."""
    rows = PriorityInquiry.objects.filter(lot__tender=tender)
    return rows.select_related("lot__tender", "holder").order_by("lot__number", "rank")


def own_inquiries(actor: Actor, tender: Tender) -> QuerySet[PriorityInquiry]:
    """List what the actor's own organisations were asked; nobody else learns of it."""
    return inquiries_of(tender).filter(holder_id__in=actor.organisations(BIDDER))


def inquiries_for(actor: Actor, tender: Tender) -> Iterable[PriorityInquiry]:
    """List the questions an actor may read: its own, and all for whose sale it is and oversight."""
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if side or actor.has(REGULATOR, AUDITOR):
        return inquiries_of(tender)
    return own_inquiries(actor, tender)


def answers_of(lot: Lot, price: str) -> list[Answer]:
    """Give the answers of a lot to a price, as the rule reads them."""
    rows = PriorityInquiry.objects.filter(lot=lot, price=Decimal(price))
    rows = rows.select_related("holder").order_by("rank")
    return [Answer(r.holder.uscc, r.holder.name, r.rank, r.state, r.answered_at) for r in rows]


def asked_items(actor: Actor) -> list[DeskItem]:
    """List what the actor's organisations still have to answer, by when."""
    rows = PriorityInquiry.objects.filter(
        state="asked", holder_id__in=actor.organisations(BIDDER), lot__tender__state="evaluated"
    )
    return [_desk_item(row) for row in rows.select_related("lot__tender").order_by("due_at")]


def _desk_item(row: PriorityInquiry) -> DeskItem:
    tender = row.lot.tender
    subject = f"{tender.code} {tender.title} · {row.lot.title}"
    url = f"/tenders/{tender.code}/priority/"
    return DeskItem(_("答复是否行使优先购买权"), subject, url, row.due_at)


def inquiry_plain(row: PriorityInquiry) -> dict[str, Any]:
    """Give a question as the API does."""
    return {
        "lot": row.lot.number,
        "holder": row.holder.name,
        "uscc": row.holder.uscc,
        "rank": row.rank,
        "price": f"{row.price:.2f}",
        "state": row.state,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
        "answered_at": row.answered_at,
    }
