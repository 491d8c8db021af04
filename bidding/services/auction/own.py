"""What a bidder's own page tells it of its part: read from the sealed state, for nobody else."""

from bidding import auction as engine
from bidding.models import Auction
from bidding.services.auction.table import Table


def own_part(auction: Auction, code: str) -> engine.Own:
    """Give the part of the entrant of a code; whoever asks has been found to be it."""
    table = Table.of(auction)
    return engine.own(table.terms, table.state, code)
