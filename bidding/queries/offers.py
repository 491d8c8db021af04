"""What was offered and said in an auction, and its whole log once it has ended."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bidding.auction import weighing
from bidding.auction.parts import read_weights
from bidding.models import Auction
from bidding.queries.auctions import Standing, amount_if_any, engine_terms
from kernel.errors import Conflict
from kernel.reading import Fields
from kernel.text import gettext_noop as _
from ledger.queries import entries_since, facts_of

SHOWN: Final = 100
"""So many of the newest prices stand on the page; all of them are in the log of the auction."""
TOGETHER: Final = 1000
ANSWERS: Final = frozenset({"exercise", "waive"})
"""What a priority holder says, in the room or when it is asked after the end."""


@dataclass(frozen=True)
class Offered:
    """A price that came to stand: when, by which code, and whether a maximum made it."""

    at: datetime
    by: str
    price: Decimal
    automatic: bool
    kind: str


def newest_offers(auction: Auction, last: int) -> list[Offered]:
    """Give the newest prices, newest first, up to a number of the stream."""
    facts = facts_of(auction.lot.tender.code, only=("auction.offers",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("-number")[:SHOWN]
    found = [offer for entry in rows for offer in reversed(list(_offers(entry.data)))]
    return found[:SHOWN]


def newest_falls(auction: Auction, last: int) -> list[Offered]:
    """Give the newest prices that were called as the price fell, newest first."""
    if "dutch" not in auction.terms:
        return []
    facts = facts_of(auction.lot.tender.code, only=("auction.moved",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("-number")[:SHOWN]
    return [
        Offered(
            at=datetime.fromisoformat(entry.data["since"]),
            by="",
            price=Decimal(entry.data["shown"]["price"]),
            automatic=False,
            kind="fall",
        )
        for entry in rows
        if entry.data["phase"] == "open" and entry.data["shown"].get("price")
    ]


def quotes_of(auction: Auction, standing: Standing) -> list[dict[str, Any]]:
    """Give the sealed quotes, by round, the best first; before the end none is told.

    Weighted ones have what each item earned, and stand by their totals.
    """
    told = [
        {**quote, "price": Decimal(quote["price"])} for quote in standing.shown.get("quotes", [])
    ]
    if told and "weights" in auction.terms:
        best = max(quote["price"] for quote in told)
        told = [quote | weighed(auction, quote["price"], quote["items"], best) for quote in told]
        return sorted(told, key=lambda quote: (-quote["total"], -quote["price"]))
    sign = 1 if standing.falls else -1
    return sorted(told, key=lambda quote: (quote["round"], sign * quote["price"]))


def weighed(
    auction: Auction, price: Decimal, items: Mapping[str, str], best: Decimal
) -> dict[str, Any]:
    """Give what a weighted quote earns, item by item, where the best price is known."""
    weights = read_weights(Fields(auction.terms["weights"]))
    offered = {code: Decimal(value) for code, value in items.items()}
    earned = weighing.points(weights, price, offered, best, falling=False)
    return {"points": earned, "total": weighing.total(earned)}


def newest_answers(auction: Auction, last: int) -> list[Offered]:
    """Give what priority holders have said, newest first, up to a number of the stream."""
    facts = facts_of(auction.lot.tender.code, only=("auction.offers",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("-number")[:SHOWN]
    return [
        Offered(
            at=datetime.fromisoformat(act["at"]),
            by=act["by"],
            price=amount_if_any(act["price"]) or Decimal(0),
            automatic=False,
            kind=act["kind"],
        )
        for entry in rows
        for act in reversed(entry.data["acts"])
        if act["kind"] in ANSWERS
    ]


def newest_conditions(auction: Auction, last: int) -> list[dict[str, Any]]:
    """Give what has been promised beside the highest price, newest first, up to a number of the
    stream.
    """
    facts = facts_of(auction.lot.tender.code, only=("auction.offers",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("-number")[:SHOWN]
    return [
        {
            "at": datetime.fromisoformat(act["at"]),
            "by": act["by"],
            "amount": Decimal(act["data"]["amount"]),
        }
        for entry in rows
        for act in reversed(entry.data["acts"])
        if act["kind"] == "condition"
    ]


def all_offers(auction: Auction) -> Iterator[Offered]:
    """Give every price in order; read piece by piece, for an auction may be long."""
    reached = 0
    while entries := entries_since(auction.stream, reached, TOGETHER):
        for entry in entries:
            if entry.kind == "auction.offers":
                yield from _offers(entry.data)
        reached = entries[-1].number


def _offers(told: Mapping[str, Any]) -> Iterator[Offered]:
    for offer in told["offers"]:
        yield Offered(
            at=datetime.fromisoformat(offer["at"]),
            by=offer["by"],
            price=Decimal(offer["price"]),
            automatic=offer["automatic"],
            kind=offer["kind"],
        )


def by_right(standing: Standing, offers: Sequence[Offered]) -> bool:
    """Tell whether who leads does so by a priority right, at a price another has offered."""
    rival = standing.shown.get("rival")
    if rival and standing.leader:
        return bool(rival != standing.leader)
    gone = standing.shown.get("excluded", [])
    counting = [offer for offer in offers if offer.by not in gone]
    return bool(counting) and counting[0].kind == "exercise"


def log_of(auction: Auction) -> dict[str, Any]:
    """Give the whole log of an ended auction as a case of `auction_replay`: the terms, who was
    qualified by code, and every act in the order it was decided, secret ones revealed.
    """
    if auction.phase != "ended":
        raise Conflict("auction.not_ended", _("竞价尚未结束，完整记录在结束后公布。"))
    public: list[dict[str, Any]] = []
    reserve: dict[str, Any] = {}
    secret: dict[int, dict[str, Any]] = {}
    reached = 0
    while entries := entries_since(auction.stream, reached, TOGETHER):
        for entry in entries:
            if entry.kind == "auction.revealed":
                secret = {act["act"]: act for act in entry.data["acts"]}
            else:
                public += entry.data.get("acts", [])
            if opened := entry.data.get("reserve"):
                reserve = {"reserve": opened["price"]}
        reached = entries[-1].number
    return {
        **engine_terms(auction),
        **reserve,
        "bids": [_case_of(act) for act in _in_order(public, secret)],
    }


def log_file(auction: Auction) -> bytes:
    """Give the log as the file that is handed out and signed; the same auction, the same bytes."""
    return json.dumps(log_of(auction), ensure_ascii=False, indent=1).encode()


def _in_order(
    public: list[dict[str, Any]], secret: Mapping[int, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Give all acts as they were decided: secret ones know their number, others fill the rest."""
    rest = iter(public)
    for number in range(1, len(public) + len(secret) + 1):
        yield secret[number] if number in secret else next(rest)


def _case_of(act: Mapping[str, Any]) -> dict[str, Any]:
    """Write an act as the tool reads it: an order is nobody's, a device's clock decides nothing."""
    data = {name: value for name, value in act["data"].items() if name != "sent_at"}
    line = {name: act[name] for name in ("at", "by", "kind", "price") if act[name]}
    return line | ({"data": data} if data else {})
