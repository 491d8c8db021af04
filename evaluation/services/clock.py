"""What time causes in an evaluation: questions that nobody answered run out, but not while their
tender stands still.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from evaluation import queries
from evaluation.models import Evaluation
from evaluation.services import clarifying, prices
from evaluation.services.stages import set_clock
from kernel.turns import each
from ledger import queries as ledger
from ledger.services import Entry
from trading import queries as tenders
from trading.services import open_reasons


def due(at: datetime) -> int:
    """Let every question whose time is over have the consequence that was stated with it."""
    late = Evaluation.objects.filter(next_due_at__lte=at).exclude(tender__in=tenders.held_still())
    late = late.order_by("next_due_at", "pk")
    codes = list(late.values_list("tender__code", flat=True))
    return each(codes, lambda code: _expire(code, at))


@transaction.atomic
def _expire(code: str, at: datetime) -> int:
    evaluation = queries.lock_evaluation(code)
    late = evaluation.next_due_at is not None and evaluation.next_due_at <= at
    if not late or open_reasons(evaluation.tender):
        return 0
    clarifying.expire(evaluation, at)
    prices.expire(evaluation, at)
    set_clock(evaluation, at)
    return 1


def on_tender_resumed(entry: Entry) -> None:
    """Give the time back for which nobody could answer what it had been asked."""
    if not Evaluation.objects.filter(tender__code=entry.tender).exists():
        return
    evaluation = queries.lock_evaluation(entry.tender)
    begun = ledger.facts_of(entry.tender, only=["tender.suspended"]).latest("id").at
    later = F("due_at") + (entry.at - begun)
    evaluation.talk_rounds.filter(due_at__gt=begun).update(due_at=later)
    evaluation.bid_clarifications.filter(state="asked", due_at__gt=begun).update(due_at=later)
    reviews = queries.price_reviews(evaluation).filter(decided_at=None, answered_at=None)
    reviews.filter(due_at__gt=begun).update(due_at=later)
    set_clock(evaluation, entry.at)
