"""Auctions as they happen: prepared when registration closes, decided one act after the other,
moved on by time, paused and resumed by order, and told in full at the end.
"""

from bidding.services.auction.acting import Answer, Handed
from bidding.services.auction.deciding import decide, decide_all, with_rows_held
from bidding.services.auction.disqualifying import disqualify_bidder
from bidding.services.auction.drawing import draw_winner
from bidding.services.auction.ending import on_lot_annulled, on_tender_terminated
from bidding.services.auction.ordering import (
    exclude_bidder,
    on_tender_resumed,
    on_tender_suspended,
    pause_auction,
    resume_auction,
)
from bidding.services.auction.own import own_part
from bidding.services.auction.preparing import on_takers_settled, on_tender_closed
from bidding.services.auction.running import due
from bidding.services.auction.signing import signed_log
from bidding.services.auction.voiding import void_auction

__all__ = [
    "Answer",
    "Handed",
    "decide",
    "decide_all",
    "disqualify_bidder",
    "draw_winner",
    "due",
    "exclude_bidder",
    "on_lot_annulled",
    "on_takers_settled",
    "on_tender_closed",
    "on_tender_resumed",
    "on_tender_suspended",
    "on_tender_terminated",
    "own_part",
    "pause_auction",
    "resume_auction",
    "signed_log",
    "void_auction",
    "with_rows_held",
]
