"""Put out whoever broke the rules: at any time, on record, with the reason."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from recruitment import policy, queries
from recruitment.domain import APPLICANT, OVER
from recruitment.models import Applicant
from recruitment.services.hiring import conclude
from recruitment.services.written import fill_vacancy
from trading import queries as trading
from trading.services.telling import tell


@transaction.atomic
def disqualify_applicant(
    *, actor: Actor, code: str, number: int, reason: str, at: datetime
) -> Applicant:
    """Put out whoever broke the rules, at any time till the end, on record and with the reason
    (discipline rules 35 of the personnel ministry).
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "applicant.disqualify", tender)
    if tender.state in OVER:
        raise Conflict("recruitment.over", _("招聘已经终止、失败或者归档，不能再取消应聘资格。"))
    applicant = queries.lock_applicant(tender, number)
    if not reason.strip():
        raise Invalid("applicant.reason", _("请写明违纪违规的事实和依据。"), field="reason")
    was = applicant.state
    applicant.state = APPLICANT.after(was, "disqualify")
    applicant.reason = reason.strip()[:300]
    applicant.save(update_fields=["state", "reason"])
    tell(tender, "applicant.disqualified", actor, at, number=number, reason=applicant.reason)
    if was in {"shortlisted", "verified"} and tender.state == "written_done":
        fill_vacancy(tender, applicant.lot, at)
    conclude(actor, code, at)
    return applicant
