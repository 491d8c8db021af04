"""Supervisors at an opening: a draw anybody can repeat, sign-in, recusal (rulebook 6.1)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.domain import OVER
from bidding.models import OpeningSession
from kernel.draw import commitment, draw, list_digest
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import Entry, record
from monitoring import policy, queries
from monitoring.models import Supervision

PER_SESSION = 2
LONGEST_NONCE = 200


def tell(session: OpeningSession, kind: str, actor: Actor, at: datetime, **data: object) -> None:
    """Record a fact of an assignment in the stream of its opening."""
    record(
        stream=session.stream,
        kind=kind,
        actor=actor.ref,
        at=at,
        tender=session.tender.code,
        **data,
    )


def seed_of(session: OpeningSession) -> bytes:
    """Give the seed of a session's draw; nobody without the installation's key can know it."""
    return private.tag(b"supervisor-draw", session.tender.code, session.stage)


def purpose_of(session: OpeningSession) -> str:
    """Name what is drawn for."""
    return f"supervisors:{session.tender.code}.{session.stage}"


@transaction.atomic
def freeze_pool(*, actor: Actor, code: str, stage: str, at: datetime) -> list[str]:
    """Freeze the ordered list of who may be drawn, and commit to the seed, both published."""
    session = queries.lock_session(code, stage)
    policy.require(actor, "supervision.freeze_pool", session)
    _not_over(session)
    if queries.frozen_pool(session) is not None:
        raise Conflict("supervision.pool_frozen", _("候选名单已冻结。"))
    pool = sorted(str(s.letter_number) for s in queries.available(session))
    if len(pool) < PER_SESSION:
        raise Conflict("supervision.too_few", _("可抽取的社会监督员不足两名。"))
    commit, digest = commitment(seed_of(session)), list_digest(pool)
    tell(session, "supervision.pool_frozen", actor, at, pool=pool, digest=digest, commit=commit)
    return pool


@transaction.atomic
def draw_supervisors(
    *, actor: Actor, code: str, stage: str, nonce: str, at: datetime
) -> list[Supervision]:
    """Draw the whole order with the committed seed and a nonce that somebody else gives.

    The first two serve; those after them stand in for whoever must step aside.
    """
    session = queries.lock_session(code, stage)
    policy.require(actor, "supervision.draw", session)
    _not_over(session)
    frozen = queries.frozen_pool(session)
    if frozen is None:
        raise Conflict("supervision.no_pool", _("请先冻结候选名单并公布种子承诺。"))
    if session.supervisions.exists():
        raise Conflict("supervision.drawn_already", _("本场开标的社会监督员已经抽取。"))
    if frozen.actor == actor.ref:
        raise Conflict("supervision.same_person", _("冻结名单的人不能再给出随机数，请换一人抽取。"))
    order = _order(session, frozen, nonce, actor, at)
    return [_assign(session, order, at) for _n in range(PER_SESSION)]


def _order(
    session: OpeningSession, frozen: Entry, nonce: str, actor: Actor, at: datetime
) -> list[str]:
    if not 0 < len(nonce.strip()) <= LONGEST_NONCE:
        raise Invalid("supervision.nonce", _("请给出随机数，任意文字即可。"), field="nonce")
    seed, pool, purpose = seed_of(session), frozen.data["pool"], purpose_of(session)
    made = draw(pool, seed=seed, nonce=nonce.strip().encode(), purpose=purpose, count=len(pool))
    told = {"seed": seed.hex(), "commit": made.commit, "nonce": nonce.strip(), "purpose": purpose}
    tell(session, "supervision.drawn", actor, at, **told, order=list(made.drawn), count=PER_SESSION)
    return list(made.drawn)


def _assign(session: OpeningSession, order: list[str], at: datetime) -> Supervision:
    """Assign the first in the drawn order who still may serve and was not assigned yet."""
    free = {str(s.letter_number): s for s in queries.available(session)}
    place, number = next(((p, n) for p, n in enumerate(order) if n in free), (0, ""))
    if not number:
        raise Conflict("supervision.too_few", _("可抽取的社会监督员不足。"))
    return Supervision.objects.create(
        session=session, supervisor=free[number], drawn_at=at, place=place
    )


def _not_over(session: OpeningSession) -> None:
    if session.state in OVER:
        raise Conflict("supervision.over", _("本场开标已经结束。"))


def _own(actor: Actor, session: OpeningSession) -> Supervision:
    own = queries.own_supervision(actor, session)
    if own is None:
        raise Conflict("supervision.none", _("您没有被抽取到本场开标，或已回避。"))
    return own


@transaction.atomic
def recuse(*, actor: Actor, code: str, stage: str, reason: str, at: datetime) -> Supervision:
    """Step aside from one assignment; the next in the drawn order stands in.

    The ground stays with those who keep the pool: it may tell of a person's own affairs.
    """
    session = queries.lock_session(code, stage)
    own = _own(actor, session)
    if not reason.strip():
        raise Invalid("supervision.reason", _("请说明回避的理由。"), field="reason")
    _step_aside(own, reason.strip(), actor, at)
    return own


def _step_aside(own: Supervision, reason: str, actor: Actor, at: datetime) -> None:
    session = own.session
    own.recusal, own.recused_at = reason, at
    own.save(update_fields=["recusal", "recused_at"])
    tell(session, "supervision.recused", actor, at, name=own.supervisor.person.name)
    order = queries.drawn_order(session)
    if session.state not in OVER and any(
        str(s.letter_number) in order for s in queries.available(session)
    ):
        stand_in = _assign(session, order, at)
        tell(
            session,
            "supervision.replaced",
            SYSTEM,
            at,
            name=stand_in.supervisor.person.name,
            place=stand_in.place + 1,
        )


@transaction.atomic
def sign_in(*, actor: Actor, code: str, stage: str, at: datetime) -> Supervision:
    """Sign in to an assignment, declaring that there is no ground for recusal."""
    session = queries.lock_session(code, stage)
    own = _own(actor, session)
    if own.signed_in_at is None:
        own.signed_in_at = at
        own.save(update_fields=["signed_in_at"])
        tell(session, "supervision.signed_in", actor, at)
    return own


def on_tender_closed(entry: Entry) -> None:
    """Ask again for interests once the bidders are known; a fact that names no ground."""
    for session in queries.sessions_of(entry.tender):
        for own in queries.supervisions_of(session).filter(recused_at=None):
            if queries.is_interested(own.supervisor, session):
                _step_aside(own, str(_("与本项目当事人存在利害关系")), SYSTEM, entry.at)
