"""The demo's takers: they outbid each other in the live auction until it is dear enough.

They act through the services like everybody else, and leave room for a visitor who bids too.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from bidding.models import Auction
from bidding.queries import auctions as queries
from bidding.services import auction as services
from bidding.services.auction import Handed
from kernel.errors import DomainError
from ledger.queries import last_number
from portal.demo import clients
from portal.demo.sales import LIVE

PAUSE = {"open": timedelta(seconds=9), "closing": timedelta(seconds=25)}
STEPS = 14
"""So many steps above the start price nobody of them goes on."""


def play(at: datetime) -> int:
    """Let one taker who does not lead offer the next price, some seconds after the last."""
    return sum(_bid(held, at) for held in queries.live_auctions() if _is_ours(held))


def _is_ours(held: Auction) -> bool:
    return bool(held.lot.title == LIVE.lot)


def _bid(held: Auction, at: datetime) -> int:
    standing = queries.standing_of(held)
    pause, terms = PAUSE.get(standing.phase), held.terms
    most = Decimal(terms["start_price"]) + STEPS * Decimal(terms["increment"])
    next_price = standing.next_price
    if pause is None or next_price is None or next_price > most:
        return 0
    newest = queries.newest_offers(held, last_number(held.stream))
    if newest and at - newest[0].at < pause:
        return 0
    for name in LIVE.takers[len(newest) % len(LIVE.takers) :] + LIVE.takers:
        owner = clients.actor_organisation(name, at)
        key = f"demo-{next_price}"
        try:
            answer = services.decide(
                Handed(held.code, owner, "bid", next_price, key, at), lambda: at
            )
        except DomainError:
            continue
        if answer.accepted:
            return 1
    return 0
