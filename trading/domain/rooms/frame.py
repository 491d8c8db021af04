"""What the terms of every room have: a start price, both ends of the time for offers, and, where
offers are open, a step and a clock that each of them begins anew.
"""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp

VIEWING: Final = "viewing"
"""Where a lot's terms hold what only the notice says and the room does not know of."""
TOO_MUCH: Final = _("幅度应大于零，且不超过起始价。")
"""What is wrong with a step; a kind that one market alone has says it in that market's words."""


def framed(kind: str, start: Decimal, opens_at: datetime, closes_at: datetime) -> dict[str, Any]:
    """Write what every room has."""
    return {
        "kind": kind,
        "start_price": f"{start:.2f}",
        "opens_at": timestamp(opens_at),
        "closes_at": timestamp(closes_at),
    }


def stepped(
    step: Decimal | None, start: Decimal, *, any_price: bool = False, too_much: str = TOO_MUCH
) -> dict[str, Any]:
    """Write how open offers move the price: by the step or its multiples, or by any price that is
    at least the step away; nobody outbids itself.
    """
    return {
        "increment": read_step(step, start, too_much),
        "multiples_only": not any_price,
        "self_outbid": False,
    }


def timed(seconds: int) -> dict[str, Any]:
    """Write that each offer gives everybody this long to answer, and the last one ends it."""
    return {"extension": {"window_s": seconds, "add_s": seconds, "from": "bid"}}


def read_step(step: Decimal | None, start: Decimal, too_much: str = TOO_MUCH) -> str:
    """Clean the step of the price: more than nothing, and not more than the start price."""
    if step is None or not 0 < step <= start:
        raise Invalid("auction.increment", too_much, field="increment")
    money.to_fen(step)
    return f"{step:.2f}"


def start_price(auction: Mapping[str, Any]) -> Decimal:
    """Give the start price of a lot; zero while there is none."""
    return Decimal(auction.get("start_price") or 0)


def step_of(auction: Mapping[str, Any]) -> Decimal:
    """Give the step of the price; zero where nobody bids by steps."""
    return Decimal(auction.get("increment") or 0)


def opens_at(auction: Mapping[str, Any]) -> datetime | None:
    """Give when offers may come; None while that is open."""
    return _moment(auction, "opens_at")


def closes_at(auction: Mapping[str, Any]) -> datetime | None:
    """Give when the time for offers ends, before anything prolongs it; None while that is open."""
    return _moment(auction, "closes_at")


def _moment(auction: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(auction[name]) if auction.get(name) else None


def proposed_opening(closes_at: datetime, calendar: WorkCalendar) -> datetime:
    """Propose when offers may come: the second working day after the disclosure, ten o'clock."""
    day = calendar.add_working_days(local_date(closes_at), 2).due
    return datetime.combine(day, time(10), SHANGHAI)


def moved(
    auction: Mapping[str, Any], before: datetime, after: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """Move an auction with the end of its disclosure: as many working days later, at the same time
    of day, and as long.
    """
    opening = opens_at(auction)
    if opening is None or after == before:
        return dict(auction)
    closing = datetime.fromisoformat(auction["closes_at"])
    days = calendar.days_between(local_date(before), local_date(opening), "WD")
    day = calendar.add_working_days(local_date(after), max(days, 1)).due
    begins = datetime.combine(day, opening.astimezone(SHANGHAI).time(), SHANGHAI)
    ends = begins + (closing - opening)
    if calendar.is_working_day(local_date(closing)):  # whoever must be there then is at work
        last = calendar.roll_over(local_date(ends))[0]
        ends = datetime.combine(last, ends.astimezone(SHANGHAI).time(), SHANGHAI)
    return {**auction, "opens_at": timestamp(begins), "closes_at": timestamp(ends)}


def for_one_taker(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms by which a single qualified taker is asked: one quote, not below the start
    price, within the time in which offers would have come (SA32 22, rulebook 5.3); where more than
    the price is weighed, the one quote promises that too.
    """
    kept = ("start_price", "opens_at", "closes_at")
    terms = {name: auction[name] for name in kept}
    if "weights" in auction:
        own = {"kind": "weighted", "weights": auction["weights"]}
    else:
        own = {"kind": "one_shot", "sealed": {"tie": "time"}}
    return {**own, "least_bidders": 1, **terms}
