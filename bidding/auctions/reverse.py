"""Falling offers (反向竞价, framework stage 2): the lowest wins, a late offer moves the end."""

from bidding.auction import ending, offers
from bidding.auction.kinds import Auction
from kernel.text import gettext_noop as _

AUCTION = Auction(
    slug="reverse",
    title=_("反向竞价"),
    explanation=_(
        "从最高限价起逐次降价，价低者得；触发窗口内的报价使截止时间顺延，顺延次数有上限。"
    ),
    direction="low",
    usual="bid",
    steps=offers.open_to(("open", "closing")),
    elapses={"open": ending.over, "closing": ending.over},
    takes=offers.FALLING,
    needs=frozenset({"increment"}),
    phases={"open": _("降价竞价"), "closing": _("顺延竞价")},
)
