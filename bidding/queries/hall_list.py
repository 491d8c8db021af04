"""The list of the hall: a line a bid, saying only what the step has made public."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bidding.domain import FIELD_TITLES, OPENING
from bidding.models import Bid, Envelope, OpeningSession
from bidding.queries.opening import IN_ORDER, OUT, SEALED_PARTS, bids_of, envelopes_of
from bidding.sealing.format import PRICED
from deposits.queries import kept as deposits
from kernel.money import in_capitals
from trading import queries as trading
from trading.domain import priced
from trading.markets import method_of
from trading.models import Lot

MARKS = ("bid_id", "share_at", "read_at")
SHOWN_FROM = frozenset(OPENING.states) - {"waiting", "counted", "announced"}
PRICE_FIELDS = ("price", "currency", "price_in_words")
WITH_PRICE = ("x-item-", priced.OWN.format(""))
"""How the further fields begin that are stated with the price: unit prices, and facts that cost."""


@dataclass(frozen=True)
class HallBid:
    """One line of the hall's list, holding only what the step has made public."""

    lot: int
    sequence: int
    bidder: str
    uscc: str
    commit: str
    accepted_at: datetime
    state: str
    unlocked: bool
    is_read: bool
    amount: Decimal | None
    fields: dict[str, str]
    note: str
    deposit: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    is_told: bool = True

    def as_plain(self) -> dict[str, Any]:
        """Give the line as the API does."""
        return {
            name: value
            for name, value in vars(self).items()
            if name not in {"is_read", "is_told", "titles"}
        } | {
            "read": self.is_read,
            "amount": None if self.amount is None else str(self.amount),
        }

    @property
    def shown_state(self) -> str:
        """Give the state as the hall tells it: an opened bid stays closed to it until read."""
        if self.is_read and self.is_in:
            return "read" if self.is_told else "opened"
        if not self.is_in:
            return self.state
        return "unlocked" if self.unlocked else "sealed"

    @property
    def differs(self) -> bool:
        """Tell whether the bidder's own words give another amount than its figures."""
        stated = self.fields.get("price_in_words", "")
        return self.amount is not None and bool(stated) and stated != in_capitals(self.amount)

    @property
    def is_in(self) -> bool:
        """Tell whether the bid still takes part."""
        return self.state not in OUT

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Give what is read out besides the price, with titles."""
        titles = {**FIELD_TITLES, **dict(self.titles)}.items()
        return [(title, self.fields[key]) for key, title in titles if self.fields.get(key)]


def hall_bids(session: OpeningSession) -> list[HallBid]:
    """Give the lines of the list from the moment the list is public; nothing before.

    Who is admitted to a price stage was told when it was called.
    """
    is_listed = session.stage == "price" or session.state in SHOWN_FROM
    if not is_listed or session.state in {"failed", "cancelled"}:
        return []
    bids = list(bids_of(session).defer("commit", "signature"))
    marks = marks_of(session, bids)
    laid = _laid_down(session)
    return [
        replace(_hall_bid(bid, session.stage, *marks[bid.pk]), deposit=laid(bid)) for bid in bids
    ]


def _laid_down(session: OpeningSession) -> Callable[[Bid], str]:
    """Say of each bid whether its deposit was there, where one was asked: a lead, no exclusion."""
    if not trading.asks_deposit(session.tender):
        return lambda _bid: ""
    known = deposits.statuses(session.tender)

    def said(bid: Bid) -> str:
        status = known.get((bid.lot.number, bid.bidder.uscc), deposits.NOT_THERE)
        return status.said

    return said


def marks_of(
    session: OpeningSession, bids: Iterable[Bid]
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Give for each bid when its share was handed in and when it was read out."""
    found = Envelope.objects.filter(bid__in=bids, stage=session.stage)
    return {pk: (share, read) for pk, share, read in found.values_list(*MARKS)}


def current_bid(session: OpeningSession) -> HallBid | None:
    """Give the bid that is being read out."""
    if session.state != "reading":
        return None
    found = envelopes_of(session).filter(read_at__isnull=False).defer(*SEALED_PARTS)
    read = found.order_by("-read_at", *(f"-{name}" for name in IN_ORDER)).first()
    if read is None:
        return None
    return _hall_bid(read.bid, session.stage, read.share_at, read.read_at)


def said_in(bid: Bid, stage: str) -> dict[str, str]:
    """Give what a bid says in a stage: a stage without a price never tells what another opened."""
    if stage in PRICED:
        return dict(bid.fields)
    return {
        name: text
        for name, text in bid.fields.items()
        if name not in PRICE_FIELDS and not name.startswith(WITH_PRICE)
    }


def _hall_bid(bid: Bid, stage: str, share_at: datetime | None, read_at: datetime | None) -> HallBid:
    is_read = read_at is not None
    is_told = is_read and method_of(bid.tender).reads_out
    return HallBid(
        lot=bid.lot.number,
        sequence=bid.sequence,
        bidder=bid.bidder.name,
        uscc=bid.bidder.uscc,
        commit=bid.commit_hash,
        accepted_at=bid.accepted_at,
        state="read" if bid.state == "left" else bid.state,
        unlocked=share_at is not None,
        is_read=is_read,
        amount=bid.price if is_told and stage in PRICED else None,
        fields=said_in(bid, stage) if is_told else {},
        is_told=is_told or not is_read,
        titles=tuple(priced.titles_of(bid.tender.scheme)),
        note=bid.note if bid.state != "left" and (is_read or bid.state in OUT) else "",
    )


def counts_of(session: OpeningSession) -> dict[int, int]:
    """Count the live bids of each lot that is still open."""
    lots = Lot.objects.filter(tender=session.tender, state="open").values_list("number", flat=True)
    counted = dict.fromkeys(lots, 0)
    for number in bids_of(session).values_list("lot__number", flat=True):
        if number in counted:
            counted[number] += 1
    return counted
