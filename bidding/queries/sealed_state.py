"""The sealed state of an auction, and what an entrant has said in it, read for it alone."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bidding.auction.changes import standing
from bidding.auction.state import Offer, State, from_json
from bidding.models import Auction
from ledger import private
from ledger.queries import entries_since

MANY: Final = 1_000_000


def about(row: Auction, version: int) -> str:
    """Name what a sealed state is about: an old one put back does not open."""
    return f"auction.{row.code}.{version}"


def state_of(row: Auction) -> State:
    """Open the whole state of the engine; secrets are in it."""
    opened: dict[str, Any] = json.loads(private.unlock(bytes(row.sealed), about(row, row.version)))
    state = from_json(opened)
    return state if "stood" in opened else replace(state, stood=_stood(row))


def _stood(row: Auction) -> tuple[tuple[str, Decimal], ...]:
    """Read the last offer of each from the record: a state kept before anybody could be put out
    does not hold them.
    """
    told = (
        Offer(offer["by"], Decimal(offer["price"]))
        for entry in entries_since(row.stream, 0, MANY)
        if entry.kind == "auction.offers"
        for offer in entry.data["offers"]
    )
    return standing((), *told)


def answer_of(row: Auction, code: str) -> str:
    """Give what an entrant answered to the last question who goes on: join, decline, or nothing."""
    state = state_of(row)
    if code in state.joined:
        return "join"
    return "decline" if code in state.declined else ""
