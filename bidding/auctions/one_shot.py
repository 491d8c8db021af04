"""One sealed quote each (一次报价): the best wins; a tie goes by time or to a second round.

In the second round only those who tied quote again, and never below what they offered. A single
qualified taker is invited to quote once in the same way.
"""

from bidding.auction import sealed
from bidding.auction.kinds import Auction
from kernel.text import gettext_noop as _

AUCTION = Auction(
    slug="one_shot",
    title=_("一次报价"),
    explanation=_("每人密封报价一次，期满同时揭示，价优者得；并列按时间先后或进行第二轮。"),
    direction="either",
    usual="quote",
    steps={("open", "quote"): sealed.quote, ("closing", "quote"): sealed.quote},
    elapses={"open": sealed.reveal, "closing": sealed.decide_best},
    takes=frozenset({"sealed"}),
    phases={"open": _("密封报价"), "closing": _("再报一轮")},
)
