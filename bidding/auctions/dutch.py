"""A price that falls by the clock (降价拍卖, 荷兰式): the first to accept wins."""

from dataclasses import replace

from bidding.auction import ending
from bidding.auction.changes import accept, moved, refuse
from bidding.auction.details import Terms, given
from bidding.auction.kinds import Auction
from bidding.auction.state import Act, Decision, Offer, State
from kernel.text import gettext_noop as _


def called(terms: Terms, state: State) -> State:
    """Call the start price for the first while."""
    return replace(
        state, price=terms.start_price, closes_at=given(state.at) + given(terms.dutch).every
    )


def fall(terms: Terms, state: State) -> State:
    """Let the price fall a step; below floor or reserve it never falls, and nobody has bought."""
    dutch, price = given(terms.dutch), given(state.price)
    lower = price - terms.increment
    if lower < max(dutch.floor, terms.reserve or dutch.floor):
        return ending.over(terms, state)
    return moved(state, "open", state.closes_at + dutch.every, price=lower)


def buy(terms: Terms, state: State, act: Act) -> Decision:
    """Accept the price now called; a price sent along must be the one that is called."""
    price = given(state.price)
    if act.price is not None and act.price != price:
        return refuse(state, "price_moved")
    decision = accept(state, act, Offer(act.by, price), leader=act.by)
    return replace(decision, state=ending.finish(terms, decision.state, act.at))


AUCTION = Auction(
    slug="dutch",
    title=_("降价拍卖"),
    explanation=_("价格按时间逐级下降，第一个应价者得；降到最低价仍无人应价即流拍。"),
    direction="high",
    usual="accept",
    steps={("open", "accept"): buy},
    elapses={"open": fall},
    takes=frozenset({"increment", "dutch"}),
    needs=frozenset({"increment", "dutch"}),
    opening=called,
    phases={"open": _("降价叫价")},
)
