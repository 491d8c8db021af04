"""Read complaints through the actor's eyes, and what decides whether one may come."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import COMPLAINT
from trading.domain.complaints import (
    Answered,
    Complaints,
    Grounds,
    Handling,
    clock_of,
    is_same_matter,
    last_day,
)
from trading.domain.gates import READING, TAKING
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import Challenge, Complaint, Notice, Tender
from trading.queries.rules import rules_of
from trading.queries.tenders import bidder_in

OPEN = ("received", "accepted")
TOLD = ("accepted", "decided")
"""The states in which whom it is about has its copy."""


def complaints_of(tender: Tender) -> Complaints:
    """Give how the market of a tender complains, or refuse where it does not."""
    remedy = remedy_of(tender)
    if remedy is None or remedy.complaints is None:
        raise Missing("complaint.missing", _("没有这份投诉，或您无权查看。"))
    return remedy.complaints


def complaints_visible_to(actor: Actor) -> QuerySet[Complaint]:
    """List the complaints an actor may read: its own, those about its own tenders once they are
    taken up, and for oversight.
    """
    rows = Complaint.objects.select_related("tender", "filer", "challenge")
    if actor.has(REGULATOR, AUDITOR):
        return rows
    about = Q(tender__purchaser_id__in=actor.organisations(PURCHASER))
    about |= Q(tender__agency_id__in=actor.organisations(AGENCY))
    own = Q(filer_id__in=actor.organisations(BIDDER))
    return rows.filter(own | about & Q(state__in=TOLD))


def complaint_for(actor: Actor, tender: Tender, number: str) -> Complaint:
    """Give a complaint to an actor who may read it."""
    found = complaints_visible_to(actor).filter(tender=tender, code=number).first()
    if found is None:
        raise Missing("complaint.missing", _("没有这份投诉，或您无权查看。"))
    return found


def complaint_events(complaint: Complaint) -> tuple[str, ...]:
    """List what may still happen to a complaint in its state."""
    return COMPLAINT.events(complaint.state)


def raised_before(actor: Actor, tender: Tender) -> QuerySet[Challenge]:
    """List what the actor's own organisation raised with those who run the tender."""
    rows = Challenge.objects.filter(tender=tender, filer_id__in=actor.organisations(BIDDER))
    return rows.exclude(state="withdrawn").order_by("filed_at")


def grounds(
    tender: Tender,
    filer: Organisation,
    about: str,
    before: Challenge | None,
    known_on: date | None,
) -> Grounds:
    """Give what decides whether this may be complained of."""
    pending = tender.complaints.filter(filer=filer, about=about, state__in=OPEN, challenge=before)
    return Grounds(
        rules=rules_of(tender, tender.drafted_at),
        about=about,
        answered=Answered(before.answer_due, before.answered_at) if before else None,
        known_on=known_on,
        same_open=pending.exists(),
    )


def complaint_windows(actor: Actor, tender: Tender, at: datetime) -> list[dict[str, Any]]:
    """Say of each thing that was raised until when it can be complained of, and what may go to the
    authority at once.
    """
    terms, filer = complaints_of(tender), bidder_in(actor, tender)
    rows, today = [], local_date(at)
    for before in raised_before(actor, tender):
        last = last_day(grounds(tender, filer, before.about, before, None), terms)
        is_over = before.answered_at is not None or today > before.answer_due
        told: dict[str, Any] = {"ground": before.code, "title": before.about_title, "until": last}
        rows.append({**told, "is_open": is_over and today <= last})
    direct = [
        {"ground": about, "title": title, "until": None, "is_open": True}
        for about, title in terms.direct.items()
    ]
    return [*rows, *direct]


def carried_out_if_upheld(complaint: Complaint) -> str:
    """Name the move that follows for who complained when the authority finds it right; none where
    it is the authority's alone to say what follows.
    """
    remedy, tender = remedy_of(complaint.tender), complaint.tender
    matter = remedy.matters.get(complaint.about) if remedy else None
    if matter is None or not matter.concerns_filer:
        return ""
    return matter.effect(partial(lifecycle_of(tender).allows, tender.state))


TAKING_BIDS = frozenset({*TAKING, *READING, "announced", "no_taker"})
"""The states in which whoever complains may be a bidder to come, or have applied to be one."""
UNCOUNTED = frozenset({"closed", "opening"})
"""The states in which bids are in, and under seal nobody has been told yet whose."""


def is_filer_told(tender: Tender) -> bool:
    """Tell whether everybody may know who complained: not while that may be a bidder to come, nor
    one whose name the hall has not told yet.
    """
    is_sealed = method_of(tender).is_sealed
    return tender.state not in (TAKING_BIDS | UNCOUNTED if is_sealed else TAKING_BIDS)


def matter_of(complaint: Complaint) -> list[Complaint]:
    """List the complaints of one matter, oldest first: this one, and those of the same filer that
    were taken back before it.
    """
    rows = complaint.tender.complaints.filter(
        filer=complaint.filer, about=complaint.about, challenge=complaint.challenge
    )
    earlier = rows.filter(state="withdrawn", pk__lt=complaint.pk).order_by("pk")
    known = complaint.known_on
    return [*(row for row in earlier if is_same_matter(known, row.received_at)), complaint]


def handling_of(complaint: Complaint, accepted: datetime) -> Handling:
    """Give the clock by which a complaint is decided, taken up now if it was not before."""
    rows = matter_of(complaint)
    return clock_of([Handling(r.received_at, r.accepted_at, r.test_days) for r in rows], accepted)


def told_since(notice: Notice) -> dict[str, str]:
    """Give who complained, where the published decision left that out and bids have closed since:
    the notice itself, and its digest, never change.
    """
    if notice.kind != "complaint_decision" or "filer" in notice.fields:
        return {}
    if not is_filer_told(notice.tender):
        return {}
    found = Complaint.objects.select_related("filer").get(code=notice.fields["code"])
    return {"filer": found.filer.name}


def held_for(complaint: Complaint) -> timedelta:
    """Add up for how long a complaint held its tender still before, and those taken back of the
    same matter: filing again wins no day.
    """
    codes = [one.code for one in matter_of(complaint)]
    rows = complaint.tender.suspensions.filter(cause="complaint", ref__in=codes)
    times = rows.exclude(ended_at=None).values_list("started_at", "ended_at")
    return sum((end - begin for begin, end in times if end), timedelta(0))


def is_held(complaint: Complaint) -> bool:
    """Tell whether a complaint holds its tender still now."""
    held = complaint.tender.suspensions.filter(cause="complaint", ref=complaint.code)
    return bool(held.filter(ended_at=None).exists())
