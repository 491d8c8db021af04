"""Put out whoever broke the rules: at any time, on record, with the reason."""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import Entry
from recruitment import policy, queries
from recruitment.domain import APPLICANT, OVER
from recruitment.models import Applicant
from recruitment.services.hiring import conclude
from recruitment.services.written import fill_vacancy
from trading import queries as trading
from trading import services as tenders
from trading.markets import method_of
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
    was, before = applicant.state, applicant.reason
    applicant.state = APPLICANT.after(was, "disqualify")
    applicant.reason = reason.strip()[:300]
    applicant.save(update_fields=["state", "reason"])
    told = {"number": number, "reason": applicant.reason}
    tell(tender, "applicant.disqualified", actor, at, **told, was=was, before=before)
    if not tenders.open_reasons(tender):
        if was in {"shortlisted", "verified"} and tender.state == "written_done":
            fill_vacancy(tender, applicant.lot, at)
        conclude(actor, code, at)
    return applicant


def on_tender_resumed(entry: Entry) -> None:
    """Call and conclude what a disqualification left open while the recruitment stood still."""
    tender = trading.lock_tender(entry.tender)
    if not method_of(tender).has_posts:
        return
    if tender.state == "written_done":
        for lot in tender.lots.filter(state="open").order_by("number"):
            fill_vacancy(tender, lot, entry.at)
    conclude(SYSTEM, tender.code, entry.at)
