"""The case of a lot: what was bid and marked, as the rule that ranks it reads it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bidding.models import Bid
from evaluation import arithmetic, domain, pricing, queries
from evaluation.models import Evaluation
from evaluation.queries import factors
from evaluation.scoring import LotTerms, ScoredBid, case_of
from trading.domain import priced
from trading.markets import method_of
from trading.models import Lot


def name_of(bid: Bid) -> str:
    """Name a bid in the case of the rule: the bidder's name, unique within a lot."""
    return bid.bidder.name


def case_for(evaluation: Evaluation, lot: Lot, judged: Sequence[Bid]) -> dict[str, Any]:
    """Build the case of one lot from what was bid and marked; saved, it can be run again. A price
    that is still sealed counts as the lot's limit, a rate as nothing taken off.
    """
    corrected, method = queries.corrected_bids(evaluation), method_of(evaluation.tender)
    earned, marks = queries.declared(evaluation), queries.marks_for_rule(evaluation, lot)
    scheme = evaluation.tender.scheme

    def sheet(bid: Bid) -> dict[str, object] | None:
        return pricing.sheet_of(bid.price, bid.fields, lot.items)

    def quote(bid: Bid) -> Decimal:
        if priced.names_rates(scheme):
            return pricing.rate_of(scheme, bid.fields) or Decimal(0)
        return bid.price if bid.price is not None else lot.limit

    bids = [
        ScoredBid(
            name=name_of(bid),
            price=quote(bid),
            deductions=domain.earned(bid.bidder.size, earned.get(bid.pk, ()), lot.reserved),
            marks=marks.get(bid.pk, {}),
            sheet=sheet(bid) if bid.pk in corrected else None,
            order=bid.sequence if method.sells else 0,
            facts=pricing.stated(scheme, bid.fields),
        )
        for bid in judged
    ]
    terms = LotTerms(
        lot.limit,
        sells=method.sells,
        arithmetic=arithmetic.order_of(evaluation.tender.market),
        subject=evaluation.tender.category,
        formulas=method.formulas,
        draw=factors.draw_of(evaluation.tender, lot.number),
        benchmark=queries.frozen_benchmark(evaluation, lot),
        lines=pricing.low_price_lines(
            queries.rules_of(evaluation), scheme.get("options", {}).get("low_price", {})
        ),
    )
    return dict(case_of(scheme, bids, terms))
