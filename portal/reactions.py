"""The one table of effects that go up the ladder: fact kind → functions, run in the fact's own
transaction.
"""

from collections.abc import Callable

from bidding.services import auction, closing, opening
from deposits.services import terms
from evaluation.services import committee, prices
from ledger.services import Entry
from monitoring.services import supervision
from trading import queries as trading
from trading.markets import method_of

Act = Callable[[Entry], None]


def where_sealed(act: Act) -> Act:
    """React only where offers are sealed envelopes: other methods have no hall to prepare."""

    def react(entry: Entry) -> None:
        if method_of(trading.lock_tender(entry.tender)).is_sealed:
            act(entry)

    return react


REACTIONS: dict[str, tuple[Act, ...]] = {
    "tender.published": (where_sealed(opening.on_tender_published),),
    "tender.deadline_moved": (where_sealed(opening.on_tender_published),),
    "tender.closed": (
        where_sealed(closing.resolve_bids),
        supervision.on_tender_closed,
        where_sealed(opening.on_tender_closed),
        auction.on_tender_closed,
    ),
    "tender.terminated": (
        opening.on_tender_terminated,
        auction.on_tender_terminated,
        terms.on_tender_terminated,
    ),
    "tender.resumed": (terms.on_tender_resumed,),
    "lot.failed": (terms.on_lot_failed,),
    "award.notified": (terms.on_award_notified,),
    "contract.signed": (terms.on_contract_signed,),
    "opening.ended": (committee.begin, prices.on_opening_ended),
    "technical.closed": (opening.on_technical_closed,),
}
