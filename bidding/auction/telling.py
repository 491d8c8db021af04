"""What everybody may be told of an auction now: never a maximum, a sealed quote or the reserve."""

from bidding.auction import checks
from bidding.auction.details import Terms
from bidding.auction.state import State, write_time


def visible(terms: Terms, state: State) -> dict[str, object]:
    """Give how an auction stands, as JSON values; a price that stands is public, nothing else."""
    takes_bids = state.phase in {"scheduled", "open", "closing"} and bool(terms.increment)
    return {
        "phase": state.phase,
        "price": None if state.price is None else f"{state.price:f}",
        "next_price": f"{checks.next_price(terms, state):f}" if takes_bids else None,
        "leader": state.leader,
        "closes_at": write_time(state.closes_at),
        "extensions": state.extensions,
        "outcome": state.outcome,
    }
