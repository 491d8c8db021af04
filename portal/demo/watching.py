"""The citizens of the demo: drawn for the live opening, one of them says what she saw."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from bidding.models import OpeningSession
from kernel.draw import draw
from monitoring import queries
from monitoring.domain import Sight
from monitoring.models import Supervision
from monitoring.services import observations, supervision
from portal.demo.opening import actor

FIRST = "mei"
SAID = "开标纪律已宣布，投标人名单、解密和启封顺序与公告一致，镜头中未见异常。"
ANSWERED = "感谢监督。本场开标全程录像，欢迎继续提出意见。"
WAIT = timedelta(seconds=8)


def assign(session: OpeningSession, at: datetime) -> None:
    """Draw two supervisors, 梅芳 among them, whom visitors may play."""
    place: dict[str, Any] = {"code": session.tender.code, "stage": session.stage, "at": at}
    pool = supervision.freeze_pool(actor=actor("zheng", at), **place)
    supervision.draw_supervisors(actor=actor("wang", at), nonce=_nonce(session, pool), **place)


def _nonce(session: OpeningSession, pool: list[str]) -> str:
    own = queries.appointed().get(person__username=FIRST).letter_number
    for number in range(1, 100):
        words = f"财政局现场报数{number}"
        made = draw(
            pool,
            seed=supervision.seed_of(session),
            nonce=words.encode(),
            purpose=supervision.purpose_of(session),
            count=2,
        )
        if own in made.drawn:
            return words
    raise LookupError(FIRST)


def play(session: OpeningSession, at: datetime) -> int:
    """Let the supervisor sign in, say one thing during the read-out, and be answered."""
    mei = actor(FIRST, at)
    own = queries.own_supervision(mei, session)
    if own is None:
        return 0
    code, stage = session.tender.code, session.stage
    if own.signed_in_at is None:
        supervision.sign_in(actor=mei, code=code, stage=stage, at=at)
        return 1
    said = queries.observations_of(session).filter(supervision=own).first()
    if said is None and session.state == "reading":
        return _say(mei, own, at)
    if said is not None and said.state == "filed" and at - said.filed_at > WAIT:
        observations.answer(actor=actor("sun", at), number=said.number, text=ANSWERED, at=at)
        return 1
    return 0


@transaction.atomic
def _say(mei: Actor, own: Supervision, at: datetime) -> int:
    """Say it once, though several servers play her: who comes second finds it said."""
    code, stage = own.session.tender.code, own.session.stage
    session = queries.lock_session(code, stage)
    if queries.observations_of(session).filter(supervision=own).exists():
        return 0
    given: dict[str, Any] = {"category": "normal", "text": SAID, "sight": Sight(at)}
    observations.file_observation(actor=mei, code=code, stage=stage, at=at, **given)
    return 1
