"""Find supervisors, assignments, observations and recordings, through the actor's eyes."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.domain import (
    AGENCY,
    AUDITOR,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    PURCHASER,
    REGULATOR,
    ROLES,
    Actor,
)
from bidding.domain import OVER
from bidding.models import Bid, OpeningSession
from bidding.queries import opening
from evaluation.queries import evaluation_of, oversight
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import papers
from ledger import queries as ledger
from ledger.services import Entry
from monitoring.domain import Sight
from monitoring.leads import leads_of
from monitoring.metadata import Piece
from monitoring.models import Camera, Observation, Recording, Segment, Supervision, Supervisor
from trading import queries as trading
from trading.queries.challenges import ChallengeMark

STEP_KINDS = ("opening.", "bid.")
POOL_ROLES = (CENTRE_ADMIN, CENTRE_INSPECTOR, REGULATOR, AUDITOR)
PUBLIC_STATES = ("publicity", "agreed", "active", "suspended", "ended", "dismissed")
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


def publicised() -> QuerySet[Supervisor]:
    """Give the nominees in their days of publicity: a public list."""
    found = Supervisor.objects.filter(state="publicity").select_related("person", "nominated_by")
    return found.order_by("publicity_until", "id")


def pool_for(actor: Actor) -> QuerySet[Supervisor]:
    """Give every supervisor to those who run or oversee the pool; to others none."""
    every = Supervisor.objects.select_related("person", "nominated_by").order_by("-id")
    return every if actor.has(*POOL_ROLES) else every.none()


def own_supervisors(actor: Actor) -> QuerySet[Supervisor]:
    """Give the actor's own terms and nominations."""
    own = Supervisor.objects.filter(person_id=actor.person_id).select_related("person")
    return own.order_by("-id") if actor.is_known else own.none()


def own_assignments(actor: Actor) -> QuerySet[Supervision]:
    """Give the actor's assignments, the next first."""
    own = Supervision.objects.filter(supervisor__person_id=actor.person_id)
    own = own.select_related("session__tender").order_by("-session__opens_at")
    return own if actor.is_known else own.none()


def supervisor_for(actor: Actor, pk: int) -> Supervisor:
    """Give a supervisor: once public to everybody, before to those concerned."""
    found = Supervisor.objects.select_related("person", "nominated_by").filter(pk=pk).first()
    concerned = found is not None and (
        found.state in PUBLIC_STATES
        or found.person_id == actor.person_id
        or actor.has(*POOL_ROLES)
        or actor.has_for(found.nominated_by_id, *ROLES)
    )
    if found is None or not concerned:
        raise Missing("supervisor.missing", _("没有这位社会监督员。"))
    return found


def letter_of(supervisor: Supervisor) -> str:
    """Give the digest of the letter of appointment; missing until it is made."""
    paper = papers.paper_of("supervisor_letter", str(supervisor.letter_number))
    if paper is None or paper.document_id is None:
        raise Missing("supervisor.no_letter", _("聘书尚未制作完成。"))
    return str(paper.document_id)


def parties_of(session: OpeningSession) -> set[int]:
    """Give the organisations that are parties by now; bidders only once closing made them known."""
    tender = session.tender
    bidders = Bid.objects.filter(tender=tender).values_list("bidder_id", flat=True)
    return {tender.purchaser_id, tender.agency_id, *bidders}


def available(session: OpeningSession) -> list[Supervisor]:
    """Give who may be assigned: in office, not assigned before, no interest in a party.

    Left out is also who was nominated by a party's own unit (rulebook 6.1).
    """
    parties = parties_of(session)
    free = Supervisor.objects.filter(state="active").exclude(supervisions__session=session)
    free = free.exclude(interests__in=parties).exclude(nominated_by_id__in=parties)
    return list(free.select_related("person").distinct())


def is_interested(supervisor: Supervisor, session: OpeningSession) -> bool:
    """Tell whether a supervisor has an interest in a party known by now."""
    own = set(supervisor.interests.values_list("pk", flat=True)) | {supervisor.nominated_by_id}
    return bool(own & parties_of(session))


def sessions_of(code: str) -> QuerySet[OpeningSession]:
    """Give the sessions of a tender that are not over."""
    found = OpeningSession.objects.filter(tender__code=code).exclude(state__in=OVER)
    return found.select_related("tender")


def frozen_pool(session: OpeningSession) -> Entry | None:
    """Give the fact that froze the pool of a session's draw."""
    return _last_fact(session, "supervision.pool_frozen")


def drawn_order(session: OpeningSession) -> list[str]:
    """Give the order drawn for a session; empty before the draw."""
    fact = _last_fact(session, "supervision.drawn")
    return list(fact.data["order"]) if fact else []


def draw_of(session: OpeningSession) -> Entry | None:
    """Give the fact of a session's draw, with everything needed to repeat it."""
    return _last_fact(session, "supervision.drawn")


def _last_fact(session: OpeningSession, kind: str) -> Entry | None:
    facts = ledger.facts_of(session.tender.code, only=[kind])
    return facts.filter(stream=session.stream).order_by("number").last()


def own_supervision(actor: Actor, session: OpeningSession) -> Supervision | None:
    """Give the actor's assignment to a session, if it still counts."""
    own = Supervision.objects.filter(session=session, supervisor__person_id=actor.person_id)
    own = own.filter(recused_at=None, supervisor__state="active")
    return own.select_related("supervisor").first() if actor.is_known else None


def overseen_by(actor: Actor, session: OpeningSession) -> oversight.Overseen | None:
    """Give what the actor may know of the evaluation as supervisor of the opening, or None."""
    own = own_supervision(actor, session)
    return None if own is None else oversight.overseen(session.tender)


def challenges_told(actor: Actor, session: OpeningSession) -> list[ChallengeMark] | None:
    """Give the supervisor of the opening the marks of the tender's challenges; others None."""
    own = own_supervision(actor, session)
    return None if own is None else trading.challenge_marks(session.tender)


def has_evaluation(session: OpeningSession) -> bool:
    """Tell whether the evaluation of the opened bids has begun."""
    return evaluation_of(session.tender) is not None


def supervisions_of(session: OpeningSession) -> QuerySet[Supervision]:
    """Give the assignments to a session, in the order they were drawn."""
    own = Supervision.objects.filter(session=session)
    return own.select_related("supervisor__person").order_by("drawn_at", "place")


def cameras_of(place: str) -> list[Camera]:
    """Give the cameras of the room a place names."""
    rooms = Camera.objects.exclude(room="").order_by("code")
    return [camera for camera in rooms if camera.room in place]


def recordings_of(session: OpeningSession) -> QuerySet[Recording]:
    """Give a session's recordings."""
    return Recording.objects.filter(session=session).select_related("camera").order_by("id")


def recording(code: str, stage: str, token: str) -> Recording:
    """Give a recording of a session by its token."""
    found = (
        Recording.objects.select_related("session__tender", "camera")
        .filter(session__tender__code=code, session__stage=stage, token=token)
        .first()
    )
    if found is None:
        raise Missing("recording.missing", _("没有这段录像。"))
    return found


def segment(recording: Recording, sequence: int) -> Segment:
    """Give a segment of a recording by its place."""
    return _found(recording.segments.filter(sequence=sequence).first())


def first_of_run(recording: Recording, run: int) -> Segment:
    """Give the first segment of a run, which carries the run's initialisation."""
    return _found(recording.segments.filter(run=run).order_by("sequence").first())


def _found(segment: Segment | None) -> Segment:
    if segment is None:
        raise Missing("recording.missing", _("没有这段录像。"))
    return segment


def piece(segment: Segment) -> Piece:
    """Give a segment on its two clocks."""
    return Piece(
        segment.sequence,
        segment.starts_at,
        segment.ends_at,
        segment.media_start_ms,
        segment.media_ms,
        segment.run,
    )


def uncertainty_ms(segment: Segment) -> int:
    """Give how far the two clocks of a segment disagree: its frames, and when it arrived."""
    return abs(round((segment.arrived_at - segment.ends_at).total_seconds() * 1000))


def pieces_of(recording: Recording) -> list[Piece]:
    """Give a recording's segments on their two clocks, in order."""
    return [piece(segment) for segment in recording.segments.order_by("sequence")]


def segment_at(session: OpeningSession, at: datetime) -> Segment | None:
    """Give the first camera's segment that shows an instant; None in a gap or not yet."""
    shown = Segment.objects.filter(recording__session=session, starts_at__lte=at, ends_at__gt=at)
    return shown.select_related("document", "recording").order_by("recording_id").first()


def fact_on_screen(session: OpeningSession, sight: Sight) -> Entry | None:
    """Give the step of the opening that was shown: the one named, or the last before the instant.

    A number that is no step of this opening is not believed.
    """
    steps = [e for e in facts_of(session) if e.kind.startswith(STEP_KINDS)]
    named = [e for e in steps if e.number == sight.fact]
    return next(reversed(named or [e for e in steps if e.at <= sight.at]), None)


def facts_of(session: OpeningSession) -> list[Entry]:
    """Give the public facts of a session in order."""
    facts = ledger.public_facts_of(session.tender.code)
    return list(facts.filter(stream=session.stream).order_by("number"))


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """Give what the actor has to do: attend, answer, rule."""
    del at
    if not actor.is_known:
        return []
    return [*_attend(actor), *_answer(actor), *_rule(actor), *_leads(actor)]


def _leads(actor: Actor) -> list[DeskItem]:
    """List the leads that wait to be looked into."""
    waiting = leads_of(actor).filter(state="filed").order_by("filed_at", "pk")
    title = _("核查匿名线索")
    return [DeskItem(title, one.number, f"/leads/inbox/{one.number}/") for one in waiting]


def _attend(actor: Actor) -> list[DeskItem]:
    own = Supervision.objects.filter(
        supervisor__person_id=actor.person_id, recused_at=None
    ).exclude(session__state__in=OVER)
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
    theirs = Q(supervision__session__tender__agency_id__in=agencies) | Q(
        supervision__session__tender__purchaser_id__in=purchasers
    )
    waiting = _observations().filter(state="filed").order_by("due_at")
    if not actor.has(CENTRE_OPS):
        waiting = waiting.filter(theirs)
    return [_item(_("答复监督意见"), one, owes=_owes(actor, one)) for one in waiting]


def _observations() -> QuerySet[Observation]:
    return Observation.objects.select_related("supervision__session__tender")


def _owes(actor: Actor, observation: Observation) -> bool:
    """Tell whether the answer is the actor's to give: who runs the opening owes it, whoever else
    may give it too.
    """
    return actor.has_for(observation.supervision.session.tender.agency_id, AGENCY)


def _rule(actor: Actor) -> list[DeskItem]:
    if not actor.has(REGULATOR):
        return []
    open_ones = _observations().filter(state__in=("escalated", "contested"))
    return [_item(_("裁定监督意见"), one, owes=False) for one in open_ones]


def _item(title: str, observation: Observation, *, owes: bool) -> DeskItem:
    return DeskItem(
        title,
        f"{observation.number} {observation.text[:40]}",
        f"/observations/{observation.number}/",
        observation.due_at,
        owner_id=observation.supervision.session.tender.agency_id,
        is_duty=owes,
    )
