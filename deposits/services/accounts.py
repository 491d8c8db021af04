"""Give a registered bidder the sub-account of a lot, known to itself and the bank alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from deposits import policy, queries
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from trading import queries as trading

if TYPE_CHECKING:
    from ledger.services import Entry


def on_award_notified(entry: "Entry") -> None:
    """Open a sub-account for the winner's performance security, where it may be transferred."""
    tender = trading.lock_tender(entry.tender)
    contract = trading.contract_of(tender, int(entry.data["lot"]))
    if contract.security <= 0 or "transfer" not in tender.performance_forms:
        return
    account = queries.security_account(contract)
    private.withhold(
        tender=queries.BANK_TREE,
        owner=contract.supplier.uscc,
        kind="security.account_opened",
        actor=SYSTEM.ref,
        at=entry.at,
        once=queries.account_once(account),
        account=account,
        of=tender.code,
        lot=contract.lot.number,
        contract=contract.pk,
    )


@transaction.atomic
def open_account(*, actor: Actor, code: str, number: int, at: datetime) -> str:
    """Give the sub-account for a lot's deposit; asked again, the same one."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "deposit.open_account", tender)
    queries.require_taking_bids(tender, at)
    if number not in trading.registered_lots(actor, tender):
        raise Conflict("deposit.not_registered", _("请先报名参加第 %(lot)s 包。"), lot=number)
    if queries.asked_of(tender, number) <= 0:
        raise Conflict("deposit.none_asked", _("本项目不收取投标保证金。"))
    owner = trading.bidder_in(actor, tender)
    account = queries.account_of(code, number, owner.uscc)
    if queries.owner_of_account(account) is None:
        # Found by its number alone, so it lies in no tender's tree: whoever opened one and never
        # paid is told to nobody for ever.
        private.withhold(
            tender=queries.BANK_TREE,
            owner=owner.uscc,
            kind="deposit.account_opened",
            actor=actor.ref,
            at=at,
            once=queries.account_once(account),
            account=account,
            of=code,
            lot=number,
        )
    return account
