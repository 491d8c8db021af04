"""The terms of a listing (挂牌): offers in its days, a quiet while, the question who goes on, then
the timed auction; with a highest price, what decides there (rulebook 5.1 and 5.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.calendar import is_sensible
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain import ceilings
from trading.domain.bounds import require_within
from trading.domain.ceilings import Branch
from trading.domain.rooms.frame import framed, start_price, step_of, stepped, timed

LISTING: Final = "listing"
LISTED_CYCLE_SECONDS: Final = (60, 600)
USUAL_LISTED_CYCLE: Final = 300
INQUIRY_SECONDS: Final = (60, 600)
USUAL_INQUIRY: Final = 240
QUIET_MINUTES: Final = (0, 240)
USUAL_QUIET: Final = 60


@dataclass(frozen=True)
class ListingTerms:
    """How a parcel is bid for: the step, the listing's two ends, and what follows it."""

    increment: Decimal
    opens_at: datetime
    closes_at: datetime
    quiet_minutes: int = USUAL_QUIET
    inquiry_s: int = USUAL_INQUIRY
    cycle_s: int = USUAL_LISTED_CYCLE
    ceiling: Decimal | None = None
    branch: Branch = ceilings.LOTTERY


def read_listing(given: ListingTerms, start: Decimal, kinds: Sequence[str]) -> dict[str, Any]:
    """Clean the terms of a parcel's listing; every phase has its length before anybody offers."""
    if LISTING not in kinds:
        raise Invalid("auction.kind", _("该交易方式不支持这种竞价。"), field="kind")
    require_within("quiet_minutes", given.quiet_minutes, QUIET_MINUTES)
    require_within("inquiry_s", given.inquiry_s, INQUIRY_SECONDS)
    require_within("cycle_s", given.cycle_s, LISTED_CYCLE_SECONDS)
    _require_times(given)
    too_much = _("加价幅度应大于零，且不超过起始价。")
    return {
        **framed(LISTING, start, given.opens_at, given.closes_at),
        **stepped(given.increment, start, too_much=too_much),
        **timed(given.cycle_s),
        **_ceiling(given, start),
        "quiet_s": given.quiet_minutes * 60,
        "inquiry_s": given.inquiry_s,
    }


def _ceiling(given: ListingTerms, start: Decimal) -> dict[str, Any]:
    """Clean the highest price, where there is one: whole steps lead to it, then something else
    than the price decides.
    """
    if given.ceiling is None:
        return {}
    money.to_fen(given.ceiling)
    if not _leads_to(given.ceiling, start, given.increment):
        raise Invalid(
            "auction.ceiling",
            _("最高限价应高于起始价，并能从起始价按加价幅度的整数倍达到。"),
            field="ceiling",
        )
    after = ceilings.read(given.branch, given.inquiry_s)
    return {"cap": f"{given.ceiling:.2f}", "after_cap": after}


def _leads_to(ceiling: Decimal, start: Decimal, step: Decimal) -> bool:
    return ceiling > start and not (ceiling - start) % step


def misses_ceiling(auction: Mapping[str, Any]) -> bool:
    """Tell whether whole steps no longer lead to the highest price: the start price may have
    moved.
    """
    if "cap" not in auction:
        return False
    return not _leads_to(Decimal(auction["cap"]), start_price(auction), step_of(auction))


def _require_times(given: ListingTerms) -> None:
    for name in ("opens_at", "closes_at"):
        if not is_sensible(getattr(given, name)):
            raise Invalid("tender.date", _("日期不合理，请检查年份。"), field=name)
    if given.closes_at <= given.opens_at + timedelta(minutes=given.quiet_minutes):
        raise Invalid(
            "auction.listing_ends", _("挂牌截止应晚于挂牌开始和截止前的静默期。"), field="closes_at"
        )


def listing_of(auction: Mapping[str, Any]) -> ListingTerms | None:
    """Give back what `read_listing` cleaned; None while nothing is written."""
    if auction.get("kind") != LISTING:
        return None
    branch = ceilings.branch_of(auction["after_cap"]) if "cap" in auction else ceilings.LOTTERY
    return ListingTerms(
        increment=step_of(auction),
        opens_at=datetime.fromisoformat(auction["opens_at"]),
        closes_at=datetime.fromisoformat(auction["closes_at"]),
        quiet_minutes=auction["quiet_s"] // 60,
        inquiry_s=auction["inquiry_s"],
        cycle_s=auction["extension"]["add_s"],
        ceiling=Decimal(auction["cap"]) if "cap" in auction else None,
        branch=branch,
    )
