"""The demo's takers: they outbid each other in the live auctions until it is dear enough.

They act through the services like everybody else, and leave room for a visitor who bids too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bidding.models import Auction
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.services import auction as services
from bidding.services.auction import Handed
from kernel.errors import DomainError
from ledger.queries import last_number
from portal.demo import clients, competitions, parcels, sales

PAUSE: Final = {"open": timedelta(seconds=9), "closing": timedelta(seconds=25)}


@dataclass(frozen=True)
class Script:
    """Who plays in an auction, up to how many steps above its start price, and who goes on."""

    takers: Sequence[str]
    steps: int
    goes_on: Sequence[str] = ()


SCRIPTS: Final = {
    sales.LIVE.lot: Script(sales.LIVE.takers, 14),
    sales.CALLED.lot: Script(sales.CALLED.takers, 6),
    competitions.LOT: Script(("chen", "zhao"), 10),
    parcels.LIVE.name: Script(("heng", "jin"), 12, ("heng", "jin")),
}
"""The auctions that are played, by their lot; one taker of the land is left to a visitor."""


def play(at: datetime) -> int:
    """Take one step in every live auction of the demo, some seconds after the last."""
    live = [(held, SCRIPTS.get(held.lot.title)) for held in queries.live_auctions()]
    return sum(_play(held, script, at) for held, script in live if script)


def _play(held: Auction, script: Script, at: datetime) -> int:
    if held.phase == "inquiry":
        return sum(_act(held, name, "join", None, at) for name in script.goes_on)
    return _bid(held, script, at)


def _bid(held: Auction, script: Script, at: datetime) -> int:
    """Let one taker who does not lead offer the next price."""
    standing = queries.standing_of(held)
    pause, terms = PAUSE.get(standing.phase), held.terms
    most = script.steps * Decimal(terms.get("increment", "0"))
    next_price = standing.next_price
    if pause is None or next_price is None:
        return 0
    if abs(next_price - Decimal(terms["start_price"])) > most:
        return 0
    newest = offered.newest_offers(held, last_number(held.stream))
    if newest and at - newest[0].at < pause:
        return 0
    first = len(newest) % len(script.takers)
    turns = [*script.takers[first:], *script.takers]
    return int(any(_act(held, name, "bid", next_price, at) for name in turns))


def _act(held: Auction, name: str, kind: str, price: Decimal | None, at: datetime) -> bool:
    owner = clients.actor_organisation(name, at)
    handed = Handed(held.code, owner, kind, price, f"demo-{kind}-{price}", at)
    try:
        answer = services.decide(handed, lambda: at)
    except DomainError:
        return False
    return answer.accepted
