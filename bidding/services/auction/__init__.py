"""Auctions as they happen: prepared when registration closes, decided one act after the other,
moved on by time, paused and resumed by order, and told in full at the end.
"""

from bidding.services.auction.deciding import Answer, Handed, decide, decide_all
from bidding.services.auction.ending import on_tender_terminated
from bidding.services.auction.ordering import pause_auction, resume_auction
from bidding.services.auction.preparing import on_tender_closed
from bidding.services.auction.running import due

__all__ = [
    "Answer",
    "Handed",
    "decide",
    "decide_all",
    "due",
    "on_tender_closed",
    "on_tender_terminated",
    "pause_auction",
    "resume_auction",
]
