"""A draw among those who join at a fixed price (摇号)."""

from dataclasses import replace

from bidding.auction import ceiling, drawing, ending
from bidding.auction.details import Terms
from bidding.auction.kinds import Auction
from bidding.auction.state import Act, Decision, State
from kernel.text import gettext_noop as _


def priced(terms: Terms, state: State) -> State:
    """Open at the one price there is."""
    return replace(state, price=terms.start_price)


def join(_terms: Terms, state: State, act: Act) -> Decision:
    """Join the draw."""
    return ceiling.answer(state, act, joins=True)


def joined(terms: Terms, state: State) -> State:
    """Sell to the only one who joined, draw among several, fail for none."""
    if not state.joined:
        return ending.over(terms, state)
    return drawing.among(terms, state, state.joined, state.closes_at)


AUCTION = Auction(
    slug="lottery",
    title=_("摇号"),
    explanation=_("价格固定，报名期内自愿参加；一人参加直接成交，多人参加以可复算的抽签决定。"),
    direction="either",
    usual="join",
    steps={("open", "join"): join},
    elapses={"open": joined},
    takes=frozenset({"lottery"}),
    needs=frozenset({"lottery"}),
    opening=priced,
)
