"""Auctions for those who watch and those who bid: how they stand, what was offered, who leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from accounts.domain import BIDDER, Actor
from accounts.models import Organisation
from bidding.models import Auction, Entrant
from kernel.desk import DeskItem
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger.queries import entries_since, facts_of
from trading import queries as trading

SHOWN: Final = 100
"""So many of the newest prices stand on the page; all of them are in the log of the auction."""
TOGETHER: Final = 1000


@dataclass(frozen=True)
class Standing:
    """How an auction stands, as everybody may see it."""

    phase: str
    price: Decimal | None
    next_price: Decimal | None
    leader: str
    closes_at: datetime | None
    extensions: int
    outcome: str
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Offered:
    """A price that came to stand: when, by which code, and whether a maximum made it."""

    at: datetime
    by: str
    price: Decimal
    automatic: bool
    kind: str


def auction_for(actor: Actor, code: str, at: datetime) -> Auction:
    """Give an auction to whoever may know its tender; a code nobody gave is Missing."""
    rows = Auction.objects.select_related("lot__tender__purchaser", "lot__tender__agency")
    found = rows.filter(code=code).first()
    if found is None or not trading.visible_to(actor, at).filter(pk=found.lot.tender_id).exists():
        raise Missing("auction.missing", _("没有这场竞价。"))
    return found


def auction_by_code(code: str) -> Auction:
    """Give an auction whose page somebody watches already."""
    return Auction.objects.select_related("lot__tender").get(code=code)


def entrant_tag(auction: str, owner: str) -> bytes:
    """Give what finds an organisation's code for itself and for nobody else."""
    return private.tag(b"entrant", auction, owner)


def standing_of(auction: Auction) -> Standing:
    """Read how an auction stands from what everybody may be told."""
    shown = auction.shown
    return Standing(
        phase=auction.phase,
        price=_amount(shown.get("price")),
        next_price=_amount(shown.get("next_price")),
        leader=str(shown.get("leader") or ""),
        closes_at=auction.next_due_at,
        extensions=int(shown.get("extensions") or 0),
        outcome=str(shown.get("outcome") or ""),
        shown=shown,
    )


def entrant_of(actor: Actor, auction: Auction) -> Entrant | None:
    """Give the actor's own entrant, found by the tag that only its organisation leads to."""
    tags = [entrant_tag(auction.code, body.uscc) for body in _bodies(actor)]
    return Entrant.objects.filter(auction=auction, tag__in=tags).first() if tags else None


def owner_acting(actor: Actor, auction: Auction) -> str:
    """Give the organisation in whose name the actor bids in this auction."""
    for body in _bodies(actor):
        tag = entrant_tag(auction.code, body.uscc)
        if Entrant.objects.filter(auction=auction, tag=tag).exists():
            return body.uscc
    raise Conflict("auction.not_entrant", _("贵单位没有取得本场竞价的竞买资格。"))


def _bodies(actor: Actor) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=actor.organisations(BIDDER)).order_by("pk")


def newest_offers(auction: Auction, last: int) -> list[Offered]:
    """Give the newest prices, newest first, up to a number of the stream."""
    facts = facts_of(auction.lot.tender.code, only=("auction.offers",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("-number")[:SHOWN]
    found = [offer for entry in rows for offer in reversed(list(_offers(entry.data)))]
    return found[:SHOWN]


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


def log_of(auction: Auction) -> dict[str, Any]:
    """Give the whole log of an ended auction as a case of `auction_replay`: the terms, who was
    qualified by code, and every act in the order it was decided, secret ones revealed.
    """
    if auction.phase != "ended":
        raise Conflict("auction.not_ended", _("竞价尚未结束，完整记录在结束后公布。"))
    public: list[dict[str, Any]] = []
    secret: dict[int, dict[str, Any]] = {}
    reached = 0
    while entries := entries_since(auction.stream, reached, TOGETHER):
        for entry in entries:
            if entry.kind == "auction.revealed":
                secret = {act["act"]: act for act in entry.data["acts"]}
            else:
                public += entry.data.get("acts", [])
        reached = entries[-1].number
    qualified = auction.entrants.order_by("code").values_list("code", flat=True)
    return {
        **auction.terms,
        "qualified": list(qualified),
        "bids": [_case_of(act) for act in _in_order(public, secret)],
    }


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


def live_auctions(limit: int = 12) -> list[Auction]:
    """Give the auctions that are under way, the one that ends first before the others."""
    rows = _with_tender().exclude(phase__in=("scheduled", "ended"))
    return list(rows.order_by("next_due_at", "pk")[:limit])


def coming_auctions(limit: int = 12) -> list[Auction]:
    """Give the auctions that begin next."""
    return list(_with_tender().filter(phase="scheduled").order_by("next_due_at", "pk")[:limit])


def past_auctions(limit: int = 20) -> list[Auction]:
    """Give the auctions that ended last."""
    return list(_with_tender().filter(phase="ended").order_by("-ended_at", "-pk")[:limit])


def auctions_of(tender_code: str) -> list[Auction]:
    """Give the auctions of a tender's lots, in their order."""
    rows = Auction.objects.filter(lot__tender__code=tender_code).select_related("lot")
    return list(rows.order_by("lot__number"))


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:  # noqa: ARG001 - due times are rows'
    """List the auctions in which the actor's organisation may bid, or is bidding."""
    bodies = list(_bodies(actor))
    if not bodies:
        return []
    held = list(_with_tender().exclude(phase="ended").order_by("next_due_at", "pk"))
    tags = [entrant_tag(one.code, body.uscc) for one in held for body in bodies]
    own = set(Entrant.objects.filter(tag__in=tags).values_list("auction_id", flat=True))
    return [
        DeskItem(
            title=_("参加网络竞价"),
            subject=f"{one.lot.tender.code} {one.lot.title}",
            url=f"/auctions/{one.code}/",
            due_at=one.next_due_at,
        )
        for one in held
        if one.pk in own
    ]


def _with_tender() -> QuerySet[Auction]:
    return Auction.objects.select_related("lot__tender__purchaser")


def _amount(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))
