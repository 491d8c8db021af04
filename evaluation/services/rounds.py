"""An evaluation done again after an objection was upheld: the same committee, from the review on;
what it found before stays in the record and counts no more (BLR 54, 81).
"""

from datetime import datetime

from accounts.domain import SYSTEM
from evaluation import queries
from evaluation.models import EarlierRound, Evaluation, Exclusion
from evaluation.services import paneling
from evaluation.services.committee import move, tell
from evaluation.services.report import report_content
from ledger.canonical import to_plain
from ledger.services import Entry
from trading.markets import method_of


def reassemble(entry: Entry) -> None:
    """Call the committee together again when its tender is sent back to it."""
    evaluation = queries.lock_evaluation(entry.tender)
    made = _keep(evaluation, str(entry.data["reason"]), entry.at)
    # Quotes are known by now: what the panel came to about the document before stands.
    paneling.keep_document(evaluation)
    _begin_anew(evaluation)
    # Where qualification is another's to check, it is checked anew too: its findings are gone.
    whole = method_of(evaluation.tender).committee_qualifies
    move(evaluation, "reassemble" if whole else "requalify")
    tell(evaluation, "evaluation.reassembled", SYSTEM, entry.at, round=made.number + 1)


def _keep(evaluation: Evaluation, reason: str, at: datetime) -> EarlierRound:
    """Put the whole result aside as it was handed in."""
    submitted = evaluation.submitted_at or at
    rankings = evaluation.rankings.select_related("lot").order_by("lot__number")
    return EarlierRound.objects.create(
        evaluation=evaluation,
        number=evaluation.rounds.count() + 1,
        reason=reason,
        report=to_plain(report_content(evaluation, submitted)),
        rankings=[
            {"lot": made.lot.number, "case": made.case, "result": made.result} for made in rankings
        ],
        submitted_at=submitted,
        ended_at=at,
    )


def _begin_anew(evaluation: Evaluation) -> None:
    """Take away what members thought, marked and decided; who sits, who leads, and what bidders
    answered stays.
    """
    evaluation.rankings.all().delete()
    evaluation.scorecards.all().delete()
    evaluation.checks.all().delete()
    evaluation.motions.all().delete()
    # Who was out before the prices were opened stays out: that price is sealed for good.
    Exclusion.objects.filter(bid__tender=evaluation.tender, bid__price__isnull=False).delete()
    reviews = queries.price_reviews(evaluation)
    # Whose bid was rejected before it could answer is asked anew.
    reviews.filter(decision="void", answered_at=None).delete()
    reviews.filter(kind="low_price").update(accepted=None, decision="", reason="", decided_at=None)
    evaluation.seats.update(signed_report_at=None, dissent="")
    evaluation.marks_seen_at = None
