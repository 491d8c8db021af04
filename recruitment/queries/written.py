"""The written exam: papers by their codes alone, seats by tickets, scores once they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger import queries as record
from recruitment.models import Applicant, Script
from recruitment.queries.applicants import script_code
from recruitment.queries.interview import first_score
from trading.models import Lot, Tender


@dataclass(frozen=True)
class Seat:
    """A ticket, and the code of the paper that lies there."""

    ticket: str
    name: str
    code: str


def scripts_of(tender: Tender) -> list[Script]:
    """List the papers by code."""
    return list(Script.objects.filter(tender=tender).order_by("code"))


def seats_of(tender: Tender) -> Sequence[Seat]:
    """List who sits before which paper, for whoever seals the papers."""
    rows = Applicant.objects.filter(tender=tender).exclude(ticket="").order_by("ticket")
    return [Seat(a.ticket, a.name, script_code(a)) for a in rows.select_related("tender")]


def examined(lot: Lot) -> list[Applicant]:
    """List who was examined for a post, the best first; a ticket is all that is told of them."""
    rows = lot.applicants.exclude(ticket="").select_related("tender")
    rows = rows.exclude(written=None, appraisal=None, interview=None)
    return sorted(rows, key=_the_best_first)


def _the_best_first(applicant: Applicant) -> tuple[Decimal, Decimal, str]:
    """Order by the total once there is one, else by what is told already."""
    total = applicant.total or Decimal(0)
    first = first_score(applicant) or applicant.interview or Decimal(0)
    return (-total, -first, applicant.ticket)


def called_out(lot: Lot) -> frozenset[str]:
    """Give the tickets of those who were called and are out since, by the check of the originals
    or disqualified: what was told of them stays true when scores are corrected.
    """
    gone = lot.applicants.filter(state__in=("rejected", "disqualified"))
    return _told_called(lot) & frozenset(gone.values_list("ticket", flat=True))


def _told_called(lot: Lot) -> frozenset[str]:
    """Give the tickets that the last notice of the written scores and the facts since call."""
    notices = lot.tender.notices.filter(kind="scores", fields__stage="written")
    told = [
        (notice.published_at, post["rows"])
        for notice in notices.order_by("-number")
        for post in notice.fields["posts"]
        if post["lot"] == lot.number
    ]
    if not told:
        return frozenset()
    since, rows = told[0]
    facts = record.facts_of(lot.tender.code, only=["applicants.called"])
    later = [fact.data for fact in facts if fact.at >= since]
    return frozenset(
        [row["ticket"] for row in rows if row["called"]]
        + [ticket for data in later if data["lot"] == lot.number for ticket in data["tickets"]]
    )


def waiting_for_call(lot: Lot) -> list[Applicant]:
    """List who would be called next: the best that passed and was left out, with all who tie."""
    line = Decimal(lot.post["written_pass"])
    rows = [a for a in examined(lot) if a.state == "out" and (a.written or Decimal(0)) >= line]
    return [a for a in rows if a.written == rows[0].written]
