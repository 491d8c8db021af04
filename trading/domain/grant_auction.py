"""What a grant of land by auction (拍卖出让) asks of each parcel's terms (LD39 8, 16)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.domain import rooms
from trading.domain.findings import Finding
from trading.domain.rooms import Fault

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

ARTICLE: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第九条"


FAULTS: Final = (
    Fault("auction.none", rooms.is_unwritten, _("宗地 %(number)s 还没有竞价规则。"), ARTICLE),
    Fault("auction.increment", rooms.oversteps, _("宗地 %(number)s 的加价幅度高于起始价。")),
    Fault(
        "auction.opens_at",
        rooms.begins_early,
        _("宗地 %(number)s 的拍卖应在竞买申请截止之后开始。"),
    ),
    Fault("auction.opens_at", rooms.begins_on_rest, _("宗地 %(number)s 的拍卖应在工作日开始。")),
)
"""What would keep a parcel from being auctioned, the first thing first."""


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """List parcels without terms, or whose auction begins before bidders can be let in."""
    yield from rooms.first_faults(facts, FAULTS)


def dates_of(lot: "LotFacts") -> Mapping[str, date]:
    """Give the date a parcel's auction sets, by the name the rules give it."""
    begins = rooms.opens_at(lot.auction)
    return {} if begins is None else {"sale_begins": local_date(begins)}
