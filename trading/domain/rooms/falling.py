"""A falling price (降价拍卖): called from high above the start price of the lot down to it, step by
step by the clock; the first to accept has it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp
from trading.domain.bounds import require_within
from trading.domain.rooms.frame import VIEWING, read_step

FALL_SECONDS: Final = (10, 3600)
USUAL_FALL: Final = 60
MOST_FALLS: Final = 500


def read_fall(
    from_price: Decimal | None,
    step: Decimal | None,
    every_s: int | None,
    floor: Decimal,
    opens_at: datetime,
) -> dict[str, Any]:
    """Clean how a price falls to the start price of the lot, which is its floor."""
    own = {
        "increment": read_step(step, floor),
        "every_s": require_within("every_s", every_s, FALL_SECONDS),
    }
    if from_price is None:
        raise Invalid("auction.from_price", _("请填写起叫价。"), field="from_price")
    money.to_fen(from_price)
    told = {
        **own,
        "start_price": f"{floor:.2f}",
        "from_price": f"{from_price:.2f}",
        "opens_at": timestamp(opens_at),
    }
    return told | {"closes_at": timestamp(falls_until(told))}


def falls_until(auction: Mapping[str, Any]) -> datetime:
    """Give when a price that falls has stood at its floor for its while; refuse one that would not
    arrive there.
    """
    fall = Decimal(auction["from_price"]) - Decimal(auction["start_price"])
    step = Decimal(auction["increment"])
    if fall <= 0 or fall % step or fall / step > MOST_FALLS:
        raise Invalid(
            "auction.from_price",
            _("起叫价应高于底价，并能按降价幅度的整数倍、不超过 %(most)s 次降到底价。"),
            most=MOST_FALLS,
            field="from_price",
        )
    times = int(fall / step) + 1
    return datetime.fromisoformat(auction["opens_at"]) + times * timedelta(
        seconds=auction["every_s"]
    )


def falls_elsewhere(auction: Mapping[str, Any]) -> bool:
    """Tell whether a price that falls no longer arrives at its floor when its terms say so."""
    if "from_price" not in auction:
        return False
    try:
        return timestamp(falls_until(auction)) != str(auction["closes_at"])
    except Invalid:
        return True


def refitted(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Let a price that falls arrive at a floor that has been lowered."""
    if "from_price" not in auction:
        return dict(auction)
    return {**auction, "closes_at": timestamp(falls_until(auction))}


def for_room(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms of a lot as its room takes them, without what only the notice says; a price
    that falls starts where it is called from.
    """
    told = {name: value for name, value in auction.items() if name != VIEWING}
    if "from_price" not in told:
        return told
    own = {"from_price", "every_s"}
    kept = {name: value for name, value in told.items() if name not in own}
    dutch = {"every_s": told["every_s"], "floor": told["start_price"]}
    return {**kept, "start_price": told["from_price"], "dutch": dutch}
