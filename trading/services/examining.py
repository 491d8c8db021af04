"""Examine a complaint: given back once to be mended, copied to whom it concerns, answered by them
(M94 21, 22, 27).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import COMPLAINT, complaints, remedies
from trading.domain.files import Upload
from trading.models import Complaint, ComplaintCopy
from trading.queries import complaints as reading
from trading.services.complaints import LONGEST, lock_complaint, tell_of
from trading.services.drafting import required
from trading.services.evidence import keep_evidence

COPIED_FIRST = _("投诉重新处理，投诉书副本尚未重新发出；收到后再作出书面说明。")


@transaction.atomic
def return_complaint(
    *, actor: Actor, code: str, number: str, to_correct: str, correct_until: date, at: datetime
) -> Complaint:
    """Give a complaint back that lacks a part of its form: all of it is said at once, and by when
    it is mended; the days that takes are not counted.
    """
    tender, found = lock_complaint(actor, code, number, "return", at)
    state = COMPLAINT.after(found.state, "return")
    complaints.require_returnable(
        has_been=found.returned_at is not None,
        corrects=reading.complaints_of(tender).corrects,
        check_due=found.check_due,
        until=correct_until,
        rules=queries.rules_of(tender, at),
        at=at,
    )
    found.state, found.returned_at, found.correct_until = state, at, correct_until
    found.to_correct = required(to_correct, "to_correct", LONGEST)
    found.save(update_fields=["state", "returned_at", "correct_until", "to_correct"])
    tell_of("complaint.returned", actor, at, found, due=correct_until)
    return found


@transaction.atomic
def correct_complaint(  # noqa: PLR0913 - the parts of a complaint that are written
    *,
    actor: Actor,
    code: str,
    number: str,
    matters: str,
    claim: str,
    law: str,
    attached: Sequence[Upload] = (),
    at: datetime,
) -> Complaint:
    """Mend a complaint in the days given for it; the days to check it begin anew."""
    tender, found = lock_complaint(actor, code, number, "correct", at)
    found.state = COMPLAINT.after(found.state, "correct")
    complaints.require_time_to_correct(found.correct_until, at)
    found.matters = remedies.checked_text(matters, field="matters", least=10, most=LONGEST)
    found.claim = remedies.checked_text(claim, field="claim", least=4, most=LONGEST)
    found.law = remedies.checked_text(law, field="law", least=4, most=300)
    found.corrected_at = at
    found.check_due = complaints.check_due(at, queries.rules_of(tender, at))
    found.save(update_fields=["state", "matters", "claim", "law", "corrected_at", "check_due"])
    proof = keep_evidence(found, attached, at)
    tell_of("complaint.corrected", actor, at, found, due=found.check_due, **proof)
    return found


@transaction.atomic
def copy_complaint(
    *, actor: Actor, code: str, number: str, suppliers: Sequence[str] = (), at: datetime
) -> Complaint:
    """Send the copies of a complaint to those it is against and to the suppliers it concerns, who
    have so many days to explain themselves.
    """
    tender, found = lock_complaint(actor, code, number, "copy", at)
    COMPLAINT.after(found.state, "copy")
    if found.copied_at is not None:
        raise Conflict("complaint.copied", _("投诉书副本已经发出。"))
    related = {one.uscc: one for one in reading.related_suppliers(found)}
    if not set(suppliers) <= set(related):
        raise Invalid("complaint.supplier", _("请在列出的相关供应商中选择。"), field="suppliers")
    due = complaints.explanation_due(at, queries.rules_of(tender, at))
    sides = {tender.purchaser_id: tender.purchaser, tender.agency_id: tender.agency}
    chosen = {related[uscc].pk: related[uscc] for uscc in suppliers}
    for key, organisation in {**chosen, **sides}.items():
        ComplaintCopy.objects.create(
            complaint=found,
            organisation=organisation,
            is_respondent=key in sides,
            sent_at=at,
            explain_due=due,
        )
    found.copied_at = at
    found.save(update_fields=["copied_at"])
    tell_of("complaint.copied", actor, at, found, due=due, copies=len({**chosen, **sides}))
    return found


@transaction.atomic
def explain_complaint(
    *,
    actor: Actor,
    code: str,
    number: str,
    explanation: str,
    attached: Sequence[Upload] = (),
    at: datetime,
) -> ComplaintCopy:
    """Say in writing what one has to say to a complaint, in time; who does not gives it up."""
    _tender, found = lock_complaint(actor, code, number, "explain", at)
    COMPLAINT.after(found.state, "explain")
    own = reading.current_copies(actor, found)
    waiting = own.filter(explained_at=None).first()
    if found.copied_at is None:
        raise Conflict("complaint.not_copied_again", COPIED_FIRST)
    if waiting is None:
        raise Conflict("complaint.explained", _("您已经提交过书面说明。"))
    complaints.require_time_to_explain(waiting.explain_due, at)
    waiting.explanation = required(explanation, "explanation", LONGEST)
    waiting.explained_by = accounts.person(actor.ref.removeprefix("person:"))
    waiting.explained_at = at
    waiting.save(update_fields=["explanation", "explained_by", "explained_at"])
    proof = keep_evidence(waiting, attached, at)
    tell_of("complaint.explained", actor, at, found, **proof)
    return waiting
