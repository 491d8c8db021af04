"""Reports on whom the posts are to go to: kept secret, looked into, answered; one that is right
puts out whom it is about.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Access, Actor
from accounts.services import record_access
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from recruitment import policy, queries
from recruitment.domain import OVER, REPORT
from recruitment.domain.remedies import OUTCOMES, require_in_time, worded
from recruitment.models import Report
from recruitment.queries.remedies import about_report
from recruitment.services.disqualifying import disqualify_applicant
from recruitment.services.screening import require_step
from trading import queries as trading
from trading.services.telling import tell_apart

LONGEST: Final = 2000
ANSWER: Final = 1000


@transaction.atomic
def file_report(*, actor: Actor, code: str, number: int, text: str, at: datetime) -> Report:
    """Report on somebody a post is to go to, while the publicity runs."""
    tender = trading.lock_tender(code)
    policy.require(actor, "report.file", tender)
    require_step(tender, "publicity")
    require_in_time(tender.publicity.until, at, "report.too_late")
    about = queries.reportable(tender).filter(number=number).first()
    if about is None:
        raise Invalid("report.about", _("请选择被举报的拟聘用人员。"), field="number")
    reporter = accounts.person(actor.ref.removeprefix("person:"))
    if Report.objects.filter(applicant=about, reporter=reporter, state="filed").exists():
        raise Conflict("report.once", _("您对这名人员的举报正在核查，请等待答复。"))
    said = worded(text, "text", 10, LONGEST)
    due = trading.rules_of(tender, at).last_day("report_answer", local_date(at))
    filed = Report.objects.create(
        applicant=about,
        reporter=reporter,
        sealed=private.lock(said.encode(), about_report(tender, reporter.pk)),
        filed_at=at,
        answer_due=due,
    )
    tell_apart("report.filed", actor, at, report=filed.token, due=due)
    return filed


@transaction.atomic
def read_report(
    *, actor: Actor, code: str, token: str, address: str, at: datetime
) -> tuple[Report, str]:
    """Open what a report says; a look at what another reported is recorded, and names no tender:
    who reads the record must not learn whom somebody reported on.
    """
    tender = queries.recruitment_for(actor, code, at)
    found = queries.report_for(actor, tender, token)
    if found.reporter_id != actor.person_id:
        access = Access(subject=f"report:{token}", purpose="查阅举报", address=address)
        record_access(actor=actor, access=access, at=at)
    return found, queries.text_of(found)


@transaction.atomic
def answer_report(  # noqa: PLR0913 - a finding, and what either side is told of it
    *,
    actor: Actor,
    code: str,
    token: str,
    finding: str,
    answer: str,
    reason: str = "",
    at: datetime,
) -> Report:
    """Answer a report; one that is right puts out whom it is about, with a reason that tells
    nothing of who reported.
    """
    tender = trading.lock_tender(code)
    found = queries.report_for(actor, tender, token)
    policy.require(actor, "report.answer", tender)
    if finding not in OUTCOMES:
        raise Invalid("report.finding", _("请选择核查结论。"), field="finding")
    found.state = REPORT.after(found.state, "answer")
    found.finding, found.answered_at = finding, at
    found.answer = worded(answer, "answer", 4, ANSWER)
    found.save(update_fields=["state", "finding", "answered_at", "answer"])
    tell_apart("report.answered", actor, at, report=token, finding=finding)
    is_there = found.applicant.state != "disqualified" and tender.state not in OVER
    if finding == "upheld" and is_there:
        number = found.applicant.number
        disqualify_applicant(actor=actor, code=code, number=number, reason=reason, at=at)
    return found
