"""An observation: filed in two keys and a sentence, bound to instant, fact and frame; answered by
duty.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.domain import OVER
from bidding.models import OpeningSession
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.turns import each
from ledger.services import record
from monitoring import metadata, policy, queries
from monitoring.domain import CATEGORIES, OBSERVATION, Sight
from monitoring.models import Observation, Reply, Segment, Supervision
from trading.timetable import PACES

ANSWER_MINUTES = {
    "normal": 30,
    "question": 10,
    "irregularity": 30,
    "recusal": 10,
    "stop": 5,
    "accountability": 30,
}
REPLAY_DAYS = 3
LONGEST_TEXT = 1000
AHEAD, EARLY, LATE = timedelta(seconds=5), timedelta(hours=2), timedelta(hours=1)


def tell(observation: Observation, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of an observation in the opening's stream, so that the hall shows it."""
    session = observation.supervision.session
    record(
        stream=session.stream,
        kind=kind,
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        number=observation.number,
        **data,
    )


def _worded(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise Invalid("observation.text", _("请写一句话说明，不超过一千字。"), field="text")
    return text.strip()


@transaction.atomic
def file_observation(  # noqa: PLR0913 - an observation has this many parts
    *,
    actor: Actor,
    code: str,
    stage: str,
    category: str,
    text: str,
    sight: Sight,
    at: datetime,
    supersedes: str = "",
) -> Observation:
    """File what was observed, bound to instant, fact and frame.

    From here nothing can be edited, only superseded by another (monitoring.md 6.2). The same words
    of the same instant sent again are the observation that is there, not a second one.
    """
    session = queries.lock_session(code, stage)
    policy.require(actor, "observation.file", session)
    own = queries.own_supervision(actor, session)
    if own is None:
        raise Conflict("supervision.none", _("您没有被抽取到本场开标，或已回避。"))
    if category not in CATEGORIES:
        raise Invalid("observation.category", _("请选择意见类别。"), field="category")
    worded = _worded(text)
    if there := _already(own, category, worded, sight, supersedes):
        return there
    _within(session, sight, at)
    seen = "replay" if session.state in OVER else "live"
    due_at = at + _time_to_answer(category, seen)
    segment, fact = queries.segment_at(session, sight.at), queries.fact_on_screen(session, sight)
    old = _superseded(actor, session, supersedes, at)
    observation = Observation.objects.create(
        number=_number(session),
        supervision=own,
        category=category,
        text=worded,
        observed_at=sight.at,
        fact_number=fact.number if fact else 0,
        fact_kind=fact.kind if fact else "",
        seen=seen,
        segment=segment,
        media_ms=_media_ms(segment, sight.at),
        clock_uncertainty_ms=queries.uncertainty_ms(segment) if segment else 0,
        filed_at=at,
        due_at=due_at,
        next_due_at=due_at,
        supersedes=old,
    )
    _tell_filed(observation, actor, at)
    return observation


def _already(
    own: Supervision, category: str, text: str, sight: Sight, supersedes: str
) -> Observation | None:
    """Give the observation that a second click, or a request sent again, has filed before."""
    same = own.observations.filter(observed_at=sight.at, category=category, text=text)
    return same.filter(supersedes__number=supersedes or None).order_by("pk").first()


def _tell_filed(observation: Observation, actor: Actor, at: datetime) -> None:
    segment, old = observation.segment, observation.supersedes
    tell(
        observation,
        "observation.filed",
        actor,
        at,
        category=observation.category,
        text=observation.text,
        observed_at=observation.observed_at,
        fact=observation.fact_number,
        segment=segment.document_id if segment else "",
        due_at=observation.due_at,
        supersedes=old.number if old else "",
    )


def _within(session: OpeningSession, sight: Sight, at: datetime) -> None:
    """Refuse an instant that this opening cannot have shown."""
    first = session.opens_at - EARLY
    last = at + AHEAD if session.ended_at is None else session.ended_at + LATE
    if not first <= sight.at <= min(last, at + AHEAD):
        raise Invalid("observation.instant", _("观察时刻不在本场开标的时间范围内。"))


def _time_to_answer(category: str, seen: str) -> timedelta:
    """Give how long the host has: minutes in the hall, days when seen in the replay."""
    if seen == "replay":
        return timedelta(days=REPLAY_DAYS)
    return PACES[settings.PACE].timer(ANSWER_MINUTES[category])


def _number(session: OpeningSession) -> str:
    count = Observation.objects.filter(supervision__session=session).count() + 1
    return f"{session.tender.code}-{session.stage}-{count:03d}"


def _media_ms(segment: Segment | None, at: datetime) -> int | None:
    return None if segment is None else metadata.media_time([queries.piece(segment)], at)


def _superseded(
    actor: Actor, session: OpeningSession, number: str, at: datetime
) -> Observation | None:
    if not number:
        return None
    old = queries.lock_observation(number)
    policy.require(actor, "observation.supersede", old)
    if old.supervision.session_id != session.pk:
        raise Invalid("observation.other_session", _("只能更新本场开标的监督意见。"))
    old.state = OBSERVATION.after(old.state, "supersede")
    old.next_due_at = None
    old.save(update_fields=["state", "next_due_at"])
    tell(old, "observation.superseded", actor, at)
    return old


def _reply(
    *, actor: Actor, number: str, event: str, kind: str, text: str, at: datetime
) -> Observation:
    observation = queries.lock_observation(number)
    policy.require(actor, f"observation.{event}", observation)
    observation.state = OBSERVATION.after(observation.state, event)
    observation.next_due_at = None
    observation.save(update_fields=["state", "next_due_at"])
    said = _worded(text) if text or event in {"answer", "contest", "rule"} else ""
    if said and actor.person_id is not None:
        Reply.objects.create(
            observation=observation, kind=event, author_id=actor.person_id, text=said, at=at
        )
    tell(observation, kind, actor, at, text=said)
    return observation


EVENTS = ("answer", "accept", "contest", "rule", "supersede")


def events_for(*, actor: Actor, observation: Observation) -> list[str]:
    """List what the actor may do to an observation now."""
    return [
        event
        for event in EVENTS
        if OBSERVATION.allows(observation.state, event)
        and policy.allows(actor, f"observation.{event}", observation)
    ]


@transaction.atomic
def answer(*, actor: Actor, number: str, text: str, at: datetime) -> Observation:
    """Answer an observation; the host must, in time."""
    return _reply(
        actor=actor, number=number, event="answer", kind="observation.answered", text=text, at=at
    )


@transaction.atomic
def accept(*, actor: Actor, number: str, at: datetime) -> Observation:
    """Accept the answer."""
    return _reply(
        actor=actor, number=number, event="accept", kind="observation.accepted", text="", at=at
    )


@transaction.atomic
def contest(*, actor: Actor, number: str, text: str, at: datetime) -> Observation:
    """Contest the answer, which goes to the regulator for a ruling."""
    return _reply(
        actor=actor, number=number, event="contest", kind="observation.contested", text=text, at=at
    )


@transaction.atomic
def rule(*, actor: Actor, number: str, text: str, at: datetime) -> Observation:
    """Rule on what was contested or never answered."""
    return _reply(
        actor=actor, number=number, event="rule", kind="observation.ruled", text=text, at=at
    )


def due(at: datetime) -> int:
    """Report to the regulator what nobody answered in time (W-S01)."""
    late = Observation.objects.filter(next_due_at__lte=at, state="filed")
    numbers = late.order_by("next_due_at", "pk").values_list("number", flat=True)
    return each(numbers, lambda number: _escalate(number, at))


@transaction.atomic
def _escalate(number: str, at: datetime) -> int:
    observation = queries.lock_observation(number)
    if observation.state != "filed" or observation.next_due_at is None:
        return 0
    observation.state = OBSERVATION.after(observation.state, "escalate")
    observation.next_due_at = None
    observation.save(update_fields=["state", "next_due_at"])
    tell(observation, "observation.escalated", SYSTEM, at)
    return 1
