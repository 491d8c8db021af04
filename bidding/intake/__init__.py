"""The hot door for sealed bids: chunks in, one small commit, a signed receipt out.

Bare ASGI beside Django's pages, with one writer and group commit behind it (performance.md 9); not
under a tender's path, so that no access log tells who deals with which tender (sealing.md 6.4).
"""

from bidding.intake.application import application

__all__ = ["application"]
