"""Rising offers until nobody goes on (拍卖、延时竞价): a late offer moves the end."""

from bidding.auction import ending, offers
from bidding.auction.kinds import Auction
from kernel.text import gettext_noop as _

AUCTION = Auction(
    slug="english",
    title=_("增价竞价"),
    explanation=_("价高者得；截止前的报价使截止时间顺延，无人再报即成交。"),
    direction="high",
    usual="bid",
    steps=offers.open_to(("open", "closing")),
    elapses={"open": ending.over, "closing": ending.over},
    takes=offers.RISING,
    needs=frozenset({"increment"}),
)
