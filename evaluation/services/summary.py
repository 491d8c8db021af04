"""The summary: what the document itself finds invalid is out, the rest is added up and ranked."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import Bid
from evaluation import policy, queries
from evaluation.models import Candidate, Evaluation, Exclusion, Ranking
from evaluation.queries import factors, motions
from evaluation.queries.cases import case_for, name_of
from evaluation.scoring import evaluate_case
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.prices import exclude_by_document
from evaluation.services.stages import fail_thin_lots, in_state, refuse_open_clarifications
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain.priced import names_rates
from trading.models import Lot

STAGE: Final = "summary"
"""Who is put out here is judged anew with every summary: a rule of the document sees all bids, and
sees them once, so that nobody is far from the others only because another was put out before.
"""


@transaction.atomic
def summarise(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """Score the prices by machine, put out whom the document's rules find invalid, add up and rank
    each lot.
    """
    evaluation = lock_going(code)
    policy.require(actor, "evaluation.summarise", evaluation)
    in_state(evaluation, "price_review")
    refuse_open_clarifications(evaluation)
    if queries.waiting_reviews(evaluation).exists():
        raise Conflict("price_review.open", _("还有报价修正或偏低报价没有结论。"))
    factors.require_drawn(evaluation.tender)
    motions.refuse_open(evaluation)
    readmit(evaluation)
    for lot in queries.lots_of(evaluation):
        _put_out(evaluation, lot, at)
    fail_thin_lots(evaluation, at)
    if evaluation.state == "failed" or motions.open_motions(evaluation).exists():
        return evaluation
    move(evaluation, "summarise")
    for lot in queries.lots_of(evaluation):
        _rank(evaluation, lot, at)
    tell(evaluation, "evaluation.summarised", actor, at)
    return evaluation


def readmit(evaluation: Evaluation) -> None:
    """Take back what a summary put out, before it is made again or marks are looked at again."""
    out = Exclusion.objects.filter(bid__tender=evaluation.tender, stage=STAGE)
    out.filter(bid__lot__state="open").delete()


def _put_out(evaluation: Evaluation, lot: Lot, at: datetime) -> None:
    bids = queries.valid_bids(lot)
    if not bids:
        return
    result: Mapping[str, Any] = evaluate_case(case_for(evaluation, lot, bids))
    exclude_by_document(evaluation, bids, result["invalid"], STAGE, at)


def _judged(lot: Lot) -> list[Bid]:
    """Give the bids a summary judges: the valid ones and those it puts out itself."""
    out = queries.opened_bids(lot).filter(exclusion__stage=STAGE)
    return sorted([*queries.valid_bids(lot), *out], key=lambda bid: bid.sequence)


def _sum(bid: Bid, row: Mapping[str, Any]) -> Decimal:
    """Give the sum a contract is made for: what was bid, as it was corrected; of a rate, the sum
    that it leaves.
    """
    has_rate = bid.price is not None and names_rates(bid.tender.scheme)
    return Decimal(bid.price if has_rate else row["contract_price"])


def _rank(evaluation: Evaluation, lot: Lot, at: datetime) -> None:
    judged = _judged(lot)
    case = case_for(evaluation, lot, judged)
    result: Mapping[str, Any] = evaluate_case(case)
    ranking, _made = Ranking.objects.update_or_create(
        evaluation=evaluation, lot=lot, defaults={"case": case, "result": result, "made_at": at}
    )
    ranking.candidates.all().delete()
    by_name = {name_of(bid): bid for bid in judged}
    Candidate.objects.bulk_create(
        Candidate(
            ranking=ranking,
            bid=by_name[row["bidder"]],
            rank=row["rank"],
            total=row["total"] or "",
            price=_sum(by_name[row["bidder"]], row),
        )
        for row in result["ranking"]
    )
    told = {"lot": lot.number, "ranking": result["ranking"]}
    tell(evaluation, "evaluation.priced", SYSTEM, at, **told)
