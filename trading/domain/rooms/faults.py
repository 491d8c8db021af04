"""What is wrong with how the lots of a draft are bid for: one rule for all markets, each of which
says it in its own words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernel.calendar import local_date
from trading.domain.findings import Finding
from trading.domain.rooms.falling import falls_elsewhere
from trading.domain.rooms.frame import closes_at, opens_at, start_price, step_of
from trading.domain.rooms.listed import misses_ceiling

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts


@dataclass(frozen=True)
class Fault:
    """What would keep a lot from being bid for, and how a market says it."""

    code: str
    is_found: Callable[[Mapping[str, Any], "TenderFacts"], bool]
    message: str
    article: str = ""


def first_faults(facts: "TenderFacts", faults: Sequence[Fault]) -> Iterator[Finding]:
    """List of each lot the first thing that is wrong with its terms."""
    for lot in facts.lots:
        found = next((one for one in faults if one.is_found(lot.auction, facts)), None)
        if found is not None:
            section, told = found.code.partition(".")[0], {"number": lot.number}
            yield Finding(found.code, section, found.message, told, found.article)


def is_unwritten(auction: Mapping[str, Any], _facts: "TenderFacts") -> bool:
    """Tell whether nobody has said yet when offers may come."""
    return opens_at(auction) is None


def oversteps(auction: Mapping[str, Any], _facts: "TenderFacts") -> bool:
    """Tell whether the step is more than the start price, which may have moved since."""
    return step_of(auction) > start_price(auction)


def cannot_arrive(auction: Mapping[str, Any], _facts: "TenderFacts") -> bool:
    """Tell whether whole steps no longer lead to where the price is to end: a floor, a ceiling."""
    return falls_elsewhere(auction) or misses_ceiling(auction)


def begins_early(auction: Mapping[str, Any], facts: "TenderFacts") -> bool:
    """Tell whether offers may come before it is known who takes part."""
    begins, known = opens_at(auction), facts.bids_close_at
    return begins is not None and known is not None and begins <= known


def begins_that_day(auction: Mapping[str, Any], facts: "TenderFacts") -> bool:
    """Tell whether offers may come on the day on which it is known who takes part, or before."""
    begins, known = opens_at(auction), facts.bids_close_at
    return begins is not None and known is not None and local_date(begins) <= local_date(known)


def begins_on_rest(auction: Mapping[str, Any], facts: "TenderFacts") -> bool:
    """Tell whether offers begin on a day of rest."""
    begins = opens_at(auction)
    return begins is not None and not facts.rules.calendar.is_working_day(local_date(begins))


def ends_on_rest(auction: Mapping[str, Any], facts: "TenderFacts") -> bool:
    """Tell whether the time for offers ends on a day of rest."""
    ends = closes_at(auction)
    return ends is not None and not facts.rules.calendar.is_working_day(local_date(ends))
