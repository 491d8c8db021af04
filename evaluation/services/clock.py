"""What time causes in an evaluation: questions that nobody answered run out."""

from datetime import datetime

from django.db import transaction

from evaluation import queries
from evaluation.models import Evaluation
from evaluation.services import clarifying, prices
from evaluation.services.stages import set_clock


def due(at: datetime) -> int:
    """Let every question whose time is over have the consequence that was stated with it."""
    late = Evaluation.objects.filter(next_due_at__lte=at).order_by("next_due_at", "pk")
    return sum(_expire(code, at) for code in list(late.values_list("tender__code", flat=True)))


@transaction.atomic
def _expire(code: str, at: datetime) -> int:
    evaluation = queries.lock_evaluation(code)
    if evaluation.next_due_at is None or evaluation.next_due_at > at:
        return 0
    clarifying.expire(evaluation, at)
    prices.expire(evaluation, at)
    set_clock(evaluation, at)
    return 1
