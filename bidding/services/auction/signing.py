"""Sign the log of an ended auction with the key of the receipts."""

from bidding.auction.signed import log_text
from bidding.models import Auction
from bidding.queries.offers import log_file
from bidding.services.bids import receipt_signer
from ledger import note


def signed_log(auction: Auction) -> str:
    """Give the signed note over the log's file: whoever keeps both can prove what was told."""
    content = log_file(auction)
    if auction.ended_at is None:
        raise RuntimeError(f"auction {auction.code} is over and has no end")
    return note.sign(log_text(auction.code, content, auction.ended_at), receipt_signer())
