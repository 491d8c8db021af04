"""What a person has to do in a recruitment: lines of the desk (我的工作)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from accounts.domain import AGENCY, CENTRE_OPS, PERSONNEL, PURCHASER, Actor
from kernel.calendar import end_of_day
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from recruitment.domain import OVER
from recruitment.models import Applicant, Panel, Publicity, Recount, Report
from recruitment.queries.hiring import posts_to_file
from recruitment.queries.interview import equals_of, seated
from trading.models import Tender

UNIT: Final = {
    "written_done": _("资格复审，确定面试人员"),
    "ranked": _("体检与考察"),
    "publicity": _("备案后签订聘用合同"),
}
OF_AGENCY: Final = {
    "exam_ready": (_("登记笔试分数，公布成绩"), "written/"),
    "interview_ready": (_("组织面试"), "interview/"),
    "ranked": (_("体检、考察完毕后公示拟聘用人员"), "recruitment/"),
}
ENDED: Final = OVER | {"contracted"}
"""The states of a recruitment in which no applicant waits for anything any more."""
RUNNING: Final = (
    "submitted",
    "qualified",
    "shortlisted",
    "verified",
    "ranked",
    "passed",
    "publicised",
)


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """List what the actor has to do here, and where their own applications stand."""
    if not actor.is_known:
        return []
    return [
        *_unit(actor),
        *_agency(actor),
        *_personnel(actor, at),
        *_centre(actor),
        *_examiner(actor),
        *_own(actor),
    ]


def _item(
    title: str, tender: Tender, path: str, due: datetime | None = None, *, waiting: bool = False
) -> DeskItem:
    url = f"/tenders/{tender.code}/{path}"
    return DeskItem(title, f"{tender.code} {tender.title}", url, due, waiting)


def _unit(actor: Actor) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(purchaser_id__in=actor.organisations(PURCHASER))
    open_rows = mine.filter(state="closed", applicants__state="submitted")
    for tender in open_rows.distinct().order_by("pk"):
        yield _item(_("审查报名资格"), tender, "applicants/")
    for state, title in UNIT.items():
        for tender in mine.filter(state=state).order_by("pk"):
            yield _item(title, tender, "recruitment/")


def _agency(actor: Actor) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(agency_id__in=actor.organisations(AGENCY))
    for state, (title, path) in OF_AGENCY.items():
        for tender in mine.filter(state=state).order_by("pk"):
            yield _item(title, tender, path)
    waiting = mine.filter(state="written_done")
    open_rows = Recount.objects.filter(applicant__tender__in=waiting, state="filed")
    for found in open_rows.select_related("applicant__tender").order_by("answer_due", "pk"):
        path, due = f"recounts/{found.token}/", end_of_day(found.answer_due)
        # That somebody asked is told apart: the centre, which holds the seats, is not to know.
        line = _item(_("答复成绩复核"), found.applicant.tender, path, due)
        yield replace(line, is_secret=True)


def _centre(actor: Actor) -> Iterator[DeskItem]:
    if actor.has(CENTRE_OPS):
        for tender in Tender.objects.filter(state="exam_ready").order_by("pk"):
            yield _item(_("密封答卷，保管编号表"), tender, "seating/")


def _examiner(actor: Actor) -> Iterator[DeskItem]:
    mine = Panel.objects.filter(
        tender__state="interview_ready", examiners__person_id=actor.person_id
    )
    for panel in mine.select_related("tender").order_by("pk"):
        if any(seat.person_id == actor.person_id for seat in seated(panel)):
            yield _item(_("面试评分"), panel.tender, "interview/")


def _personnel(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    if actor.has(PERSONNEL):
        # By the posts, not by the applicants: one nobody applied for waits to be cancelled.
        rows = Tender.objects.filter(
            state="closed", lots__post__has_key="openings", lots__state="open", lots__settled=None
        )
        reviewed = rows.exclude(applicants__state="submitted")
        for tender in reviewed.distinct().order_by("pk"):
            yield _item(_("按开考比例核定岗位"), tender, "recruitment/")
        for tender in Tender.objects.filter(state="interview_ready").order_by("pk"):
            if any(a.extra is None for equals in equals_of(tender) for a in equals):
                yield _item(_("登记加试成绩"), tender, "interview/")
        waiting = Publicity.objects.filter(filed_at=None, tender__state="publicity")
        for publicity in waiting.select_related("tender").order_by("pk"):
            if not posts_to_file(publicity):
                continue
            ends = end_of_day(publicity.until)
            waits = at < ends
            due = ends if waits else None
            title = _("公示期满备案")
            yield _item(title, publicity.tender, "recruitment/", due, waiting=waits)
        open_rows = Report.objects.filter(state="filed").select_related("applicant__tender")
        for found in open_rows.order_by("answer_due", "pk"):
            path, until = f"reports/{found.token}/", end_of_day(found.answer_due)
            line = _item(_("核查举报"), found.applicant.tender, path, until)
            yield replace(line, is_secret=True, runs_on=True)


def _own(actor: Actor) -> Iterator[DeskItem]:
    rows = Applicant.objects.filter(person_id=actor.person_id)
    running = rows.filter(state__in=RUNNING).select_related("tender")
    for applicant in running.exclude(tender__state__in=ENDED).order_by("pk"):
        yield _item(_("查看报名进展"), applicant.tender, "application/", waiting=True)
