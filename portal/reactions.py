"""The one table of effects that go up the ladder: fact kind → functions, run in the fact's own
transaction.
"""

from collections.abc import Callable

from bidding.services import auction, closing, opening
from deposits.services import accounts, securities, terms
from evaluation.services import clock, committee, factors, prices, rounds, stages, talks
from ledger.services import Entry
from monitoring.services import supervision
from recruitment.services import on_tender_closed as take_applications
from recruitment.services import on_tender_resumed as go_on_recruiting
from trading import queries as trading
from trading.markets import method_of
from trading.services import challenges, suspensions

Act = Callable[[Entry], None]


def where_sealed(act: Act) -> Act:
    """React only where offers are sealed envelopes: other methods have no hall to prepare."""

    def react(entry: Entry) -> None:
        if method_of(trading.lock_tender(entry.tender)).is_sealed:
            act(entry)

    return react


REACTIONS: dict[str, tuple[Act, ...]] = {
    "tender.published": (where_sealed(opening.on_tender_published), factors.commit_factor),
    "tender.amended": (factors.commit_factor,),
    "tender.deadline_moved": (where_sealed(opening.on_tender_published),),
    "tender.closed": (
        where_sealed(closing.resolve_bids),
        supervision.on_tender_closed,
        where_sealed(opening.on_tender_closed),
        auction.on_tender_closed,
        take_applications,
        challenges.on_tender_closed,
    ),
    "tender.takers_settled": (auction.on_takers_settled,),
    "tender.terminated": (
        opening.on_tender_terminated,
        auction.on_tender_terminated,
        terms.on_tender_terminated,
        suspensions.on_tender_ended,
    ),
    "tender.source_dropped": (suspensions.on_tender_ended,),
    "tender.bidding_voided": (opening.on_tender_terminated, committee.on_bidding_voided),
    "tender.failed": (stages.on_tender_failed, suspensions.on_tender_ended),
    "tender.reevaluated": (terms.on_tender_reevaluated, rounds.reassemble),
    "tender.suspended": (auction.on_tender_suspended,),
    "tender.resumed": (
        auction.on_tender_resumed,
        terms.on_tender_resumed,
        clock.on_tender_resumed,
        prices.on_resumed,
        go_on_recruiting,
    ),
    "tender.archived": (terms.on_tender_archived,),
    "lot.failed": (terms.on_lot_failed, prices.on_lot_failed),
    "lot.annulled": (auction.on_lot_annulled,),
    "lot.voided": (terms.on_lot_voided,),
    "bidder.disqualified": (terms.on_bidder_disqualified,),
    "lot.priced": (terms.on_lot_priced,),
    "award.passed_over": (terms.on_passed_over,),
    "award.notified": (terms.on_award_notified, accounts.on_award_notified),
    "contract.signed": (terms.on_contract_signed,),
    "contract.ended": (securities.on_contract_ended,),
    "framework.notified": (terms.on_framework_notified,),
    "framework.signed": (terms.on_framework_signed,),
    "framework.terminated": (terms.on_framework_terminated,),
    "tender.quotes_closed": (talks.on_quotes_closed,),
    "talks.noted": (terms.on_talks_noted, talks.on_talks_noted),
    "quotes.missing": (terms.on_quote_missing,),
    "opening.ended": (committee.begin, prices.on_opening_ended),
    "technical.closed": (opening.on_technical_closed,),
}
