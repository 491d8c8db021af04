"""What one bidder may be told of its own part in an auction, and nobody else."""

from dataclasses import dataclass
from decimal import Decimal

from bidding.auction import ending, sealed
from bidding.auction.details import Terms
from bidding.auction.kinds import kinds
from bidding.auction.state import Quote, State


@dataclass(frozen=True)
class Own:
    """One's own part: a priority right and whether one is asked, sealed quotes and one's rank.

    `rank` is one's own place after the rounds that are over; nobody learns another's.
    """

    code: str
    is_holder: bool
    is_asked: bool
    may_raise: bool
    quoted: Quote | None
    best: Decimal | None
    rank: int | None
    takes_part: bool
    is_excluded: bool


def own(terms: Terms, state: State, code: str) -> Own:
    """Give what a bidder may know of itself."""
    mine = [quote for quote in state.quotes if quote.by == code]
    asks = state.phase == "priority"
    return Own(
        code=code,
        is_holder=terms.priority is not None and code in terms.priority.holders,
        is_asked=asks and ending.is_asked(terms, state, code),
        may_raise=asks and code == state.rival != state.leader,
        quoted=next((quote for quote in mine if quote.round == state.round), None),
        best=next((q.price for q in sealed.best_of_each(terms, tuple(mine))), None),
        rank=_rank(terms, state, code),
        takes_part=not state.joined or code in state.joined,
        is_excluded=code in state.excluded,
    )


def _rank(terms: Terms, state: State, code: str) -> int | None:
    if "rounds" not in kinds()[terms.kind].takes:
        return None
    over = tuple(quote for quote in state.quotes if quote.round < state.round)
    return sealed.ranks(terms, over).get(code)
