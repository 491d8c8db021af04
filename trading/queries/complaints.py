"""Read complaints through the actor's eyes, and what decides whether one may come."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from kernel.calendar import local_date, start_of_day
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import COMPLAINT
from trading.domain import complaints as clocks
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
from trading.models import Challenge, Complaint, ComplaintCopy, Notice, Tender
from trading.queries.publicity import bidders_of
from trading.queries.rules import rules_of
from trading.queries.tenders import bidder_in

OPEN = ("received", "correcting", "accepted")
TOLD = ("accepted", "decided")
"""The states in which whom it concerns reads it, once it has its copy."""
CURRENT = Q(sent_at=F("complaint__copied_at"))
"""The copies of what is being decided now, which are sent all at once."""
NOTED_WITHIN = timedelta(days=1)
"""How long what can no longer be done stays due, so that it is noted that nobody did it."""
SIDES = (PURCHASER, AGENCY, BIDDER)
"""The roles in which an organisation answers a complaint that concerns it."""


def complaints_of(tender: Tender) -> Complaints:
    """Give how the market of a tender complains, or refuse where it does not."""
    remedy = remedy_of(tender)
    if remedy is None or remedy.complaints is None:
        raise Missing("complaint.missing", _("没有这份投诉，或您无权查看。"))
    return remedy.complaints


def complaints_visible_to(actor: Actor) -> QuerySet[Complaint]:
    """List the complaints an actor may read: its own, those it was sent a copy of, and for
    oversight; where copies are not sent by themselves, those about its own tenders taken up.
    """
    rows = Complaint.objects.select_related("tender", "filer", "challenge")
    if actor.has(REGULATOR, AUDITOR):
        return rows
    about = Q(tender__purchaser_id__in=actor.organisations(PURCHASER))
    about |= Q(tender__agency_id__in=actor.organisations(AGENCY))
    own = Q(filer_id__in=actor.organisations(BIDDER))
    sent = Q(copies__organisation_id__in=actor.organisations(*SIDES))
    copied = Q(copied_at__isnull=False) | Q(copies__isnull=False)
    told = Q(state__in=TOLD) & copied
    return rows.filter(own | (about | sent) & told).distinct()


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
    """Give the clock by which a complaint is decided, taken up now if it was not before; of one
    that an appeal opened again, from the day of that.
    """
    if complaint.reopened_on is not None:
        began = start_of_day(complaint.reopened_on)
        taken_up = max(complaint.accepted_at or accepted, began)
        return Handling(began, taken_up, complaint.test_days + complaint.mended_in_days)
    rows = matter_of(complaint)
    return clock_of(
        [Handling(r.received_at, r.accepted_at, r.test_days + r.mended_in_days) for r in rows],
        accepted,
    )


def came_at(complaint: Complaint) -> datetime:
    """Give when a complaint came that holds its form: the day it was mended, if it had to be, or
    on which an appeal opened it again.
    """
    came = complaint.corrected_at or complaint.received_at
    again = complaint.reopened_on
    return max(came, start_of_day(again)) if again else came


def copies_due(complaint: Complaint) -> date | None:
    """Give the last day to send its copies; None where whom it concerns has one at once."""
    came = came_at(complaint)
    return clocks.copies_due(came, rules_of(complaint.tender, came))


def refusal_due(complaint: Complaint) -> date | None:
    """Give the last day to tell its filer that it is not taken up; None where no rule says one."""
    rules = rules_of(complaint.tender, came_at(complaint))
    return clocks.refusal_due(complaint.check_due, rules)


def unmended_due(complaint: Complaint, at: datetime) -> date | None:
    """Give by when a complaint that was given back and not mended in time is turned away: its filer
    is told within the days for that, counted from the last day to mend it (M94 21). None while it
    may still be mended.
    """
    until = complaint.correct_until
    if complaint.state != "correcting" or until is None or local_date(at) <= until:
        return None
    return clocks.refusal_due(until, rules_of(complaint.tender, came_at(complaint))) or until


def may_explain(actor: Actor, complaint: Complaint, at: datetime) -> bool:
    """Tell whether an actor still has something to say to a complaint, and the days for it."""
    waiting = current_copies(actor, complaint).filter(explained_at=None)
    return bool(waiting.filter(explain_due__gte=local_date(at)).exists())


def explain_days(complaint: Complaint, at: datetime) -> date | None:
    """Give the last day to explain of what would be sent now; None where copies are not sent."""
    return (
        clocks.explanation_due(at, rules_of(complaint.tender, at))
        if copies_due(complaint)
        else None
    )


def reads_correction(actor: Actor, complaint: Complaint) -> bool:
    """Tell whether an actor may read what had to be mended: who filed it, and oversight."""
    return actor.has(REGULATOR, AUDITOR) or actor.has_for(complaint.filer_id, BIDDER)


def explained_by_all(complaint: Complaint) -> date | None:
    """Give the last day for which somebody may still explain; None where all did."""
    rows = complaint.copies.filter(CURRENT, explained_at=None)
    waiting = rows.order_by("-explain_due").first()
    return waiting.explain_due if waiting else None


def copies_for(actor: Actor, complaint: Complaint) -> QuerySet[ComplaintCopy]:
    """List who was sent a copy and what it said: for oversight all, for others their own."""
    if actor.has(REGULATOR, AUDITOR):
        return _copies(complaint)
    return own_copies(actor, complaint)


def own_copies(actor: Actor, complaint: Complaint) -> QuerySet[ComplaintCopy]:
    """List the copies that were sent to the actor's own organisations."""
    return _copies(complaint).filter(organisation_id__in=actor.organisations(*SIDES))


def current_copies(actor: Actor, complaint: Complaint) -> QuerySet[ComplaintCopy]:
    """List the actor's own copies of what is being decided: those sent before an appeal set the
    ruling aside are over.
    """
    return own_copies(actor, complaint).filter(CURRENT)


def _copies(complaint: Complaint) -> QuerySet[ComplaintCopy]:
    return complaint.copies.select_related("organisation", "explained_by").order_by("pk")


def copies_to_explain(actor: Actor, at: datetime) -> QuerySet[ComplaintCopy]:
    """List the copies an actor's organisations have not answered yet, the nearest first, each in
    the role in which it was sent its copy; one day longer than they may.
    """
    own = Q(is_respondent=False, organisation_id__in=actor.organisations(BIDDER))
    for side, role in (("purchaser", PURCHASER), ("agency", AGENCY)):
        is_side = Q(organisation=F(f"complaint__tender__{side}"))
        own |= is_side & Q(organisation_id__in=actor.organisations(role))
    rows = ComplaintCopy.objects.filter(
        own,
        CURRENT,
        complaint__state="accepted",
        explained_at=None,
        explain_due__gte=local_date(at) - NOTED_WITHIN,
    )
    return rows.select_related("complaint__tender").order_by("explain_due")


def related_suppliers(complaint: Complaint) -> list[Organisation]:
    """List the suppliers a complaint may concern besides its filer: those judged in its lots, once
    everybody may know who took part.
    """
    tender = complaint.tender
    if not is_filer_told(tender):
        return []
    lots = tender.lots.order_by("number")
    known = {one["uscc"] for lot in lots for one in bidders_of(lot)} - {complaint.filer.uscc}
    return list(Organisation.objects.filter(uscc__in=known).order_by("name"))


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
