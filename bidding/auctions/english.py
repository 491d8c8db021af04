"""Rising offers until nobody goes on (拍卖、增价竞价): a late offer moves the end.

Where the terms have calls, the platform calls the price that stands by its own clock in place of a
host's voice: once when the bidding period ends, again after each interval without an offer, and
with the last call the hammer falls. Every offer begins the calls anew.
"""

from dataclasses import replace

from bidding.auction import ending, offers
from bidding.auction.changes import moved
from bidding.auction.details import Terms, given
from bidding.auction.kinds import Auction
from bidding.auction.state import State
from kernel.text import gettext_noop as _


def called(terms: Terms, state: State) -> State:
    """Call the price once more; with the last call, or without calls at once, it is over."""
    if state.called + 1 < terms.calls:
        until = state.closes_at + given(terms.extension).add
        return moved(state, "closing", until, called=state.called + 1)
    return ending.over(terms, replace(state, called=terms.calls))


AUCTION = Auction(
    slug="english",
    title=_("增价拍卖"),
    explanation=_(
        "价高者得；无人再报时逐次叫价，最后一次叫价后成交，有人再报即重新叫价；"
        "不叫价的，截止前的报价使截止时间顺延。"
    ),
    direction="high",
    usual="bid",
    steps=offers.open_to(("open", "closing")),
    elapses={"open": called, "closing": called},
    takes=offers.RISING | {"calls"},
    needs=frozenset({"increment"}),
    phases={"open": _("报价期"), "closing": _("叫价")},
)
