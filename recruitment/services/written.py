"""The written exam: papers marked under codes, scores told at once, the best called."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Access, Actor
from accounts.services import record_access
from evaluation.talent import HUNDRED, called, interview_seats
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from recruitment import policy, queries
from recruitment.domain import APPLICANT
from recruitment.models import Applicant, Script
from recruitment.queries.applicants import script_code
from recruitment.queries.written import Seat, waiting_for_call
from recruitment.services.screening import require_state
from trading import policy as tender_policy
from trading import queries as trading
from trading import services as tenders
from trading.models import Lot, Tender
from trading.services.telling import tell

ABSENT: Final = "absent"
MARK: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2}0*)?")
"""A mark as people write it: what Python takes for a number besides is a slip of the key."""
CALLED: Final = ("shortlisted", "verified")
MISSED: Final = _("未参加笔试")
BELOW: Final = _("笔试未达到合格线")
NOT_CALLED: Final = _("笔试成绩未进入面试范围")
NOBODY_PASSED: Final = _("笔试没有人达到合格线，岗位空缺。")
NOBODY_VERIFIED: Final = _("面试范围内的人员均未通过资格复审，岗位空缺。")
BODY: Final = _(
    "下列为笔试成绩，只列准考证号；标明“进入面试范围”的人员，请按通知携带原件参加资格复审。"
)


@transaction.atomic
def read_seating(*, actor: Actor, code: str, address: str, at: datetime) -> Sequence[Seat]:
    """Give tickets with the codes of their papers to whoever seals them; the look is recorded."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "seating.read", tender)
    access = Access(
        subject=f"seating:{code}",
        purpose="查阅考场编排和答卷编号",
        tender=code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return queries.seats_of(tender)


@transaction.atomic
def mark_scripts(*, actor: Actor, code: str, marks: Mapping[str, str], at: datetime) -> int:
    """Enter marks by the codes of papers; "absent" stands for a seat that stayed empty. What is
    new is recorded, and what it replaced: a mark that was changed before publication can be seen.
    """
    tender = trading.lock_tender(code)
    policy.require(actor, "script.mark", tender)
    require_state(tender, "exam_ready")
    known = {script.code: script for script in Script.objects.filter(tender=tender)}
    if unknown := sorted(set(marks) - set(known)):
        raise Invalid("script.unknown", _("没有这些答卷：%(codes)s。"), codes="、".join(unknown))
    given = {paper: None if m == ABSENT else mark_in(m, paper) for paper, m in marks.items()}
    changed = {
        paper: _told_mark(known[paper])
        for paper, mark in given.items()
        if not known[paper].is_marked or known[paper].mark != mark
    }
    for paper in changed:
        known[paper].mark, known[paper].absent = given[paper], given[paper] is None
        known[paper].save(update_fields=["mark", "absent"])
    if changed:
        now = {paper: _told_mark(known[paper]) for paper in changed}
        was = {paper: mark for paper, mark in changed.items() if mark}
        tell(tender, "scripts.marked", actor, at, marks=now, was=was)
    return len(changed)


def _told_mark(script: Script) -> str:
    """Give the mark of a paper as a fact tells it; nothing while it has none."""
    if script.absent:
        return ABSENT
    return "" if script.mark is None else f"{script.mark:.2f}"


def mark_in(text: str, field: str) -> Decimal:
    """Read a mark between 0 and 100 with at most two places."""
    if not MARK.fullmatch(text.strip()) or (mark := Decimal(text.strip())) > HUNDRED:
        raise Invalid("mark.range", _("分数应为 0 至 100，最多两位小数。"), field=field)
    return mark


@transaction.atomic
def publish_written(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Link marks to tickets, call the best of each post, and tell all scores by ticket."""
    tender = trading.lock_tender(code)
    tender_policy.require(actor, "tender.publish_written", tender)
    require_state(tender, "exam_ready")
    scripts = {script.code: script for script in Script.objects.filter(tender=tender)}
    if not all(script.is_marked for script in scripts.values()):
        raise Conflict("written.not_marked", _("还有答卷没有登记分数。"))
    lots = list(tender.lots.filter(state="open").order_by("number"))
    for lot in lots:
        _call(lot, scripts)
    fields: dict[str, Any] = {"stage": "written", "posts": [told_scores(lot) for lot in lots]}
    title = f"{tender.title}笔试成绩公告"
    return tenders.publish_written(
        actor=actor, code=code, title=title, fields=fields, body=str(BODY), at=at
    )


def _call(lot: Lot, scripts: Mapping[str, Script]) -> None:
    applicants = list(lot.applicants.select_for_update(of=("self",)).filter(state="qualified"))
    line, scores = Decimal(lot.post["written_pass"]), {}
    for applicant in applicants:
        applicant.written = scripts[script_code(applicant)].mark
        if applicant.written is not None and applicant.written >= line:
            scores[applicant.ticket] = applicant.written
    ratio = Decimal(lot.post["interview_ratio"])
    chosen = set(called(scores, lot.settled.openings, ratio)) if scores else set()
    for applicant in applicants:
        event = "call" if applicant.ticket in chosen else "leave_out"
        applicant.state = APPLICANT.after(applicant.state, event)
        applicant.reason = _why_out(applicant, line) if event == "leave_out" else ""
        applicant.save(update_fields=["written", "state", "reason"])


def _why_out(applicant: Applicant, line: Decimal) -> str:
    if applicant.written is None:
        return str(MISSED)
    return str(BELOW if applicant.written < line else NOT_CALLED)


def told_scores(lot: Lot) -> dict[str, Any]:
    """Give the written scores of a post as they are published: by ticket, and who is called."""
    out_since = queries.called_out(lot)
    return {
        "lot": lot.number,
        "title": lot.title,
        "openings": lot.settled.openings,
        "rows": [
            {
                "ticket": applicant.ticket,
                "written": f"{applicant.written:.2f}",
                "called": applicant.state in CALLED or applicant.ticket in out_since,
            }
            for applicant in queries.examined(lot)
        ],
    }


def _fail_empty(tender: Tender, at: datetime) -> None:
    """Leave posts vacant for which nobody is left; with the last one the tender fails.

    Not before the recounts are over: one may find that somebody has passed after all.
    """
    for lot in tender.lots.filter(state="open").order_by("number"):
        if lot.applicants.filter(state="verified").exists():
            continue
        passed = lot.applicants.filter(written__gte=Decimal(lot.post["written_pass"])).exists()
        reason = str(NOBODY_VERIFIED if passed else NOBODY_PASSED)
        tenders.fail_lot(actor=SYSTEM, code=tender.code, number=lot.number, reason=reason, at=at)


@transaction.atomic
def verify_applicant(
    *, actor: Actor, code: str, number: int, passed: bool, reason: str, at: datetime
) -> Applicant:
    """Check the originals of somebody called; who fails or stays away is followed by the next."""
    tender = trading.lock_tender(code)
    policy.require(actor, "applicant.verify", tender)
    require_state(tender, "written_done")
    applicant = queries.lock_applicant(tender, number)
    why = "" if passed else reason.strip()
    if not passed and not why:
        raise Invalid("applicant.reason", _("不通过的，请写明不符合哪项条件。"), field="reason")
    applicant.state = APPLICANT.after(applicant.state, "verify" if passed else "reject")
    applicant.reason = why[:300]
    applicant.save(update_fields=["state", "reason"])
    told = {"number": number, "lot": applicant.lot.number, "passed": passed}
    tell(tender, "applicant.verified", actor, at, **told)
    if not passed:
        fill_vacancy(tender, applicant.lot, at)
    return applicant


def fill_vacancy(tender: Tender, lot: Lot, at: datetime) -> None:
    """Call the next in the order of the written scores, with all who tie; nobody as long as those
    called before, who may have tied, still fill the ratio.
    """
    left = lot.applicants.filter(state__in=("shortlisted", "verified")).count()
    if left >= interview_seats(lot.settled.openings, Decimal(lot.post["interview_ratio"])):
        return
    called_next = waiting_for_call(lot)
    for applicant in called_next:
        applicant.state, applicant.reason = APPLICANT.after(applicant.state, "call"), ""
        applicant.save(update_fields=["state", "reason"])
    if called_next:
        tickets = [applicant.ticket for applicant in called_next]
        tell(tender, "applicants.called", SYSTEM, at, lot=lot.number, tickets=tickets)


@transaction.atomic
def confirm_shortlist(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Go on to the interview once everybody called was checked."""
    tender = trading.lock_tender(code)
    tender_policy.require(actor, "tender.confirm_shortlist", tender)
    require_state(tender, "written_done")
    if tender.applicants.filter(state="shortlisted").exists():
        raise Conflict("shortlist.open", _("还有进入面试范围的人员没有复审。"))
    if queries.recounts_run(tender, at):
        raise Conflict("recount.running", _("成绩复核尚未结束，结束后才能确定面试人员。"))
    tender = tenders.confirm_shortlist(actor=actor, code=code, at=at)
    _fail_empty(tender, at)
    return trading.lock_tender(code)
