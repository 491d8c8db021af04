"""The votes of colleagues: entered before anybody is marked, corrected by the authority alone."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from recruitment import policy, queries
from recruitment.domain.appraisal import GRADES, appraised
from recruitment.models import Applicant
from recruitment.services.screening import require_state
from trading import queries as trading
from trading.models import Tender
from trading.services.telling import tell


@transaction.atomic
def record_appraisal(  # noqa: PLR0913 - the votes of each grade
    *,
    actor: Actor,
    code: str,
    number: int,
    excellent: int,
    competent: int,
    basic: int,
    incompetent: int,
    at: datetime,
) -> Applicant:
    """Note how colleagues voted on somebody who competes; told to everybody by ticket at once."""
    tender = trading.lock_tender(code)
    policy.require(actor, "appraisal.record", tender)
    require_state(tender, "interview_ready")
    applicant = queries.lock_applicant(tender, number)
    if applicant not in queries.unappraised(tender):
        raise Conflict("appraisal.not_due", _("这名人员不需要民主测评，或者已经登记。"))
    given = dict(zip(GRADES, (excellent, competent, basic, incompetent), strict=True))
    told = _counted(tender, applicant, given, at)
    tell(tender, "appraisal.recorded", actor, at, **told)
    return applicant


@transaction.atomic
def correct_appraisal(  # noqa: PLR0913 - the votes of each grade, and why
    *,
    actor: Actor,
    code: str,
    number: int,
    excellent: int,
    competent: int,
    basic: int,
    incompetent: int,
    reason: str,
    at: datetime,
) -> Applicant:
    """Mend votes that were entered wrongly, before the ranking; old score and reason are told.

    Marks may be known by then, so it is never for whoever entered the votes.
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "appraisal.correct", tender)
    require_state(tender, "interview_ready")
    applicant = queries.lock_applicant(tender, number)
    if applicant not in queries.appraised(tender):
        raise Conflict("appraisal.none", _("这名人员没有已登记的民主测评，不能更正。"))
    if not reason.strip():
        raise Invalid("appraisal.reason", _("请写明更正的理由。"), field="reason")
    given = dict(zip(GRADES, (excellent, competent, basic, incompetent), strict=True))
    more = {"before": f"{applicant.appraisal:.2f}", "reason": reason.strip()[:300]}
    told = _counted(tender, applicant, given, at)
    tell(tender, "appraisal.corrected", actor, at, **told, **more)
    return applicant


def _counted(
    tender: Tender, applicant: Applicant, votes: Mapping[str, int], at: datetime
) -> dict[str, object]:
    """Reckon and keep the score of the votes; give what is told of it."""
    rules = trading.rules_of(tender, at)
    worth: dict[str, Decimal] = {g: rules.value(f"appraisal_{g}", "exact") for g in GRADES}
    applicant.appraisal = appraised(votes, worth)
    applicant.save(update_fields=["appraisal"])
    return {
        "lot": applicant.lot.number,
        "ticket": applicant.ticket,
        "votes": dict(votes),
        "score": f"{applicant.appraisal:.2f}",
    }
