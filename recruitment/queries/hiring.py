"""Whom the posts go to: whose checks are due, who is told to the public, who has signed."""

from dataclasses import dataclass
from datetime import datetime

from kernel.calendar import end_of_day
from ledger import private
from recruitment.domain.hiring import CHECKS, Ranked, to_check
from recruitment.models import Applicant, Check, Employment, Publicity, Report
from trading.models import Lot, Tender

TOLD = ("publicised", "hired", "declined")


@dataclass(frozen=True)
class Done:
    """A check as those concerned see it."""

    title: str
    passed: bool
    note: str


@dataclass(frozen=True)
class Hire:
    """Somebody told to the public, whether the post is filed, and the contract once there is
    one.
    """

    applicant: Applicant
    employment: Employment | None
    is_filed: bool = False


def due_checks(lot: Lot) -> list[int]:
    """Give whose checks are due in a post, by their numbers."""
    settled = getattr(lot, "settled", None)
    if settled is None or lot.state != "open":
        return []
    rows = lot.applicants.exclude(rank=None).order_by("rank")
    ranked = [Ranked(a.number, a.state) for a in rows]
    return to_check(ranked, settled.openings)


def note_of(check: Check) -> str:
    """Open what was written of a check; for the unit, the personnel authority and the person."""
    if not check.sealed_note:
        return ""
    return private.unlock(
        bytes(check.sealed_note), about_check(check.applicant, check.kind)
    ).decode()


def about_check(applicant: Applicant, kind: str) -> str:
    """Name what the note of a check is bound to."""
    return f"check/{applicant.tender.code}/{applicant.number}/{kind}"


def checks_of(applicant: Applicant) -> list[Done]:
    """List the checks of one applicant."""
    rows = applicant.checks.order_by("pk")
    return [Done(CHECKS[row.kind], row.passed, note_of(row)) for row in rows]


def publicity_of(tender: Tender) -> Publicity | None:
    """Give the publicity of a recruitment, once it has begun."""
    return Publicity.objects.filter(tender=tender).first()


def is_to_be_filed(tender: Tender, at: datetime) -> bool:
    """Tell whether the publicity has ended and nothing is filed yet."""
    publicity = publicity_of(tender)
    if publicity is None or publicity.filed_at is not None:
        return False
    return at >= end_of_day(publicity.until)


def reported_posts(tender: Tender) -> set[int]:
    """Give the posts on whose people a report waits for its answer: these alone stay behind."""
    rows = Report.objects.filter(applicant__tender=tender, state="filed")
    return set(rows.values_list("applicant__lot__number", flat=True))


def posts_to_file(publicity: Publicity) -> list[int]:
    """List the posts that were told to the public and are not filed yet."""
    rows = publicity.tender.applicants.filter(state__in=TOLD)
    told = sorted(set(rows.values_list("lot__number", flat=True)))
    return [post for post in told if not publicity.is_filed(post)]


def hires_of(tender: Tender) -> list[Hire]:
    """List who was told to the public, post by post in the order of places; who was not hired
    after all is named no longer.
    """
    rows = Applicant.objects.filter(tender=tender, state__in=("publicised", "hired"))
    rows = rows.select_related("lot", "employment").order_by("lot__number", "rank")
    publicity = publicity_of(tender)
    return [
        Hire(
            a,
            getattr(a, "employment", None),
            is_filed=publicity is not None and publicity.is_filed(a.lot.number),
        )
        for a in rows
    ]
