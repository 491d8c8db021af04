"""A written score looked at again on an applicant's request; one that changes re-ranks openly."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from recruitment import policy, queries
from recruitment.domain import APPLICANT, RECOUNT
from recruitment.domain.remedies import require_in_time, still_called, worded
from recruitment.models import Applicant, Recount, Script
from recruitment.queries.applicants import script_code
from recruitment.services.screening import require_state, require_step
from recruitment.services.written import BELOW, NOT_CALLED, mark_in, told_scores
from trading import queries as trading
from trading import services as tenders
from trading.models import Lot, Tender
from trading.services.telling import tell_apart

LONGEST: Final = 300
BODY: Final = _(
    "经复核，准考证号 %(ticket)s 的笔试成绩由 %(was)s 更正为 %(now)s。"
    "下列为更正后的笔试成绩和面试范围。"
)


@transaction.atomic
def file_recount(*, actor: Actor, code: str, reason: str, at: datetime) -> Recount:
    """Ask for one's own written score to be looked at again, within the days after it was told."""
    tender = trading.lock_tender(code)
    policy.require(actor, "recount.file", tender)
    require_step(tender, "written_done")
    until, own = queries.recount_until(tender), queries.own_applicant(actor, tender)
    if own is None or own.written is None or own.lot.state != "open" or until is None:
        raise Conflict("recount.no_score", _("您没有可以复核的笔试成绩。"))
    require_in_time(until, at, "recount.too_late")
    if Recount.objects.filter(applicant=own).exists():
        raise Conflict("recount.once", _("您已经申请过复核，复核以一次为限。"))
    rules = trading.rules_of(tender, at)
    filed = Recount.objects.create(
        applicant=own,
        reason=worded(reason, "reason", 4, LONGEST),
        before=own.written,
        filed_at=at,
        answer_due=rules.last_day("recount_answer", local_date(at)),
    )
    tell_apart("recount.filed", actor, at, recount=filed.token, due=filed.answer_due)
    return filed


@transaction.atomic
def answer_recount(
    *, actor: Actor, code: str, token: str, mark: str, answer: str, at: datetime
) -> Recount:
    """Say what the paper is worth after all: another mark is published with the range it gives."""
    tender = trading.lock_tender(code)
    found = queries.recount_for(actor, tender, token)
    policy.require(actor, "recount.answer", tender)
    require_state(tender, "written_done")
    found.state = RECOUNT.after(found.state, "answer")
    found.after, found.answered_at = mark_in(mark, "mark"), at
    found.answer = worded(answer, "answer", 2, LONGEST)
    found.save(update_fields=["state", "after", "answered_at", "answer"])
    tell_apart("recount.answered", actor, at, recount=token, changed=found.is_changed)
    if found.is_changed:
        _correct(tender, found, actor, at)
    return found


def _correct(tender: Tender, found: Recount, actor: Actor, at: datetime) -> None:
    applicant = queries.lock_applicant(tender, found.applicant.number)
    Script.objects.filter(tender=tender, code=script_code(applicant)).update(mark=found.after)
    applicant.written = found.after
    applicant.save(update_fields=["written"])
    _call_again(applicant.lot, applicant)
    told = {
        "lot": applicant.lot.number,
        "ticket": applicant.ticket,
        "was": f"{found.before:.2f}",
        "now": f"{found.after:.2f}",
    }
    tenders.correct_scores(
        actor=actor,
        code=tender.code,
        title=f"{tender.title}笔试成绩更正公告",
        fields={"stage": "written", "posts": [told_scores(applicant.lot)]},
        body=str(BODY) % told,
        told=told,
        at=at,
    )


def _call_again(lot: Lot, corrected: Applicant) -> None:
    """Call whoever is among the best now, and leave out the corrected one who no longer is."""
    line = Decimal(lot.post["written_pass"])
    rows = lot.applicants.select_for_update(of=("self",)).exclude(written=None)
    pool = {a.ticket: a for a in rows.filter(state__in=("out", "shortlisted", "verified"))}
    scores = {t: a.written for t, a in pool.items() if a.written is not None and a.written >= line}
    before = frozenset(ticket for ticket, a in pool.items() if a.state != "out")
    ratio = Decimal(lot.post["interview_ratio"])
    now = still_called(scores, before, corrected.ticket, lot.settled.openings, ratio)
    for ticket in sorted(now ^ before):
        applicant = pool[ticket]
        event = "call" if ticket in now else "leave_out"
        applicant.state = APPLICANT.after(applicant.state, event)
        is_below = applicant.written is not None and applicant.written < line
        why = str(BELOW if is_below else NOT_CALLED)
        applicant.reason = "" if event == "call" else why
        applicant.save(update_fields=["state", "reason"])
