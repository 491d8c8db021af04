"""File, accept, answer and withdraw challenges and objections, which are one thing with the words,
the clocks and the effects of its market (GPL 52 to 54, GPR 52 to 54; BLR 22, 54).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from ledger.services import Entry
from trading import policy, queries
from trading.domain import CHALLENGE, remedies
from trading.domain import redress as undone
from trading.domain.files import Upload
from trading.domain.remedies import Remedy
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import Challenge, Tender
from trading.services import redress as undoing
from trading.services.drafting import required
from trading.services.evidence import keep_evidence
from trading.services.notices import notice_title, publish_notice
from trading.services.numbering import case_code
from trading.services.prequalifying import admit_applicant
from trading.services.sources import drop_source
from trading.services.suspensions import resume, suspend
from trading.services.telling import tell, tell_apart
from trading.services.voiding import void_bidding

LONGEST: int = 4000
UNIT: Final = 120
UPHELD = _("异议 %(code)s 成立：%(answer)s")
EFFECTS: Final[Mapping[str, Callable[..., Tender]]] = {
    "drop_source": drop_source,
    "admit_applicant": admit_applicant,
    "void_bidding": void_bidding,
}
"""What follows by itself when somebody was right, by the move that a matter names."""


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
    unit: str = "",
    contact: str = "",
    attached: Sequence[Upload] = (),
    at: datetime,
) -> Challenge:
    """File a challenge in its time; who may is decided by what it is about. One that holds the
    tender still from its receipt does so at once (BLR 22, 54). Where the law hears everybody a
    person files under its name, for itself or for a unit, and says how it is reached (M74 39).
    """
    tender = _lock_public(actor, code, at)
    policy.require(actor, "challenge.file", tender)
    remedy = _remedy(tender)
    if about not in remedy.matters:
        raise Invalid("challenge.about", _("请选择质疑对象。"), field="about")
    filer = queries.filer_in(actor, tender)
    standing = queries.standing(actor, tender, filer, about)
    remedies.require_admissible(standing, at)
    filed = Challenge.objects.create(
        code=case_code(tender, remedy.infix),
        tender=tender,
        lot=queries.lot_of(tender, lot) if lot else None,
        filer=filer,
        filed_by=accounts.person(actor.ref.removeprefix("person:")),
        **_reached(filer, unit, contact),
        about=about,
        matters=remedies.checked_text(matters, field="matters", least=10, most=LONGEST),
        claim=remedies.checked_text(claim, field="claim", least=4, most=LONGEST),
        law=remedies.checked_text(law, field="law", least=4, most=300),
        affects_result=affects_result,
        filed_at=at,
        answer_due=remedies.due_to_answer(standing, at),
    )
    proof = keep_evidence(filed, attached, at)
    _tell("challenge.filed", actor, at, filed, due=filed.answer_due, **proof)
    _hold_from("file", tender, filed, at)
    return filed


def _reached(filer: Organisation | None, unit: str, contact: str) -> dict[str, str]:
    """Say how whoever raises something is reached, an organisation where nothing else is said as it
    is registered; and for whom a person without one here speaks.
    """
    if filer is not None:
        return {"contact": contact.strip()[:UNIT] or filer.phone}
    return {
        "unit": unit.strip()[:UNIT],
        "contact": remedies.checked_contact(contact, most=UNIT),
    }


@transaction.atomic
def accept_challenge(*, actor: Actor, code: str, number: str, at: datetime) -> Challenge:
    """Take a challenge up; one that may affect the result holds the procurement still (GPR 54)."""
    tender, challenge = _lock(actor, code, number, "accept", at)
    challenge.state = CHALLENGE.after(challenge.state, "accept")
    challenge.save(update_fields=["state"])
    _tell("challenge.accepted", actor, at, challenge)
    _hold_from("accept", tender, challenge, at)
    return challenge


def _hold_from(event: str, tender: Tender, challenge: Challenge, at: datetime) -> None:
    """Let the tender stand still where its law says so from this event on.

    The law holds it, not the filer: that fact is everybody's, and would name who may be bidding.
    """
    remedy, affects = _remedy(tender), challenge.affects_result
    if remedy.holds_from != event:
        return
    matter = remedy.matters.get(challenge.about)
    in_hall = tender.state == "closed" and method_of(tender).is_sealed
    holds = matter is not None and tender.state in matter.holds and not in_hall
    if matter is not None and not matter.concerns_filer:
        holds = holds and affects
    if holds or remedies.stands_still(tender.state, affects_result=affects, remedy=remedy):
        _hold(tender, challenge, at)


def _hold(tender: Tender, challenge: Challenge, at: datetime) -> None:
    ref = challenge.code
    if not tender.suspensions.filter(cause="challenge", ref=ref, ended_at=None).exists():
        reason = _remedy(tender).held_because
        suspend(actor=SYSTEM, tender=tender, cause="challenge", ref=ref, reason=reason, at=at)


def on_tender_closed(entry: Entry) -> None:
    """Hold the tender still from the end of its bidding for what was raised in time, may change who
    could bid, and nobody has taken up: no contract is signed over it (GPR 54).
    """
    tender = queries.lock_tender(entry.tender)
    remedy = remedy_of(tender)
    for challenge in tender.challenges.filter(state="filed").order_by("pk"):
        matter = remedy.matters.get(challenge.about) if remedy else None
        if matter is not None and tender.state in matter.holds_untaken:
            _hold(tender, challenge, entry.at)


@transaction.atomic
def reject_challenge(
    *, actor: Actor, code: str, number: str, reason: str, at: datetime
) -> Challenge:
    """Refuse a challenge that does not hold its form, with the reason (M94 10 to 12)."""
    tender, challenge = _lock(actor, code, number, "reject", at)
    challenge.state = CHALLENGE.after(challenge.state, "reject")
    challenge.answer, challenge.answered_at = required(reason, "reason", LONGEST), at
    challenge.save(update_fields=["state", "answer", "answered_at"])
    _tell("challenge.rejected", actor, at, challenge)
    resume(actor=SYSTEM, tender=tender, cause="challenge", ref=challenge.code, at=at)
    return challenge


@transaction.atomic
def answer_challenge(  # noqa: PLR0913 - an answer, and what is undone by it
    *,
    actor: Actor,
    code: str,
    number: str,
    outcome: str,
    answer: str,
    redress: str | None = None,
    lot: int | None = None,
    at: datetime,
) -> Challenge:
    """Answer in writing in time, and let the tender go on (GPL 53, BLR 22); of what is found right
    it is said what is undone: nothing where that is empty, what its law has where nothing is said.
    """
    tender, challenge = _lock(actor, code, number, "answer", at)
    if outcome not in Challenge.Outcome.values:
        raise Invalid("challenge.outcome", _("请选择答复结论。"), field="outcome")
    challenge.state = CHALLENGE.after(challenge.state, "answer")
    challenge.outcome, challenge.answered_at = outcome, at
    challenge.answer = required(answer, "answer", LONGEST)
    challenge.redress = _chosen(challenge, redress, actor)
    challenge.save(update_fields=["state", "outcome", "answered_at", "answer", "redress"])
    told = {"outcome": outcome, **({"redress": challenge.redress} if challenge.redress else {})}
    _tell("challenge.answered", actor, at, challenge, **told)
    order = undoing.Order(
        way=challenge.redress,
        lot=undone.ordered_lot(lot, challenge.lot.number if challenge.lot else None),
        what=str(_remedy(tender).title),
        code=challenge.code,
        article=_remedy(tender).undone,
        itself=True,
    )
    with undoing.carried_out(actor=actor, tender=tender, order=order, at=at):
        resume(actor=SYSTEM, tender=tender, cause="challenge", ref=challenge.code, at=at)
    _tell_public(tender, challenge, actor, at)
    if outcome == Challenge.Outcome.UPHELD and redress is None:
        _take_effect(tender, challenge, actor, at)
    return challenge


def _chosen(challenge: Challenge, redress: str | None, actor: Actor) -> str:
    """Give what is undone: what was said, else what follows by itself from what is upheld."""
    upheld = challenge.outcome == Challenge.Outcome.UPHELD
    if redress is None:
        itself = queries.redone_if_upheld(challenge) if upheld else ""
        return itself if itself in undone.WAYS else ""
    undone.require_right(redress, is_right=challenge.outcome != Challenge.Outcome.DISMISSED)
    if redress in undone.BY_PURCHASER:
        policy.require(actor, "challenge.redress", challenge)
    return redress


@transaction.atomic
def note_objection(  # noqa: PLR0913 - who objected to what, and what was said to it
    *, actor: Actor, code: str, bidder: int, person: int, raised: str, answer: str, at: datetime
) -> Challenge | None:
    """Keep what a bidder objected to in the hall, with its answer, as something raised before: who
    is not content with the answer may complain (BLR 44, 60). None where it gives no such right.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "challenge.note", tender)
    remedy = remedy_of(tender)
    if remedy is None or remedy.complaints is None or not remedy.complaints.hears_openings:
        return None
    about = Challenge.About.OPENING
    noted = Challenge.objects.create(
        code=case_code(tender, "XC"),
        tender=tender,
        filer_id=bidder,
        filed_by_id=person,
        about=about,
        matters=raised,
        state=CHALLENGE.after(CHALLENGE.after("filed", "accept"), "answer"),
        filed_at=at,
        answer_due=local_date(at),
        answer=answer,
        answered_at=at,
    )
    _tell("challenge.noted", actor, at, noted)
    return noted


def _tell_public(tender: Tender, challenge: Challenge, actor: Actor, at: datetime) -> None:
    """Publish an answer the public is due, without who asked for it and in what words."""
    kind = _remedy(tender).matters[challenge.about].told_as
    if not kind:
        return
    notice = publish_notice(
        tender=tender,
        kind=kind,
        title=notice_title(tender, kind),
        fields={"outcome": challenge.outcome, "received_on": local_date(challenge.filed_at)},
        body=challenge.answer,
        at=at,
    )
    told = {"outcome": challenge.outcome, "notice": notice.number}
    tell(tender, "tender.source_answered", actor, at, **told)


def _take_effect(tender: Tender, challenge: Challenge, actor: Actor, at: datetime) -> None:
    """Do what follows by itself, while the tender stands where it can be done."""
    matter = _remedy(tender).matters[challenge.about]
    event = matter.effect(partial(lifecycle_of(tender).allows, tender.state))
    if event in EFFECTS:
        reason = str(UPHELD) % {"code": challenge.code, "answer": challenge.answer}
        filer = challenge.filer if matter.concerns_filer else None
        whose = {"uscc": filer.uscc} if filer else {}
        EFFECTS[event](actor=actor, code=tender.code, reason=reason, at=at, **whose)


@transaction.atomic
def withdraw_challenge(*, actor: Actor, code: str, number: str, at: datetime) -> Challenge:
    """Take a challenge back before it is answered; the public facts of what follows name nobody."""
    tender, challenge = _lock(actor, code, number, "withdraw", at)
    challenge.state = CHALLENGE.after(challenge.state, "withdraw")
    challenge.save(update_fields=["state"])
    _tell("challenge.withdrawn", actor, at, challenge)
    resume(actor=SYSTEM, tender=tender, cause="challenge", ref=challenge.code, at=at)
    return challenge


def _remedy(tender: Tender) -> Remedy:
    """Give the remedy of a tender that has one: the policy lets nobody file where there is none."""
    found = remedy_of(tender)
    if found is None:
        raise Missing("challenge.missing", _("没有这份质疑，或您无权查看。"))
    return found


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


def _tell(kind: str, actor: Actor, at: datetime, filed: Challenge, **data: object) -> None:
    tell_apart(kind, actor, at, challenge=filed.code, about=filed.about, **data)
