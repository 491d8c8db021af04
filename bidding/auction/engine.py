"""Start, let time pass, decide: the three calls a live auction is made of."""

from datetime import datetime

from bidding.auction.details import Terms
from bidding.auction.kinds import Auction, kinds
from bidding.auction.orders import ORDERS, downtime
from bidding.auction.state import Act, Decision, State


def start(terms: Terms) -> State:
    """Give the state of an auction that waits for its opening time."""
    return kinds()[terms.kind].start(terms)


def settle(terms: Terms, state: State, at: datetime) -> State:
    """Give what time alone has caused by an instant, phase by phase at the exact instants."""
    return kinds()[terms.kind].settle(terms, state, at)


def decide(terms: Terms, state: State, act: Act) -> Decision:
    """Decide one act: a known key changes nothing, time comes first, then the type's own rules."""
    if act.key and act.key in state.keys.get(act.by, ()):
        return Decision(state, accepted=True, repeated=True)
    if state.at is not None and act.at < state.at:
        return Decision(state, accepted=False, reason="out_of_order")
    auction = kinds()[terms.kind]
    if act.kind in ORDERS:
        return _order(auction, terms, state, act)
    if act.at >= state.closes_at:
        state = auction.settle(terms, state, act.at)
    return auction.step(terms, state, act)


def _order(auction: Auction, terms: Terms, state: State, act: Act) -> Decision:
    """Decide an order; a credit counts from before the downtime it makes good."""
    since = act.at
    if act.kind == "credit" and (lost := downtime(act)):
        since = act.at - lost
    if state.at is not None and since < state.at:  # the server was up: it changed something then
        decision = Decision(state, accepted=False, reason="not_down")
    else:
        decision = ORDERS[act.kind](terms, auction.settle(terms, state, since), act)
    if decision.accepted or since == act.at:
        return decision
    return Decision(auction.settle(terms, state, act.at), accepted=False, reason=decision.reason)
