"""Recounts and reports: each for those who may know of it, for all others there is none."""

from datetime import date, datetime

from django.db.models import QuerySet

from accounts.domain import AGENCY, AUDITOR, PERSONNEL, REGULATOR, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from recruitment.models import Applicant, Recount, Report
from recruitment.queries.applicants import own_applicant
from recruitment.queries.hiring import publicity_of
from trading.models import Tender
from trading.queries import rules_of


def recount_until(tender: Tender) -> date | None:
    """Give the last day to ask for a recount: counted from the first publication of the scores;
    None before it.
    """
    told = tender.notices.filter(kind="scores").order_by("number").first()
    if told is None:
        return None
    on = local_date(told.published_at)
    return rules_of(tender, told.published_at).last_day("score_recount", on)


def takes_recounts(tender: Tender, at: datetime) -> bool:
    """Tell whether the time to ask for a recount runs."""
    until = recount_until(tender)
    return tender.state == "written_done" and until is not None and at < end_of_day(until)


def has_open_recounts(tender: Tender) -> bool:
    """Tell whether a recount waits for its answer."""
    return Recount.objects.filter(applicant__tender=tender, state="filed").exists()


def recounts_end(tender: Tender) -> date | None:
    """Give the last day by which a recount asked for on the last day is answered; None before the
    scores are told.
    """
    until = recount_until(tender)
    if until is None:
        return None
    return rules_of(tender, tender.drafted_at).last_day("recount_answer", until)


def recounts_run(tender: Tender, at: datetime) -> bool:
    """Tell whether the interview has to wait for recounts: for all the days to ask and to answer,
    whether anybody asked or not, or the wait would tell the unit that somebody did. Only an answer
    that is overdue holds it longer.
    """
    ends = recounts_end(tender)
    return (ends is not None and at < end_of_day(ends)) or has_open_recounts(tender)


def recounts_of(actor: Actor, tender: Tender) -> QuerySet[Recount]:
    """List the recounts an actor may know of: one's own, all for who looks again or oversees."""
    rows = Recount.objects.filter(applicant__tender=tender).order_by("filed_at", "pk")
    rows = rows.select_related("applicant__lot", "applicant__tender")
    if actor.has_for(tender.agency_id, AGENCY) or actor.has(PERSONNEL, REGULATOR, AUDITOR):
        return rows
    return rows.filter(applicant__person_id=actor.person_id) if actor.is_known else rows.none()


def recount_for(actor: Actor, tender: Tender, token: str) -> Recount:
    """Give one recount to an actor who may know of it."""
    found = recounts_of(actor, tender).filter(token=token).first()
    if found is None:
        raise Missing("recount.missing", _("没有这份复核申请，或您无权查看。"))
    return found


def may_recount(actor: Actor, tender: Tender, at: datetime) -> bool:
    """Tell whether the actor may ask for a recount of their own score now."""
    own = own_applicant(actor, tender)
    has_score = own is not None and own.written is not None and own.lot.state == "open"
    return has_score and takes_recounts(tender, at) and not recounts_of(actor, tender).exists()


def takes_reports(tender: Tender, at: datetime) -> bool:
    """Tell whether the days for reports run."""
    publicity = publicity_of(tender)
    if publicity is None or tender.state != "publicity":
        return False
    return at < end_of_day(publicity.until)


def reportable(tender: Tender) -> QuerySet[Applicant]:
    """List on whom one may report: whom the posts are to go to."""
    rows = Applicant.objects.filter(tender=tender, state="publicised")
    return rows.select_related("lot").order_by("lot__number", "rank")


def reports_of(actor: Actor, tender: Tender) -> QuerySet[Report]:
    """List the reports an actor may know of: one's own, and all for the personnel authority; the
    unit, its agency and those reported on never learn of any.
    """
    rows = Report.objects.filter(applicant__tender=tender).order_by("filed_at", "pk")
    rows = rows.select_related("applicant__lot", "applicant__tender", "reporter")
    if actor.has(PERSONNEL):
        return rows
    return rows.filter(reporter_id=actor.person_id) if actor.is_known else rows.none()


def report_for(actor: Actor, tender: Tender, token: str) -> Report:
    """Give one report to an actor who may know of it."""
    found = reports_of(actor, tender).filter(token=token).first()
    if found is None:
        raise Missing("report.missing", _("没有这份举报，或您无权查看。"))
    return found


def about_report(tender: Tender, person: int) -> str:
    """Name what the text of a report is bound to."""
    return f"report/{tender.code}/{person}"


def text_of(report: Report) -> str:
    """Open what a report says; for the personnel authority and who reported it."""
    name = about_report(report.applicant.tender, report.reporter_id)
    return private.unlock(bytes(report.sealed), name).decode()
