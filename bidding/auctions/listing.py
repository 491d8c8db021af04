"""Listing, then a timed auction (挂牌转限时竞价, LD39 art. 18): who asks to go on, goes on.

A standing maximum with room left answers for its holder, so that a bidder who is cut off while
everybody is asked does not lose what was already instructed. Whoever else stays silent is out.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bidding.auction import ceiling, ending, offers, proxy
from bidding.auction.changes import moved, refuse
from bidding.auction.details import Terms, given
from bidding.auction.kinds import Auction
from bidding.auction.state import Act, Decision, State
from kernel.text import gettext_noop as _

Step = Callable[[Terms, State, Act], Decision]


def shorten(terms: Terms, state: State) -> State:
    """Stop taking listing offers a quiet while before the listing ends."""
    return replace(state, closes_at=state.closes_at - terms.quiet)


def listing_over(terms: Terms, state: State) -> State:
    """Go on to the quiet time where there is one, else ask at once."""
    if terms.quiet > timedelta(0):
        return moved(state, "quiet", state.closes_at + terms.quiet)
    return ask(terms, state)


def ask(terms: Terms, state: State) -> State:
    """Ask every qualified bidder who goes on; without any offer there is nothing to go on from."""
    if state.leader is None:
        return ending.over(terms, state)
    return moved(state, "inquiry", state.closes_at + terms.inquiry)


def join(_terms: Terms, state: State, act: Act) -> Decision:
    """Ask to go on into the timed auction."""
    return ceiling.answer(state, act, joins=True)


def decline(_terms: Terms, state: State, act: Act) -> Decision:
    """Say that one does not go on; what one has offered still stands."""
    return ceiling.answer(state, act, joins=False)


def asked(terms: Terms, state: State) -> State:
    """Begin the timed auction if anybody but the leader goes on, else look at the reserve."""
    useful = proxy.still_useful(terms, state.price, state.maxima)
    spoken = (*state.joined, *state.declined)
    joined = (*state.joined, *(m.by for m in useful if m.by not in spoken))
    others = [name for name in joined if name != state.leader]
    if not others or len(joined) < terms.least_joiners:
        return ending.over(terms, replace(state, joined=joined))
    maxima = tuple(m for m in useful if m.by in joined)
    until = state.closes_at + given(terms.extension).add
    return moved(state, "closing", until, joined=joined, maxima=maxima)


def among_joined(step: Step) -> Step:
    """Take an act only from those who asked to go on."""

    def checked(terms: Terms, state: State, act: Act) -> Decision:
        if act.by not in state.joined:
            return refuse(state, "not_joined")
        return step(terms, state, act)

    return checked


AUCTION = Auction(
    slug="listing",
    title=_("挂牌（限时竞价）"),
    explanation=_(
        "挂牌期内自由报价；期满逐一询问是否继续，有人继续则转入限时竞价，每次报价重新计时。"
    ),
    direction="high",
    usual="bid",
    steps=offers.free_in("open")
    | {key: among_joined(step) for key, step in offers.open_to(("closing",)).items()}
    | {("inquiry", "join"): join, ("inquiry", "decline"): decline},
    elapses={
        "open": listing_over,
        "quiet": ask,
        "inquiry": asked,
        "closing": ending.over,
    },
    takes=offers.RISING | {"quiet_s", "inquiry_s", "least_joiners"},
    needs=frozenset({"increment", "extension", "inquiry_s"}),
    opening=shorten,
    phases={"open": _("挂牌报价")},
)
