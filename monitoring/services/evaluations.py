"""A supervisor's look at the evaluation that follows the opening; each look is on record."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from bidding.queries import opening
from evaluation.queries.oversight import Overseen
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from monitoring import queries


@transaction.atomic
def read_evaluation(*, actor: Actor, code: str, stage: str, address: str, at: datetime) -> Overseen:
    """Give what the supervisor assigned to a tender's opening may know of its evaluation."""
    session = opening.session_for(code, stage)
    found = queries.overseen_by(actor, session)
    if found is None:
        message = _("评审情况仅供本项目开标的社会监督员查阅。")
        raise Missing("supervision.evaluation_missing", message)
    access = Access(
        subject=f"evaluation:{code}",
        purpose="社会监督员查阅评审情况",
        tender=code,
        state=session.tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return found
