"""Find supervisors, assignments, observations and recordings, through the actor's eyes."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.domain import AGENCY, PURCHASER, REGULATOR, Actor
from bidding.models import Bid, OpeningSession
from bidding.queries import opening
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from ledger.services import Entry
from monitoring.metadata import Piece
from monitoring.models import Observation, Recording, Segment, Supervision, Supervisor

PAST = ("ended", "dismissed", "rejected")


def lock_supervisor(pk: int) -> Supervisor:
    """Give a supervisor with the row locked."""
    found = Supervisor.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Missing("supervisor.missing", _("没有这位社会监督员。"))
    return found


def lock_session(code: str, stage: str) -> OpeningSession:
    """Give an opening session with its row locked."""
    return opening.lock_session(code, stage)


def lock_observation(number: str) -> Observation:
    """Give an observation with its row locked."""
    found = Observation.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise Missing("observation.missing", _("没有这条监督意见。"))
    return found


def observation(number: str) -> Observation:
    """Give an observation; observations of public openings are public."""
    found = (
        Observation.objects.select_related(
            "supervision__session__tender", "supervision__supervisor__person", "segment__recording"
        )
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Missing("observation.missing", _("没有这条监督意见。"))
    return found


def observations_of(session: OpeningSession) -> QuerySet[Observation]:
    """Give a session's observations in order."""
    return (
        Observation.objects.filter(supervision__session=session)
        .select_related("supervision__supervisor__person", "segment__recording")
        .prefetch_related("replies__author")
        .order_by("observed_at", "id")
    )


def appointed() -> QuerySet[Supervisor]:
    """Give the supervisors in office: a public list."""
    return (
        Supervisor.objects.filter(state__in=("active", "suspended"))
        .select_related("person", "nominated_by")
        .order_by("letter_number")
    )


def all_supervisors() -> QuerySet[Supervisor]:
    """Give every supervisor, for those who run the pool."""
    return Supervisor.objects.select_related("person", "nominated_by").order_by("-id")


def available(session: OpeningSession) -> list[Supervisor]:
    """Give who may be drawn for a session: in office, not drawn before, no interest in a party.

    Left out is also who was nominated by the purchaser's own unit (rulebook 6.1).
    """
    tender = session.tender
    parties = {tender.purchaser_id, tender.agency_id}
    parties |= set(Bid.objects.filter(tender=tender).values_list("bidder_id", flat=True))
    free = Supervisor.objects.filter(state="active").exclude(supervisions__session=session)
    free = free.exclude(interests__in=parties).exclude(nominated_by_id__in=parties)
    return list(free.select_related("person").distinct())


def own_supervision(actor: Actor, session: OpeningSession) -> Supervision | None:
    """Give the actor's assignment to a session, if it still counts."""
    own = Supervision.objects.filter(session=session, supervisor__person_id=actor.person_id)
    return own.filter(recused_at=None).first() if actor.is_known else None


def supervisions_of(session: OpeningSession) -> QuerySet[Supervision]:
    """Give the assignments to a session."""
    return Supervision.objects.filter(session=session).select_related("supervisor__person")


def recordings_of(session: OpeningSession) -> QuerySet[Recording]:
    """Give a session's recordings."""
    return Recording.objects.filter(session=session).select_related("camera").order_by("id")


def recording(token: str) -> Recording:
    """Give a recording by its token."""
    found = (
        Recording.objects.select_related("session__tender", "camera").filter(token=token).first()
    )
    if found is None:
        raise Missing("recording.missing", _("没有这段录像。"))
    return found


def piece(segment: Segment) -> Piece:
    """Give a segment on its two clocks."""
    return Piece(
        segment.sequence,
        segment.starts_at,
        segment.ends_at,
        segment.media_start_ms,
        segment.media_ms,
    )


def pieces_of(recording: Recording) -> list[Piece]:
    """Give a recording's segments on their two clocks, in order."""
    return [piece(segment) for segment in recording.segments.order_by("sequence")]


def segment_at(session: OpeningSession, at: datetime) -> Segment | None:
    """Give the first camera's segment that shows an instant; None in a gap or not yet."""
    shown = Segment.objects.filter(recording__session=session, starts_at__lte=at, ends_at__gt=at)
    return shown.select_related("document", "recording").order_by("recording_id").first()


def fact_at(session: OpeningSession, at: datetime) -> Entry | None:
    """Give the last step of the opening that was on the screen at an instant."""
    steps = [
        entry
        for entry in ledger.entries_since(session.stream, 0, 10_000)
        if entry.at <= at and entry.kind.split(".")[0] in {"opening", "bid"}
    ]
    return steps[-1] if steps else None


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """Give what the actor has to do: attend, answer, rule."""
    del at
    if not actor.is_known:
        return []
    return [*_attend(actor), *_answer(actor), *_rule(actor)]


def _attend(actor: Actor) -> list[DeskItem]:
    own = Supervision.objects.filter(
        supervisor__person_id=actor.person_id, recused_at=None
    ).exclude(session__state__in=("ended", "failed"))
    return [
        DeskItem(
            _("到场监督开标"),
            f"{s.session.tender.code} {s.session.tender.title}",
            f"/halls/{s.session.tender.code}/{s.session.stage}/",
            s.session.opens_at,
        )
        for s in own.select_related("session__tender")
    ]


def _answer(actor: Actor) -> list[DeskItem]:
    agencies, purchasers = actor.organisations(AGENCY), actor.organisations(PURCHASER)
    open_ones = Observation.objects.filter(state="filed").select_related(
        "supervision__session__tender"
    )
    return [
        _item(_("答复监督意见"), o)
        for o in open_ones
        if o.supervision.session.tender.agency_id in agencies
        or o.supervision.session.tender.purchaser_id in purchasers
    ]


def _rule(actor: Actor) -> list[DeskItem]:
    if not actor.has(REGULATOR):
        return []
    open_ones = Observation.objects.filter(state__in=("escalated", "contested"))
    return [_item(_("裁定监督意见"), o) for o in open_ones]


def _item(title: str, observation: Observation) -> DeskItem:
    return DeskItem(
        title,
        f"{observation.number} {observation.text[:40]}",
        f"/observations/{observation.number}/",
        observation.due_at,
    )
