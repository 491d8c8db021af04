"""An observation: filed in two keys and a sentence, bound to instant, fact and frame; answered by
duty.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import OpeningSession
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import record
from monitoring import metadata, policy, queries
from monitoring.domain import CATEGORIES, OBSERVATION
from monitoring.models import Observation, Reply, Segment
from trading.timetable import PACES

ANSWER_MINUTES = {
    "normal": 30,
    "question": 10,
    "irregularity": 30,
    "recusal": 10,
    "stop": 5,
    "accountability": 30,
}
LONGEST_TEXT = 1000
FURTHEST = timedelta(days=1)


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
        raise Invalid("observation.text", _("请写一句话说明，不超过一千字。"))
    return text.strip()


@transaction.atomic
def file_observation(  # noqa: PLR0913 - an observation has this many parts
    *,
    actor: Actor,
    code: str,
    stage: str,
    category: str,
    text: str,
    observed_at: datetime,
    seen: str,
    at: datetime,
    supersedes: str = "",
) -> Observation:
    """File what was observed; `observed_at` is the instant on the screen when the first key went
    down.

    From here nothing can be edited, only superseded by another.
    """
    session = queries.lock_session(code, stage)
    own = queries.own_supervision(actor, session)
    policy.require(actor, "observation.file", session)
    if own is None:
        raise Conflict("supervision.none", _("您没有被抽取到本场开标，或已回避。"))
    if category not in CATEGORIES:
        raise Invalid("observation.category", _("请选择意见类别。"))
    if not at - FURTHEST <= observed_at <= at + timedelta(seconds=5) or seen not in {
        "live",
        "replay",
    }:
        raise Invalid("observation.instant", _("观察时刻不在本场开标的时间范围内。"))
    segment = queries.segment_at(session, observed_at)
    fact = queries.fact_at(session, observed_at)
    observation = Observation.objects.create(
        number=_number(session),
        supervision=own,
        category=category,
        text=_worded(text),
        observed_at=observed_at,
        fact_number=fact.number if fact else 0,
        fact_kind=fact.kind if fact else "",
        seen=seen,
        segment=segment,
        media_ms=_media_ms(segment, observed_at),
        filed_at=at,
        due_at=at + PACES[settings.PACE].timer(ANSWER_MINUTES[category]),
        next_due_at=at + PACES[settings.PACE].timer(ANSWER_MINUTES[category]),
        supersedes=_superseded(actor, supersedes, at),
    )
    tell(
        observation,
        "observation.filed",
        actor,
        at,
        category=category,
        text=observation.text,
        observed_at=observed_at,
        fact=observation.fact_number,
        segment=segment.document_id if segment else "",
        due_at=observation.due_at,
    )
    return observation


def _number(session: OpeningSession) -> str:
    count = Observation.objects.filter(supervision__session=session).count() + 1
    return f"{session.tender.code}-{session.stage}-{count:03d}"


def _media_ms(segment: Segment | None, at: datetime) -> int | None:
    return None if segment is None else metadata.media_time([queries.piece(segment)], at)


def _superseded(actor: Actor, number: str, at: datetime) -> Observation | None:
    if not number:
        return None
    old = queries.lock_observation(number)
    policy.require(actor, "observation.supersede", old)
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
    return sum(_escalate(number, at) for number in late.values_list("number", flat=True))


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
