"""File, accept, answer and withdraw challenges (GPL 52 to 54, GPR 52 to 54)."""

from datetime import datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import CHALLENGE, remedies
from trading.models import Challenge, Tender
from trading.services.drafting import required
from trading.services.suspensions import resume, suspend
from trading.services.telling import tell

LONGEST: int = 4000


@transaction.atomic
def file_challenge(  # noqa: PLR0913 - the form of a challenge has these parts (M94 12)
    *,
    actor: Actor,
    code: str,
    about: str,
    matters: str,
    claim: str,
    law: str,
    lot: int | None = None,
    affects_result: bool = True,
    at: datetime,
) -> Challenge:
    """File a challenge within seven working days; who may is decided by what it is about."""
    tender = _lock_public(actor, code, at)
    policy.require(actor, "challenge.file", tender)
    if about not in Challenge.About.values:
        raise Invalid("challenge.about", _("请选择质疑对象。"), field="about")
    filer = queries.bidder_of(actor)
    standing = queries.standing(actor, tender, filer, about)
    remedies.require_admissible(standing, at)
    number = tender.challenges.count() + 1
    filed = Challenge.objects.create(
        code=f"{tender.code}-ZY-{number:02d}",
        tender=tender,
        lot=queries.lot_of(tender, lot) if lot else None,
        filer=filer,
        filed_by=accounts.person(actor.ref.removeprefix("person:")),
        about=about,
        matters=remedies.checked_text(matters, field="matters", least=10, most=LONGEST),
        claim=remedies.checked_text(claim, field="claim", least=4, most=LONGEST),
        law=remedies.checked_text(law, field="law", least=4, most=300),
        affects_result=affects_result,
        filed_at=at,
        answer_due=remedies.answer_due(at, queries.rules_of(tender, at)),
    )
    _tell(tender, "challenge.filed", actor, at, filed, due=filed.answer_due)
    return filed


@transaction.atomic
def accept_challenge(*, actor: Actor, code: str, number: str, at: datetime) -> Challenge:
    """Take a challenge up; one that may affect the result holds the procurement still (GPR 54)."""
    tender, challenge = _lock(actor, code, number, "accept", at)
    challenge.state = CHALLENGE.after(challenge.state, "accept")
    challenge.save(update_fields=["state"])
    _tell(tender, "challenge.accepted", actor, at, challenge)
    if remedies.stands_still(tender.state, affects_result=challenge.affects_result):
        suspend(
            actor=actor,
            tender=tender,
            cause="challenge",
            ref=challenge.code,
            reason="供应商质疑正在处理，依法暂停签订合同（《政府采购法实施条例》第五十四条）。",
            at=at,
        )
    return challenge


@transaction.atomic
def reject_challenge(
    *, actor: Actor, code: str, number: str, reason: str, at: datetime
) -> Challenge:
    """Refuse a challenge that does not hold its form, with the reason (M94 10 to 12)."""
    tender, challenge = _lock(actor, code, number, "reject", at)
    challenge.state = CHALLENGE.after(challenge.state, "reject")
    challenge.answer, challenge.answered_at = required(reason, "reason", LONGEST), at
    challenge.save(update_fields=["state", "answer", "answered_at"])
    _tell(tender, "challenge.rejected", actor, at, challenge)
    return challenge


@transaction.atomic
def answer_challenge(
    *, actor: Actor, code: str, number: str, outcome: str, answer: str, at: datetime
) -> Challenge:
    """Answer in writing within seven working days, and let the procurement go on (GPL 53)."""
    tender, challenge = _lock(actor, code, number, "answer", at)
    if outcome not in Challenge.Outcome.values:
        raise Invalid("challenge.outcome", _("请选择答复结论。"), field="outcome")
    challenge.state = CHALLENGE.after(challenge.state, "answer")
    challenge.outcome, challenge.answered_at = outcome, at
    challenge.answer = required(answer, "answer", LONGEST)
    challenge.save(update_fields=["state", "outcome", "answered_at", "answer"])
    _tell(tender, "challenge.answered", actor, at, challenge, outcome=outcome)
    resume(actor=actor, tender=tender, cause="challenge", ref=challenge.code, at=at)
    return challenge


@transaction.atomic
def withdraw_challenge(*, actor: Actor, code: str, number: str, at: datetime) -> Challenge:
    """Take a challenge back before it is answered."""
    tender, challenge = _lock(actor, code, number, "withdraw", at)
    challenge.state = CHALLENGE.after(challenge.state, "withdraw")
    challenge.save(update_fields=["state"])
    _tell(tender, "challenge.withdrawn", actor, at, challenge)
    resume(actor=actor, tender=tender, cause="challenge", ref=challenge.code, at=at)
    return challenge


def _lock_public(actor: Actor, code: str, at: datetime) -> Tender:
    queries.tender_for(actor, code, at)
    return queries.lock_tender(code)


def _lock(
    actor: Actor, code: str, number: str, event: str, at: datetime
) -> tuple[Tender, Challenge]:
    tender = _lock_public(actor, code, at)
    challenge = queries.challenge_for(actor, tender, number)
    policy.require(actor, f"challenge.{event}", challenge)
    return tender, challenge


def _tell(
    tender: Tender, kind: str, actor: Actor, at: datetime, filed: Challenge, **data: object
) -> None:
    tell(tender, kind, actor, at, challenge=filed.code, about=filed.about, **data)
