"""The hot door for acts in live auctions: one small request, decided once, answered after COMMIT.

Bare ASGI beside Django's pages, with one sequencer and group commit behind it (performance.md 3 and
9). The address names no auction, so that no access log tells who bids in which.
"""

from bidding.outcry.application import application

__all__ = ["application"]
