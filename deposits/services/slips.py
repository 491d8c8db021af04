"""Hand out the slips of a deposit: to whoever paid, and after closing to the centre that keeps the
money, whose look is on record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import BIDDER, Access, Actor
from accounts.services import record_access
from deposits import policy, queries
from ledger import press
from trading import queries as trading
from trading.models import Tender


@dataclass(frozen=True)
class Slip:
    """A slip to be printed: its kind and what it says."""

    kind: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """Name its file."""
        return f"{self.content['number']}.pdf"

    def printed(self) -> bytes:
        """Make the signed PDF in a process of its own; nothing of it is kept."""
        return press.made_apart(self.kind, self.content["tender"], self.content)


def own_slip(*, actor: Actor, code: str, number: int, at: datetime) -> Slip:
    """Give the actor's own organisation the slip of its deposit for a lot, before closing too."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "deposit.see_own", tender)
    line = next((own for own in queries.own_deposits(actor, tender) if own.lot == number), None)
    if line is None:
        raise queries.no_slip()
    return Slip("deposit_slip", queries.slip_of(tender, trading.bidder_in(actor, tender), line, at))


@transaction.atomic
def kept_slip(
    *, actor: Actor, code: str, number: int, uscc: str, address: str, at: datetime
) -> Slip:
    """Give the centre's execution side the slip of anybody's deposit, once bids are closed."""
    tender = trading.tender_for(actor, code, at)
    if not policy.allows(actor, "deposit.print_slip", tender):
        raise queries.no_slip()
    bidder = queries.bidder_with_deposit(tender, number, uscc)
    line = queries.kept_line(tender, number, uscc)
    _look(actor, tender, f"slip:{code}.{number}.{uscc}", address, at)
    return Slip("deposit_slip", queries.slip_of(tender, bidder, line, at))


@transaction.atomic
def refund_slip(*, actor: Actor, code: str, key: int, address: str, at: datetime) -> Slip:
    """Give the slip of a refund to whom the money went back, and to the centre that paid it."""
    tender = trading.tender_for(actor, code, at)
    refund = queries.refund_of(tender, key)
    if not actor.has_for(refund.deposit.bidder_id, BIDDER):
        if not policy.allows(actor, "deposit.print_slip", tender):
            raise queries.no_slip()
        _look(actor, tender, f"slip:{code}.refund.{key}", address, at)
    return Slip("refund_slip", queries.refund_slip_of(refund, at))


def _look(actor: Actor, tender: Tender, subject: str, address: str, at: datetime) -> None:
    access = Access(
        subject=subject,
        purpose="打印保证金凭证",
        tender=tender.code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
