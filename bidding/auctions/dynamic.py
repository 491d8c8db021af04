"""Dynamic quotes (网络竞价动态报价): a free phase with a fixed end, then cycles.

The first cycle begins when the free phase ends; each offer begins a new one; a cycle without an
offer ends the auction.
"""

from bidding.auction import ending, offers
from bidding.auction.changes import moved
from bidding.auction.details import Terms, given
from bidding.auction.kinds import Auction
from bidding.auction.state import State
from kernel.text import gettext_noop as _


def first_cycle(terms: Terms, state: State) -> State:
    """Begin the first cycle the moment the free phase ends."""
    return moved(state, "closing", state.closes_at + given(terms.extension).add)


AUCTION = Auction(
    slug="dynamic",
    title=_("动态报价"),
    explanation=_(
        "自由报价期结束后进入延时报价周期，每次有效报价重新计时，一个周期无人报价即结束。"
    ),
    direction="high",
    usual="bid",
    steps=offers.open_to(("closing",)) | offers.free_in("open"),
    elapses={"open": first_cycle, "closing": ending.over},
    takes=offers.RISING,
    needs=frozenset({"increment", "extension"}),
    least_bidders=2,
    phases={"open": _("自由报价"), "closing": _("延时报价")},
)
