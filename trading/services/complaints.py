"""File, check, decide and publish complaints to the authority; hold a tender still on its order
(GPL 55 to 57, GPR 54 to 58; BLR 60 to 62).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.turns import each
from trading import policy, queries
from trading.domain import COMPLAINT, complaints, remedies
from trading.domain import redress as undone
from trading.domain.files import Upload
from trading.markets import method_of, remedy_of
from trading.models import Complaint, Suspension, Tender
from trading.queries import complaints as reading
from trading.queries.appeals import reconsider_until
from trading.services import redress as undoing
from trading.services.drafting import required
from trading.services.evidence import keep_evidence
from trading.services.notices import notice_title, publish_notice
from trading.services.numbering import case_code
from trading.services.prequalifying import take_in
from trading.services.suspensions import resume, suspend
from trading.services.telling import tell, tell_apart
from trading.services.voiding import void_without

LONGEST = 4000
CONTACT = 120
CARRIED_OUT: Final[Mapping[str, Callable[..., None]]] = {
    "admit_applicant": take_in,
    "void_bidding": void_without,
}
"""What a decision for who was kept out does, by the move of the tender."""
MOST_TEST_DAYS = 365


@transaction.atomic
def file_complaint(  # noqa: PLR0913 - the form of a complaint has these parts (M94 18, CP11 7)
    *,
    actor: Actor,
    code: str,
    ground: str,
    matters: str,
    claim: str,
    law: str,
    known_on: date | None = None,
    contact: str = "",
    attached: Sequence[Upload] = (),
    at: datetime,
) -> Complaint:
    """File a complaint; `ground` is the code of what was raised before, or a matter with which one
    may come at once.
    """
    tender = _lock_public(actor, code, at)
    policy.require(actor, "complaint.file", tender)
    terms, filer = reading.complaints_of(tender), queries.bidder_in(actor, tender)
    before = reading.raised_before(actor, tender).filter(code=ground).first()
    about = before.about if before else ground
    found = reading.grounds(tender, filer, about, before, known_on)
    complaints.require_admissible(found, terms, at)
    filed = Complaint.objects.create(
        code=case_code(tender, "TS"),
        tender=tender,
        challenge=before,
        filer=filer,
        filed_by=accounts.person(actor.ref.removeprefix("person:")),
        contact=contact.strip()[:CONTACT] or filer.phone,
        about=about,
        matters=remedies.checked_text(matters, field="matters", least=10, most=LONGEST),
        claim=remedies.checked_text(claim, field="claim", least=4, most=LONGEST),
        law=remedies.checked_text(law, field="law", least=4, most=300),
        known_on=None if before else known_on,
        received_at=at,
        check_due=complaints.check_due(at, found.rules),
    )
    proof = keep_evidence(filed, attached, at)
    tell_of("complaint.filed", actor, at, filed, due=filed.check_due, **proof)
    return filed


@transaction.atomic
def accept_complaint(*, actor: Actor, code: str, number: str, at: datetime) -> Complaint:
    """Take a complaint up: the time to decide begins, and whom it is about gets its copy, unless
    its law has copies sent by themselves. What was taken back and filed again goes on where its
    clock stood.
    """
    _tender, found = lock_complaint(actor, code, number, "accept", at)
    found.state, found.accepted_at = COMPLAINT.after(found.state, "accept"), at
    found.decision_due, copies = _decision_due(found, at), reading.copies_due(found)
    found.copied_at = None if copies else at
    found.save(update_fields=["state", "accepted_at", "decision_due", "copied_at"])
    dues = {"due": found.decision_due, **({"copies_due": copies} if copies else {})}
    tell_of("complaint.accepted", actor, at, found, **dues)
    return found


def _decision_due(complaint: Complaint, accepted: datetime) -> date:
    rules = queries.rules_of(complaint.tender, accepted)
    clock = reading.handling_of(complaint, accepted)
    began = clock.accepted or accepted
    return complaints.decision_due(clock.received, began, rules, clock.tests)


@transaction.atomic
def refuse_complaint(
    *, actor: Actor, code: str, number: str, reason: str, at: datetime
) -> Complaint:
    """Refuse a complaint that does not hold its form, is late or out of scope, with the reason; one
    that was given back to be mended, once the days for that are over.
    """
    tender, found = lock_complaint(actor, code, number, "refuse", at)
    unmended = reading.unmended_due(found, at)
    complaints.require_refusable(found.state, found.correct_until, at)
    found.state, found.decided_at = COMPLAINT.after(found.state, "refuse"), at
    found.decision = required(reason, "reason", LONGEST)
    found.save(update_fields=["state", "decision", "decided_at"])
    told_by = unmended or reading.refusal_due(found)
    tell_of("complaint.refused", actor, at, found, **({"due": told_by} if told_by else {}))
    _let_go(tender, found, actor, at)
    return found


@transaction.atomic
def extend_complaint(
    *, actor: Actor, code: str, number: str, days: int, reason: str, at: datetime
) -> Complaint:
    """Leave the days of tests, inspections and expert reports out of the time to decide."""
    _tender, found = lock_complaint(actor, code, number, "extend", at)
    COMPLAINT.after(found.state, "extend")
    if not 0 < days <= MOST_TEST_DAYS - reading.handling_of(found, at).tests:
        raise Invalid("complaint.days", _("请填写天数，累计不超过三百六十五日。"), field="days")
    why = required(reason, "reason")
    found.test_days += days
    # Saved first: the clock adds up the days of the whole matter.
    found.save(update_fields=["test_days"])
    found.decision_due = _decision_due(found, found.accepted_at or at)
    found.save(update_fields=["decision_due"])
    told = {"days": days, "reason": why, "due": found.decision_due}
    tell_of("complaint.extended", actor, at, found, **told)
    return found


@transaction.atomic
def hold_for_complaint(
    *, actor: Actor, code: str, number: str, reason: str, at: datetime
) -> Suspension:
    """Order the tender to stand still while a complaint is handled, no longer than the law allows
    (GPL 57, BLR 62).
    """
    tender, found = lock_complaint(actor, code, number, "hold", at)
    COMPLAINT.after(found.state, "hold")
    if reading.is_held(found):
        raise Conflict("complaint.held", _("本投诉已经责令暂停。"))
    is_over, is_sealed = tender.state in queries.ENDED, method_of(tender).is_sealed
    complaints.require_holdable(tender.state, is_over=is_over, is_sealed=is_sealed)
    rules, stood = queries.rules_of(tender, at), reading.held_for(found)
    until = complaints.held_until(local_date(at), rules, stood)
    given = {"cause": "complaint", "ref": found.code, "reason": required(reason, "reason")}
    row = suspend(actor=actor, tender=tender, until=until, **given, at=at)
    tell_of("complaint.held", actor, at, found, reason=row.reason, until=until)
    return row


@transaction.atomic
def release_for_complaint(*, actor: Actor, code: str, number: str, at: datetime) -> Complaint:
    """Let the tender go on before a complaint is decided."""
    tender, found = lock_complaint(actor, code, number, "release", at)
    COMPLAINT.after(found.state, "release")
    if not reading.is_held(found):
        raise Conflict("complaint.not_held", _("本投诉没有暂停项目。"))
    _let_go(tender, found, actor, at)
    return found


@transaction.atomic
def decide_complaint(  # noqa: PLR0913 - a decision has these parts
    *,
    actor: Actor,
    code: str,
    number: str,
    outcome: str,
    decision: str,
    redress: str = "",
    lot: int | None = None,
    at: datetime,
) -> Complaint:
    """Decide a complaint and publish the decision; of one that is upheld the authority says what is
    undone, in the lot that was complained of unless it says another (GPL 56, GPR 58, 71; BLR 61,
    81).
    """
    tender, found = lock_complaint(actor, code, number, "decide", at)
    if outcome not in Complaint.Outcome.values:
        raise Invalid("complaint.outcome", _("请选择处理结论。"), field="outcome")
    found.state, found.decided_at = COMPLAINT.after(found.state, "decide"), at
    complaints.require_heard(
        is_copied=found.copied_at is not None,
        waiting_until=reading.explained_by_all(found),
        is_upheld=outcome == Complaint.Outcome.UPHELD,
        at=at,
    )
    found.outcome, found.decision = outcome, required(decision, "decision", LONGEST)
    undone.require_right(redress, is_right=outcome == Complaint.Outcome.UPHELD)
    found.redress = redress
    found.save(update_fields=["state", "outcome", "decision", "decided_at", "redress"])
    notice = publish_notice(
        tender=tender,
        kind="complaint_decision",
        title=notice_title(tender, "complaint_decision"),
        fields=_published(found, actor, at),
        body=found.decision,
        at=at,
    )
    told = {"complaint": found.code, "about": found.about, "outcome": outcome}
    ordered = {"redress": redress} if redress else {}
    tell(tender, "complaint.decided", actor, at, **told, **ordered, notice=notice.number)
    remedy = remedy_of(tender)
    order = undoing.Order(
        way=redress,
        lot=undone.ordered_lot(lot, found.lot.number if found.lot else None),
        what=str(COMPLAINED),
        code=found.code,
        article=remedy.undone if remedy else "",
        itself=False,
    )
    with undoing.carried_out(actor=actor, tender=tender, order=order, at=at):
        _let_go(tender, found, actor, at)
    if outcome == Complaint.Outcome.UPHELD:
        _carry_out(tender, found, actor, at)
    return found


def _carry_out(tender: Tender, found: Complaint, actor: Actor, at: datetime) -> None:
    """Let in whom the authority finds to have been kept out of the bidding wrongly, while bids are
    taken; it alone is told, as when those who reviewed had seen it themselves. Later the bidding is
    void.
    """
    event = reading.carried_out_if_upheld(found)
    if event in CARRIED_OUT:
        told = {"code": found.code, "body": str(reading.complaints_of(tender).body)}
        reason = str(ADMITTED) % {**told, "decision": found.decision}
        whose = {"uscc": found.filer.uscc, "reason": reason}
        CARRIED_OUT[event](actor=actor, tender=tender, **whose, at=at)


NOT_NAMED = _("不公布")
ADMITTED = _("投诉 %(code)s 成立，%(body)s认定资格预审合格：%(decision)s")
COMPLAINED = _("投诉")


def _published(complaint: Complaint, actor: Actor, at: datetime) -> dict[str, object]:
    """Give what the published decision names: the case, the parties, the authority, the outcome.

    While bids are open the filer is left out, who may be bidding; the notice is never changed, so
    its readers get the name from the case, once bids have closed. Where nobody ever learns who took
    part, the filer is not named at all.
    """
    terms, filer = reading.complaints_of(complaint.tender), {}
    if not terms.names_filer:
        filer = {"filer": str(NOT_NAMED)}
    elif reading.is_filer_told(complaint.tender):
        filer = {"filer": complaint.filer.name}
    return filer | {
        "code": complaint.code,
        "about": complaint.about_title,
        **(
            {"lot": complaint.lot.number, "lot_title": complaint.lot.title} if complaint.lot else {}
        ),
        "body": terms.body,
        "outcome": complaint.outcome,
        **({"redress": undone.WAYS[complaint.redress]} if complaint.redress in undone.WAYS else {}),
        "received_at": complaint.received_at,
        "decided_by": accounts.person(actor.ref.removeprefix("person:")).name,
        "decided_at": at,
        **({"ruling": again} if (again := complaint.rulings.count()) else {}),
        **({"anew": True} if complaint.rulings.filter(state="decided").exists() else {}),
        **({"reconsider_until": until} if (until := reconsider_until(complaint)) else {}),
    }


@transaction.atomic
def withdraw_complaint(*, actor: Actor, code: str, number: str, at: datetime) -> Complaint:
    """Take a complaint back before it is decided."""
    tender, found = lock_complaint(actor, code, number, "withdraw", at)
    found.state = COMPLAINT.after(found.state, "withdraw")
    found.save(update_fields=["state"])
    tell_of("complaint.withdrawn", actor, at, found)
    _let_go(tender, found, actor, at)
    return found


def due(at: datetime) -> int:
    """Let tenders go on whose order to stand still has run out (GPL 57)."""
    over = Suspension.objects.filter(ended_at=None, until__lt=local_date(at)).order_by("pk")
    return each(list(over.values_list("pk", flat=True)), lambda pk: _run_out(pk, at))


@transaction.atomic
def _run_out(pk: int, at: datetime) -> bool:
    row = Suspension.objects.get(pk=pk)
    tender = queries.lock_tender(row.tender.code)
    if Suspension.objects.filter(pk=pk, ended_at=None).exists():
        resume(actor=SYSTEM, tender=tender, cause=row.cause, ref=row.ref, at=at)
        return True
    return False


def _let_go(tender: Tender, complaint: Complaint, actor: Actor, at: datetime) -> None:
    """End the hold of a complaint; the public facts of that name nobody, for who took it back may
    be bidding. Who ended it stands in the complaint's own fact.
    """
    if reading.is_held(complaint):
        tell_of("complaint.released", actor, at, complaint)
        resume(actor=SYSTEM, tender=tender, cause="complaint", ref=complaint.code, at=at)


def _lock_public(actor: Actor, code: str, at: datetime) -> Tender:
    queries.tender_for(actor, code, at)
    return queries.lock_tender(code)


def lock_complaint(
    actor: Actor, code: str, number: str, event: str, at: datetime
) -> tuple[Tender, Complaint]:
    """Lock the tender of a complaint and give both to whom this act is allowed."""
    tender = _lock_public(actor, code, at)
    found = reading.complaint_for(actor, tender, number)
    policy.require(actor, f"complaint.{event}", found)
    found.tender = tender
    return tender, found


def tell_of(kind: str, actor: Actor, at: datetime, filed: Complaint, **data: object) -> None:
    """Record a fact of a complaint apart, where it names no tender."""
    tell_apart(kind, actor, at, complaint=filed.code, about=filed.about, **data)
