"""The end of what is sold by tender: the reserve is opened on record, and what was offered below it
takes no part; whoever may take it before others is asked (LD39 10, 14, SA32 13).
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts import queries as accounts
from accounts.domain import SYSTEM
from trading import queries
from trading.domain import PRIORITY_INQUIRY, inquiry, priority, reserve
from trading.domain.standstill import Standstill
from trading.models import Lot, PriorityInquiry, Tender
from trading.services.telling import tell


def open_reserve(tender: Tender, lot: Lot, at: datetime) -> None:
    """Open a lot's reserve for everybody, and put out the candidates that stayed below it."""
    kept, opening = queries.reserve_of(lot), dict(queries.opened_reserve(lot))
    if kept is None:
        return
    told: dict[str, Any] = {"lot": lot.number, **opening, "commitment": kept.commitment}
    tell(tender, "lot.reserve_opened", SYSTEM, at, **told)
    reached, below = reserve.divided(lot.candidates, Decimal(opening["price"]))
    lot.candidates, lot.excluded = reached, [*lot.excluded, *below]


def tell_price(tender: Tender, lot: Lot, at: datetime) -> None:
    """Tell at which price a lot goes: from here the losers' deposits go back (LD39 21)."""
    left = queries.candidates_left(lot)
    price, offers = left[0]["price"], len(left)
    tell(tender, "lot.priced", SYSTEM, at, lot=lot.number, price=price, offers=offers)


def offer_again(tender: Tender, lot: Lot, at: datetime) -> None:
    """Tell the price of whoever stands next since somebody fell away, and put the question anew to
    the holders that were asked before: they answered another price, or had not yet. Where nobody
    is left to be asked at this price, what was answered at it stands.
    """
    tell_price(tender, lot, at)
    asked = set(queries.inquiries_of(tender).filter(lot=lot).values_list("holder__uscc", flat=True))
    if not asked:
        return
    price = queries.candidates_left(lot)[0]["price"]
    _lapse(lot.inquiries.filter(state="asked").exclude(price=Decimal(price)), at)
    ask_holders(tender, lot, asked, at)
    if not lot.inquiries.filter(state="asked").exists():
        conclude(lot)


def ask_no_more(tender: Tender, lots: Collection[Lot], at: datetime) -> None:
    """Ask nobody any longer about lots that came to an end; the tender waits for the others."""
    if _lapse(PriorityInquiry.objects.filter(lot__in=lots, state="asked"), at):
        set_clock(tender)


def _lapse(asked: QuerySet[PriorityInquiry], at: datetime) -> int:
    return asked.update(state=PRIORITY_INQUIRY.after("asked", "lapse"), answered_at=at)


def conclude(lot: Lot) -> None:
    """Put whoever exercises its right at the price that stands before the others, once everybody
    has answered; where nobody is left there is no order to change.
    """
    same_rank = priority.of(lot.auction)["same_rank"]
    left = queries.candidates_left(lot)
    if not left:
        return
    gone = {one["uscc"] for one in lot.passed_over}
    answers = [one for one in queries.answers_of(lot, left[0]["price"]) if one.uscc not in gone]
    ranked = inquiry.with_right(lot.candidates, left[0], answers, same_rank=same_rank)
    lot.candidates = ranked
    lot.save(update_fields=["candidates"])


def ask_holders(tender: Tender, lot: Lot, laid: Collection[str], at: datetime) -> None:
    """Put the question to everybody who is to be asked; the tender waits for the answers. Where a
    deposit is asked only who laid it down is present, as in a room: others would risk nothing.
    """
    present = queries.present_holders(tender).get(lot.number, set())
    if queries.deposit_asked(tender, lot.number) > 0:
        present = present & set(laid)
    left = queries.candidates_left(lot)
    out = [*lot.excluded, *lot.passed_over]
    price = left[0]["price"]
    answered = {one.uscc for one in queries.answers_of(lot, price) if one.state != "asked"}
    for uscc, rank in inquiry.to_ask(lot.auction, left, present, out).items():
        if uscc in answered:
            continue
        made, _made = PriorityInquiry.objects.update_or_create(
            lot=lot,
            holder=accounts.organisation(uscc),
            defaults={
                "rank": rank,
                "price": price,
                "state": "asked",
                "asked_at": at,
                "due_at": inquiry.due_from(lot.auction, at),
                "answered_at": None,
            },
        )
        told = {"lot": lot.number, "holder": uscc, "price": str(made.price)}
        tell(tender, "priority.asked", SYSTEM, at, **told, due_at=made.due_at)
    set_clock(tender)


def give_answer_time_back(tender: Tender, still: Standstill) -> None:
    """Move on until when holders may answer, who could not while the tender stood still."""
    waiting = PriorityInquiry.objects.select_for_update().filter(lot__tender=tender, state="asked")
    for found in waiting.filter(due_at__gt=still.begin):
        found.due_at += still.end - max(still.begin, found.asked_at)
        found.save(update_fields=["due_at"])
    set_clock(tender)


def set_clock(tender: Tender) -> None:
    """Wake the tender when the first answer still to come is late."""
    waiting = queries.inquiries_of(tender).filter(state="asked").order_by("due_at").first()
    tender.next_due_at = waiting.due_at if waiting else None
    tender.save(update_fields=["next_due_at"])
