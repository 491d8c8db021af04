"""The one table of effects that go up the ladder: fact kind → functions, run in the fact's own
transaction.
"""

from collections.abc import Callable

from bidding.services import closing, opening
from deposits.services import terms
from evaluation.services import committee, prices
from ledger.services import Entry
from monitoring.services import supervision

REACTIONS: dict[str, tuple[Callable[[Entry], None], ...]] = {
    "tender.published": (opening.on_tender_published,),
    "tender.deadline_moved": (opening.on_tender_published,),
    "tender.closed": (
        closing.resolve_bids,
        supervision.on_tender_closed,
        opening.on_tender_closed,
    ),
    "tender.terminated": (opening.on_tender_terminated, terms.on_tender_terminated),
    "tender.resumed": (terms.on_tender_resumed,),
    "lot.failed": (terms.on_lot_failed,),
    "award.notified": (terms.on_award_notified,),
    "contract.signed": (terms.on_contract_signed,),
    "opening.ended": (committee.begin, prices.on_opening_ended),
    "technical.closed": (opening.on_technical_closed,),
}
