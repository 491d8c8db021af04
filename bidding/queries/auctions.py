"""Auctions for those who watch and those who bid: which there are, how they stand, who is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.domain import BIDDER, Actor
from accounts.models import Organisation
from bidding.auction import kinds, view
from bidding.models import Auction, Entrant
from kernel.desk import DeskItem
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger.queries import facts_of, last_number
from trading import queries as trading
from trading.domain import priority


@dataclass(frozen=True)
class Standing:
    """How an auction stands, as everybody may see it."""

    phase: str
    price: Decimal | None
    next_price: Decimal | None
    start_price: Decimal
    leader: str
    closes_at: datetime | None
    extensions: int
    outcome: str
    is_below_reserve: bool
    calls_left: int
    is_sealed: bool
    falls: bool
    shown: Mapping[str, Any]

    @property
    def saving(self) -> Decimal | None:
        """Give what the price that stands saves of the start price, in percent, where it falls."""
        if not self.falls or self.price is None:
            return None
        return view.percent(view.exact_share(self.start_price, self.price, falling=True))

    @property
    def ranking(self) -> list[dict[str, Any]]:
        """Give the last offer of each who has made one, the best first, where offers fall."""
        told = self.shown.get("ranking", [])
        return [{"by": by, "price": Decimal(price)} for by, price in told]

    @property
    def part(self) -> str:
        """Name the part of an entrant's page that stands now: at the highest price it goes by what
        decides there.
        """
        branch = self.shown.get("branch", "")
        return f"ceiling-{branch}" if self.phase == "ceiling" else self.phase


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
        price=amount_if_any(shown.get("price")),
        next_price=amount_if_any(shown.get("next_price")),
        start_price=Decimal(auction.terms["start_price"]),
        leader=str(shown.get("leader") or ""),
        closes_at=auction.next_due_at,
        extensions=int(shown.get("extensions") or 0),
        outcome=str(shown.get("outcome") or ""),
        is_below_reserve=_is_below_reserve(auction, shown),
        is_sealed=kinds()[auction.terms["kind"]].usual == "quote",
        falls=falls(auction.terms),
        calls_left=auction.terms.get("calls", 0) - int(shown.get("called") or 0),
        shown=shown,
    )


def falls(terms: Mapping[str, Any]) -> bool:
    """Tell whether lower offers are better, as where something is bought."""
    return "low" in {terms.get("direction"), kinds()[terms["kind"]].direction}


def rank_of(auction: Auction, code: str) -> int | None:
    """Give the place of a code among the last offers, where offers fall; None before its first."""
    told = [by for by, _price in auction.shown.get("ranking", [])]
    return told.index(code) + 1 if code in told else None


def phase_titles(auction: Auction) -> Mapping[str, str]:
    """Give what phases are called in an auction of its kind, where it is not what others say."""
    return kinds()[auction.terms["kind"]].phases


def _is_below_reserve(auction: Auction, shown: Mapping[str, Any]) -> bool:
    """Tell whether what was offered failed by the reserve alone: at the highest price none can."""
    price = amount_if_any(shown.get("price"))
    if price is None or shown.get("outcome") != "unsold" or not shown.get("leader"):
        return False
    return price != amount_if_any(auction.terms.get("cap"))


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


def last_order(auction: Auction, kind: str) -> str:
    """Name who gave the last order of a kind in an auction; empty where nobody did."""
    told = facts_of(auction.lot.tender.code, only=[kind]).filter(stream=auction.stream).last()
    return str(told.data["ordered_by"]) if told else ""


def code_in(auction: Auction, bidder: str) -> str:
    """Give the code of a bidder that is named by it, or by its organisation's code of credit."""
    named = bidder.strip().upper()
    rows = Entrant.objects.filter(auction=auction)
    found = rows.filter(Q(code=named) | Q(tag=entrant_tag(auction.code, named))).first()
    if found is None:
        raise Invalid("auction.no_such_bidder", _("本场竞价没有这个竞买人。"), field="bidder")
    return found.code


@dataclass(frozen=True)
class Excluded:
    """Who was put out, when, and the reason that was told; after the end also by which article."""

    code: str
    at: datetime
    reason: str
    article: str = ""


def excluded_from(auction: Auction, last: int) -> list[Excluded]:
    """Give who was put out, in order, up to a number of the stream."""
    if not auction.shown.get("excluded"):
        return []
    facts = facts_of(auction.lot.tender.code, only=("auction.excluded",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("number")
    return [Excluded(entry.data["bidder"], entry.at, entry.data["reason"]) for entry in rows]


def disqualified_from(auction: Auction, last: int) -> list[Excluded]:
    """Give who was found out after the end, in order, up to a number of the stream."""
    if auction.phase != "ended":
        return []
    facts = facts_of(auction.lot.tender.code, only=("auction.disqualified",))
    rows = facts.filter(stream=auction.stream, number__lte=last).order_by("number")
    return [Excluded(e.data["bidder"], e.at, e.data["reason"], e.data["article"]) for e in rows]


def is_disqualified(actor: Actor, auction: Auction) -> bool:
    """Tell whether the actor's own entrant was found out after the end."""
    entrant = entrant_of(actor, auction) if actor.is_known else None
    found = disqualified_from(auction, last_number(auction.stream)) if entrant else []
    return any(one.code == entrant.code for one in found if entrant)


def _bodies(actor: Actor) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=actor.organisations(BIDDER)).order_by("pk")


def engine_terms(auction: Auction) -> dict[str, Any]:
    """Give the terms as the engine takes them: who is let in by code, priority holders too."""
    rows = auction.entrants.order_by("code").values_list("tag", "code")
    codes = {bytes(tag): code for tag, code in rows}
    holders = {
        holder: codes[tag]
        for holder in priority.holders_of(auction.terms)
        if (tag := entrant_tag(auction.code, holder)) in codes
    }
    return {**priority.with_codes(auction.terms, holders), "qualified": list(codes.values())}


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


def amount_if_any(text: object) -> Decimal | None:
    """Read an amount that may be absent."""
    return None if text is None else Decimal(str(text))
