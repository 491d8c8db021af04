"""A lot that is sold by bidding, with entrants who may bid: `held = sale(world)`.

held.offer("chen", "2600000", at)     # through the ordinary services
held.code_of("chen")                  # the code everybody sees
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from bidding.services import auction as services
from bidding.services.auction import Answer, Handed, deciding
from ledger import private
from tests import factories
from tests.world import AT, World
from trading.models import Lot
from trading.services import procedure

OPENS_AT = AT + timedelta(hours=1)
FREE_UNTIL = OPENS_AT + timedelta(minutes=30)
CYCLE = 180
SETTLED = timedelta(seconds=2)  # after which other processes have shown who came in time
TAKERS = ("chen", "zhao", "hu")
DYNAMIC: dict[str, Any] = {
    "kind": "dynamic",
    "start_price": "2600000",
    "increment": "20000",
    "multiples_only": True,
    "opens_at": OPENS_AT.isoformat(),
    "closes_at": FREE_UNTIL.isoformat(),
    "extension": {"add_s": CYCLE, "from": "bid"},
    "self_outbid": False,
}


@dataclass
class Sale:
    """An auction of a tender of the property market, and who may bid in it."""

    world: World
    auction: Auction

    def uscc(self, name: str) -> str:
        """Give the code of credit of a taker's organisation."""
        return str(self.world.organisation_of(name).uscc)

    def code_of(self, name: str) -> str:
        """Give the code under which a taker bids."""
        tag = entrant_tag(self.auction.code, self.uscc(name))
        return str(Entrant.objects.get(auction=self.auction, tag=tag).code)

    def handed(self, name: str, price: str | None, at: datetime, **more: Any) -> Handed:
        """Make an act; a bid unless said otherwise."""
        given = {"kind": "bid", "key": f"{name}{price}{at.timestamp()}", **more}
        amount = None if price is None else Decimal(price)
        return Handed(self.auction.code, self.uscc(name), price=amount, at=at, **given)

    def act(self, name: str, price: str | None, at: datetime, **more: Any) -> Answer:
        """Decide one act."""
        return deciding.decide(self.handed(name, price, at, **more), lambda: at + SETTLED)

    def at(self, at: datetime) -> Auction:
        """Let the clock run at an instant, as it does every half second, and read the auction."""
        Auction.objects.filter(pk=self.auction.pk, seen_at__lt=at).update(seen_at=at)
        services.due(at)
        self.auction.refresh_from_db()
        return self.auction


def sale(
    world: World,
    *,
    takers: tuple[str, ...] = TAKERS,
    owners: Sequence[str] = (),
    closed_at: datetime = AT,
    only: dict[str, Any] | None = None,
    **changes: Any,
) -> Sale:
    """Make a closed tender of the property market whose lot waits for its auction.

    `owners` are organisations beside the cast's that may bid too, by their code; `only` gives all
    terms instead of those of an ordinary dynamic sale.
    """
    tender = factories.tender(
        world.organisation_of("lin"),
        world.organisation_of("sun"),
        world.person("sun"),
        market="property",
        method="online_bidding",
        category="assets",
        state="announced",
        published_at=closed_at - timedelta(days=30),
        bids_close_at=closed_at,
    )
    lot = tender.lots.get()
    lot.auction, lot.ceiling = (only or DYNAMIC) | changes, Decimal(2_600_000)
    lot.save()
    for uscc in (*(str(world.organisation_of(name).uscc) for name in takers), *owners):
        _register(lot, uscc, closed_at)
    procedure.close_tender(code=tender.code, at=closed_at + timedelta(minutes=1))
    return Sale(world, Auction.objects.get(lot=lot))


def _register(lot: Lot, uscc: str, closed_at: datetime) -> None:
    private.withhold(
        tender=lot.tender.code,
        owner=uscc,
        kind="bidder.registered",
        actor="person.chen",
        at=closed_at - timedelta(days=1),
        once=f"register.{uscc}.{lot.number}",
        lot=lot.number,
        contact="陈立",
        phone="0393-8800123",
    )
