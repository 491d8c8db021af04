"""Claim on a guarantor what a letter stands for, and note what it answers: each a due row, mirrored
in the book.

The letter is in the purchaser's favour and so is what is paid on it: it never comes to the account
of the centre, and what was claimed leaves the book by its mirror.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from deposits import domain, policy, queries
from deposits.domain import claims, journal
from deposits.models import Claim, Forfeit
from deposits.services import books, numbers
from deposits.services.books import Wish
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import queries as trading

MOST_AT_ONCE: Final = 200
ANSWERED: Final = {
    "pay": ("claim.paid", journal.recovered),
    "refuse": ("claim.refused", journal.refused),
    "withdraw": ("claim.withdrawn", None),
}
"""The fact of each answer, and what leaves the book: nothing of what is due again."""


def open_claim(made: Forfeit) -> Claim:
    """Write the row that says until when the guarantor can be asked; its posting is the
    caller's.
    """
    letter = made.deposit.guarantee
    return Claim.objects.create(forfeit=made, amount=made.amount, due_on=letter.valid_until)


@transaction.atomic
def make_claim(*, actor: Actor, code: str, key: int, on: date, at: datetime) -> Claim:
    """Note that the guarantor was asked to pay, while its letter holds; what it refused may be
    asked for again.
    """
    claim = _lock(actor, code, key, "claim.make", at)
    again = claim.state == "refused"
    claim.state = domain.CLAIM.after(claim.state, "make")
    decided = local_date(claim.forfeit.decided_at)
    claim.made_on = claims.require_day(on, first=decided, today=local_date(at))
    claims.require_in_force(on, claim.due_on)
    if again:
        _post(claim, journal.claimed(claim.amount), "claim", actor, at)
    claim.answered_on, claim.bank_number, claim.refusal = None, "", ""
    claim.save()
    _tell("claim.made", claim, actor, at, on=on)
    return claim


@transaction.atomic
def answer_claim(  # noqa: PLR0913 - what the guarantor answered
    *,
    actor: Actor,
    code: str,
    key: int,
    answer: str,
    on: date,
    bank: str = "",
    reason: str = "",
    at: datetime,
) -> Claim:
    """Note that the guarantor paid or refused: either way nothing is claimed any more. A claim
    withdrawn before that is due again, until its decision is taken back.
    """
    claim = _lock(actor, code, key, "claim.answer", at)
    number, why = claims.read_answer(answer, bank, reason)
    claim.state = domain.CLAIM.after(claim.state, answer)
    first = claim.made_on or on
    claim.answered_on = claims.require_day(on, first=first, today=local_date(at))
    if answer == "pay":
        numbers.claim(number, owner=claim.forfeit.deposit.bidder.uscc, actor=actor, at=at)
    claim.bank_number, claim.refusal = number, why if answer == "refuse" else ""
    if answer == "withdraw":
        claim.made_on, claim.answered_on = None, None
    claim.save()
    kind, leaves = ANSWERED[answer]
    if leaves is not None:
        _post(claim, leaves(claim.amount), answer, actor, at)
    _tell(kind, claim, actor, at, on=on, bank_number=number, reason=why)
    return claim


def drop_claim(claim: Claim) -> bool:
    """Drop a claim whose decision is taken back; tell whether it still stood in the book. What was
    paid stays paid, and whoever was asked is told first that nothing is asked any more.
    """
    if claim.state == "paid":
        raise Conflict(
            "claim.paid",
            _("保函出具机构已经赔付，不能撤销；应当退还的，由受益人直接退还出具机构。"),
        )
    if claim.state == "made":
        raise Conflict(
            "claim.made",
            _("已经向保函出具机构索赔。请先撤回索赔并登记撤回，再撤销这项决定。"),
        )
    stood = claim.state != "refused"
    claim.state = domain.CLAIM.after(claim.state, "drop")
    claim.save(update_fields=["state"])
    return stood


def due(at: datetime) -> int:
    """Note once of each claim not made that its letter no longer holds."""
    late = Claim.objects.filter(state="due", due_on__lt=local_date(at), overdue_told_at=None)
    keys = list(late.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return _tell_overdue(keys, at) if keys else 0


@transaction.atomic
def _tell_overdue(keys: Sequence[int], at: datetime) -> int:
    rows = Claim.objects.select_for_update(of=("self",)).filter(pk__in=keys, overdue_told_at=None)
    found = list(rows.select_related("forfeit__deposit__tender").order_by("pk"))
    if not found:
        return 0
    Claim.objects.filter(pk__in=[one.pk for one in found]).update(overdue_told_at=at)
    told = [{"claim": c.pk, "of": c.forfeit.deposit.tender.code, "due": c.due_on} for c in found]
    record(stream=domain.STREAM, kind="claims.overdue", actor=SYSTEM.ref, at=at, claims=told)
    return len(found)


def _lock(actor: Actor, code: str, key: int, permission: str, at: datetime) -> Claim:
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, permission, tender)
    books.lock([queries.claim_for(tender, key).forfeit.deposit_id])
    rows = Claim.objects.select_for_update(of=("self",))
    return rows.select_related("forfeit__deposit__tender", "forfeit__deposit__lot").get(pk=key)


def _post(claim: Claim, posting: journal.Posting, act: str, actor: Actor, at: datetime) -> None:
    deposit = claim.forfeit.deposit
    once = f"{act}.{claim.pk}.{deposit.entries.count()}"
    books.post([Wish(deposit, posting, once, claim.bank_number)], actor=actor.ref, at=at)


def _tell(kind: str, claim: Claim, actor: Actor, at: datetime, **told: object) -> None:
    deposit = claim.forfeit.deposit
    record(
        stream=domain.STREAM,
        kind=kind,
        actor=actor.ref,
        at=at,
        tender="",
        of=deposit.tender.code,
        lot=deposit.lot.number,
        bidder=deposit.bidder.uscc,
        claim=claim.pk,
        amount=f"{claim.amount:.2f}",
        **told,
    )
