"""A recruitment by the API: all that its pages do."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from accounts.api import OPEN, Closed, Text, Word, acting
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.domain.applying import Application

router = Router(tags=["recruitment"])
Shape = dict[str, Any]


class ApplicationIn(Closed):
    """What an applicant says of themselves."""

    id_number: Word
    phone: Word
    education: Word
    school: Word
    major: Word
    experience: Text = ""
    employer: Word = ""
    serving_since: Word = ""
    grade: Word = ""
    consent: Word = ""


class ReviewIn(Closed):
    """A yes, or a no with its reason."""

    passed: bool
    reason: Word = ""


class SettleIn(Closed):
    """What becomes of a post: opened, reduced or cancelled, with the reason."""

    outcome: Word
    reason: Word = ""


def seen(request: HttpRequest, code: str) -> Shape:
    """Give who acts, when, and the tender's code, if the actor may know of it."""
    actor, at = acting(request)
    queries.recruitment_for(actor, code, at)
    return {"actor": actor, "at": at, "code": code}


@router.get("/tenders/{code}/application", response=Shape)
def application(request: HttpRequest, code: str) -> Shape:
    """Show my own application: nobody else can ask before applications close."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    policy.require(actor, "application.submit", tender)
    own, _sent = queries.own_application(actor, tender)
    found = queries.own_applicant(actor, tender)
    if own is None and found is None:
        raise Missing("application.none", _("您没有报名，或已经撤回。"))
    stands = {"state": found.state, "reason": found.reason, "ticket": found.ticket} if found else {}
    return {"lot": own.lot if own else None, **stands}


@router.post("/tenders/{code}/lots/{number}/application", response={201: Shape})
def submit_application(
    request: HttpRequest, code: str, number: int, body: ApplicationIn
) -> Status[Shape]:
    """Apply for a post myself; withheld from everybody until applications close."""
    said = Application(**body.dict())
    services.submit_application(**seen(request, code), number=number, application=said)
    return Status(201, {"lot": number})


@router.delete("/tenders/{code}/application", response={204: None})
def withdraw_application(request: HttpRequest, code: str) -> Status[None]:
    """Take my application back while applications are open."""
    services.withdraw_application(**seen(request, code))
    return Status(204, None)


@router.get("/tenders/{code}/posts", auth=OPEN, response=list[dict[str, Any]])
def posts(request: HttpRequest, code: str) -> list[Shape]:
    """List the posts as they stand: what is public of them."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    return [post_out(line, tender.state) for line in queries.post_lines(tender)]


def post_out(line: queries.PostLine, state: str) -> Shape:
    """Give a post as the API shows it; nobody is counted before closing."""
    counted = {} if state == "announced" else {"applied": line.applied}
    return {
        "lot": line.lot.number,
        "title": line.lot.title,
        "openings": line.openings,
        "outcome": line.settled.outcome if line.settled else "",
        **counted,
    }


@router.post("/tenders/{code}/lots/{number}/settle", response=Shape)
def settle_post(request: HttpRequest, code: str, number: int, body: SettleIn) -> Shape:
    """Decide what the opening ratio leaves of a post (the personnel authority alone)."""
    post = services.settle_post(**seen(request, code), number=number, **body.dict())
    return {"lot": number, "outcome": post.outcome, "openings": post.openings}


@router.get("/tenders/{code}/applicants", response=list[dict[str, Any]])
def applicants(request: HttpRequest, code: str) -> list[Shape]:
    """List who applied, once applications are closed, for those who examine and oversee."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    # Why somebody was refused is part of what only those may read who review and oversee.
    details = ("reason",) if queries.reads_details(actor, tender) else ()
    names = ("number", "name", "masked", "state", "ticket", *details)
    rows = queries.applicants_of(actor, tender)
    return [{name: getattr(row, name) for name in names} | {"lot": row.lot.number} for row in rows]


@router.get("/tenders/{code}/applicants/{number}", response=Shape)
def read_applicant(request: HttpRequest, code: str, number: int) -> Shape:
    """Read what an applicant said of themselves; each look is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    found, details = services.read_applicant(**seen(request, code), number=number, address=address)
    shown = {name: getattr(found, name) for name in ("number", "name", "masked", "is_double")}
    return shown | vars(details)


@router.post("/tenders/{code}/applicants/{number}/review", response=Shape)
def review_applicant(request: HttpRequest, code: str, number: int, body: ReviewIn) -> Shape:
    """Find an applicant's papers good for the post or not (the recruiting unit alone)."""
    found = services.review_applicant(**seen(request, code), number=number, **body.dict())
    return {"number": found.number, "state": found.state}


# --- exams ---


class MarksIn(Closed):
    """Marks by the codes of papers; "absent" for an empty seat."""

    marks: dict[Word, Word]


class PanelIn(Closed):
    """How many examiners sit: an odd number."""

    size: int


class NonceIn(Closed):
    """What somebody else puts into the draw."""

    nonce: Word


class ReasonIn(Closed):
    """A reason that must be given."""

    reason: Word


class MarkIn(Closed):
    """One examiner's mark."""

    mark: Word


class ExtraIn(Closed):
    """How somebody did at an extra test; why, where something was entered before."""

    mark: Word
    reason: Word = ""


class AppraisalIn(Closed):
    """How colleagues voted: so many of each grade."""

    excellent: int
    competent: int
    basic: int
    incompetent: int


class CorrectedAppraisalIn(AppraisalIn):
    """The votes as they should have been entered, and why they were not."""

    reason: Text


class CheckIn(Closed):
    """A check, "medical" or "inspection", and its outcome."""

    kind: Word
    passed: bool
    note: Word = ""


class FilingIn(Closed):
    """The number under which a hire is filed."""

    number: Word


class EmploymentIn(Closed):
    """Term and trial of a contract."""

    years: int
    trial_months: int
    first_job: bool


def stands(request: HttpRequest, code: str) -> Shape:
    """Give the state of a recruitment after an act."""
    actor, at = acting(request)
    return {"code": code, "state": queries.recruitment_for(actor, code, at).state}


@router.get("/tenders/{code}/seating", response=list[dict[str, Any]])
def read_seating(request: HttpRequest, code: str) -> list[Shape]:
    """List tickets with the codes of their papers, for whoever seals them; each look is noted."""
    address = request.META.get("REMOTE_ADDR", "")
    return [vars(seat) for seat in services.read_seating(**seen(request, code), address=address)]


@router.post("/tenders/{code}/written/marks", response=Shape)
def mark_scripts(request: HttpRequest, code: str, body: MarksIn) -> Shape:
    """Enter the marks of papers by their codes."""
    return {"count": services.mark_scripts(**seen(request, code), marks=body.marks)}


@router.post("/tenders/{code}/written/publish", response=Shape)
def publish_written(request: HttpRequest, code: str) -> Shape:
    """Tell the written scores and who is called to the interview."""
    services.publish_written(**seen(request, code))
    return stands(request, code)


@router.post("/tenders/{code}/applicants/{number}/verify", response=Shape)
def verify_applicant(request: HttpRequest, code: str, number: int, body: ReviewIn) -> Shape:
    """Check the originals of somebody called; a no calls the next."""
    found = services.verify_applicant(**seen(request, code), number=number, **body.dict())
    return {"number": found.number, "state": found.state}


@router.post("/tenders/{code}/shortlist/confirm", response=Shape)
def confirm_shortlist(request: HttpRequest, code: str) -> Shape:
    """Go on to the interview."""
    services.confirm_shortlist(**seen(request, code))
    return stands(request, code)


@router.get("/tenders/{code}/interview", auth=OPEN, response=list[dict[str, Any]])
def interview(request: HttpRequest, code: str) -> list[Shape]:
    """List the order of the interview with the scores that were told."""
    actor, at = acting(request)
    tender = queries.recruitment_for(actor, code, at)
    return [
        {
            "lot": turn.applicant.lot.number,
            "turn": turn.applicant.turn,
            "ticket": turn.applicant.ticket,
            "is_up": turn.is_up,
            "marks": [f"{mark:.2f}" for mark in turn.marks],
            "score": turn.applicant.interview,
        }
        for turn in queries.turns_of(tender)
    ]


@router.post("/tenders/{code}/interview/commit", response={201: Shape})
def commit_panel(request: HttpRequest, code: str, body: PanelIn) -> Status[Shape]:
    """Freeze the pool of examiners and commit to a seed."""
    panel = services.commit_panel(**seen(request, code), size=body.size)
    return Status(201, {"digest": panel.pool_digest, "commit": panel.seed_commit})


@router.post("/tenders/{code}/interview/draw", response=Shape)
def draw_panel(request: HttpRequest, code: str, body: NonceIn) -> Shape:
    """Draw examiners and order with a nonce that somebody else gives."""
    return {"drawn": services.draw_panel(**seen(request, code), nonce=body.nonce).drawn}


@router.post("/tenders/{code}/interview/recuse", response=Shape)
def recuse_examiner(request: HttpRequest, code: str, body: ReasonIn) -> Shape:
    """Step aside as an examiner; the next drawn sits down."""
    return {"seat": services.recuse_examiner(**seen(request, code), reason=body.reason).place}


@router.post("/tenders/{code}/interview/seats/{place}/replace", response=Shape)
def replace_examiner(request: HttpRequest, code: str, place: int, body: ReasonIn) -> Shape:
    """Put the next drawn on an examiner's seat (the personnel authority alone)."""
    now = services.replace_examiner(**seen(request, code), place=place, reason=body.reason)
    return {"seats": [seat.place for seat in now]}


@router.post("/tenders/{code}/interview/{number}/mark", response=Shape)
def mark_interview(request: HttpRequest, code: str, number: int, body: MarkIn) -> Shape:
    """Mark the candidate who is up; with the last mark the score is told."""
    found = services.mark_interview(**seen(request, code), number=number, mark=body.mark)
    return {"ticket": found.ticket, "score": found.interview}


@router.post("/tenders/{code}/interview/{number}/miss", response=Shape)
def miss_interview(request: HttpRequest, code: str, number: int) -> Shape:
    """Note that the candidate who is up did not come."""
    return {"ticket": services.miss_interview(**seen(request, code), number=number).ticket}


@router.post("/tenders/{code}/applicants/{number}/extra", response=Shape)
def record_extra(request: HttpRequest, code: str, number: int, body: ExtraIn) -> Shape:
    """Enter the extra test that tells equals apart (the personnel authority alone)."""
    found = services.record_extra(**seen(request, code), number=number, **body.dict())
    return {"ticket": found.ticket, "extra": found.extra}


@router.post("/tenders/{code}/interview/rank", response=Shape)
def rank(request: HttpRequest, code: str) -> Shape:
    """End the interviews with totals and places."""
    services.rank(**seen(request, code))
    return stands(request, code)


@router.post("/tenders/{code}/applicants/{number}/appraisal", response={201: Shape})
def record_appraisal(
    request: HttpRequest, code: str, number: int, body: AppraisalIn
) -> Status[Shape]:
    """Note how colleagues voted on somebody who competes inside the unit."""
    found = services.record_appraisal(**seen(request, code), number=number, **body.dict())
    return Status(201, {"ticket": found.ticket, "score": found.appraisal})


@router.put("/tenders/{code}/applicants/{number}/appraisal", response=Shape)
def correct_appraisal(
    request: HttpRequest, code: str, number: int, body: CorrectedAppraisalIn
) -> Shape:
    """Mend votes that were entered wrongly, before the ranking."""
    found = services.correct_appraisal(**seen(request, code), number=number, **body.dict())
    return {"ticket": found.ticket, "score": found.appraisal}


# --- hire ---


@router.post("/tenders/{code}/applicants/{number}/checks", response={201: Shape})
def record_check(request: HttpRequest, code: str, number: int, body: CheckIn) -> Status[Shape]:
    """Note the medical check or the inspection of somebody who is due."""
    found = services.record_check(**seen(request, code), number=number, **body.dict())
    return Status(201, {"number": found.number, "state": found.state})


@router.post("/tenders/{code}/hire/publicise", response=Shape)
def publicise_hire(request: HttpRequest, code: str) -> Shape:
    """Tell the public whom the posts are to go to."""
    services.publicise_hire(**seen(request, code))
    return stands(request, code)


@router.post("/tenders/{code}/hire/file", response=Shape)
def file_hire(request: HttpRequest, code: str, body: FilingIn) -> Shape:
    """File the hire after the publicity (the personnel authority alone)."""
    return {"number": services.file_hire(**seen(request, code), number=body.number).number}


@router.post("/tenders/{code}/applicants/{number}/contract", response={201: Shape})
def sign_employment(
    request: HttpRequest, code: str, number: int, body: EmploymentIn
) -> Status[Shape]:
    """Note the contract with somebody who is hired."""
    signed = services.sign_employment(**seen(request, code), number=number, **body.dict())
    return Status(201, {"number": number, "years": signed.years})


@router.post("/tenders/{code}/applicants/{number}/decline", response=Shape)
def decline_hire(request: HttpRequest, code: str, number: int, body: ReasonIn) -> Shape:
    """Note that somebody told to the public is not hired."""
    found = services.decline_hire(**seen(request, code), number=number, reason=body.reason)
    return {"number": found.number, "state": found.state}


@router.post("/tenders/{code}/applicants/{number}/disqualify", response=Shape)
def disqualify_applicant(request: HttpRequest, code: str, number: int, body: ReasonIn) -> Shape:
    """Put out whoever broke the rules (the personnel authority alone)."""
    found = services.disqualify_applicant(**seen(request, code), number=number, reason=body.reason)
    return {"number": found.number, "state": found.state}
