"""Hold a deposit that would go back by itself until somebody has decided about it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor, check_text
from deposits import domain, policy, queries
from deposits.models import Deposit
from deposits.services import books, forfeits, refunds
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import queries as trading


@transaction.atomic
def hold(*, code: str, number: int, owners: Collection[str], cause: str, at: datetime) -> None:
    """Hold what these organisations laid down for a lot, what is due already and not yet paid too,
    and a letter that can be claimed on; who laid down nothing has nothing to be held.
    """
    found = Deposit.objects.filter(
        tender__code=code, lot__number=number, bidder__uscc__in=owners, hold=""
    )
    held = []
    for deposit in books.lock(found.values_list("pk", flat=True)):
        refunds.stop(deposit, actor=SYSTEM.ref, at=at)
        if forfeits.held_of(deposit) > 0 or forfeits.covered_by(deposit, at) > 0:
            deposit.hold, deposit.held_at = cause, at
            deposit.save(update_fields=["hold", "held_at"])
            held.append({"lot": number, "bidder": deposit.bidder.uscc, "cause": cause})
    if held:
        actor = SYSTEM.ref
        record(
            stream=domain.STREAM, kind="deposits.held", actor=actor, at=at, of=code, deposits=held
        )


@transaction.atomic
def lift_hold(
    *, actor: Actor, code: str, number: int, uscc: str, reason: str, at: datetime
) -> Deposit:
    """Decide that a deposit is given back after all: it goes the way of the others', from today
    where theirs have gone.
    """
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "hold.lift", tender)
    why = check_text(reason, "reason", 300)
    deposit = books.lock([queries.deposit_for(tender, number, uscc).pk])[0]
    if not deposit.hold:
        raise Conflict("hold.none", _("这笔保证金没有暂不退还，或者已经作出决定。"))
    deposit.hold, deposit.held_at = "", None
    deposit.save(update_fields=["hold", "held_at"])
    record(
        stream=domain.STREAM,
        kind="hold.lifted",
        actor=actor.ref,
        at=at,
        of=code,
        lot=number,
        bidder=uscc,
        reason=why,
    )
    fate = queries.fate_of(deposit)
    if fate is not None:
        refunds.release([deposit], fate, at=at)
    return deposit
