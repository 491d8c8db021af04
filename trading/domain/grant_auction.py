"""What a grant of land by auction (拍卖出让) asks of each parcel's terms (LD39 8, 16)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.domain import sale
from trading.domain.findings import Finding

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

ARTICLE: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第九条"


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """List parcels without terms, or whose auction begins before bidders can be let in."""
    for lot in facts.lots:
        begins, number = sale.opens_at(lot.auction), {"number": lot.number}
        if begins is None:
            message = _("宗地 %(number)s 还没有竞价规则。")
            yield Finding("auction.none", "auction", message, number, ARTICLE)
        elif Decimal(lot.auction["increment"]) > sale.start_price(lot.auction):
            message = _("宗地 %(number)s 的加价幅度高于起始价。")
            yield Finding("auction.increment", "auction", message, number)
        elif facts.bids_close_at is not None and begins <= facts.bids_close_at:
            message = _("宗地 %(number)s 的拍卖应在竞买申请截止之后开始。")
            yield Finding("auction.opens_at", "auction", message, number)
        elif not facts.rules.calendar.is_working_day(local_date(begins)):
            message = _("宗地 %(number)s 的拍卖应在工作日开始。")
            yield Finding("auction.opens_at", "auction", message, number)


def dates_of(lot: "LotFacts") -> Mapping[str, date]:
    """Give the date a parcel's auction sets, by the name the rules give it."""
    begins = sale.opens_at(lot.auction)
    return {} if begins is None else {"sale_begins": local_date(begins)}
