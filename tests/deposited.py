"""The money side of a story: the bank's machine, sub-accounts, payments.

till = Till(story); till.open("chen"); till.pay("chen", "24000.00"); till.close()
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from accounts.domain import Actor
from deposits.models import Deposit
from deposits.services import accounts, receipts, settling
from ledger import private
from tests import factories
from tests.factories import credit_code
from tests.tenders import Story
from tests.world import World
from trading import services as trading

ASKED = "24000.00"
BANK_SERIAL = 40


def bank(world: World) -> Actor:
    """Give the bank's machine, made when first asked for."""
    if "bank" not in world.people:
        name = "清河商业银行新安支行"
        body = factories.organisation(name, uscc=credit_code(BANK_SERIAL), at=world.at)
        world.organisations["bank"] = body
        world.people["bank"] = factories.person("bank", "银行接口")
        factories.role(world.people["bank"], "bank", body, at=world.at)
    return world.actor("bank")


@dataclass
class Till:
    """What the bank and the bidders of one tender do with money."""

    story: Story
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def world(self) -> World:
        return self.story.world

    def register(self, name: str, lot: int = 1) -> None:
        trading.register_for_lot(
            actor=self.world.actor(name),
            code=self.story.code,
            number=lot,
            contact="何敏",
            phone="139",
            at=self.story.at,
        )

    def open(self, name: str, lot: int = 1) -> str:
        """Register a bidder and give it its sub-account."""
        body = self.world.organisation_of(name)
        if not private.events_of_owner(self.story.code, body.uscc, only=("bidder.registered",)):
            self.register(name, lot)
        return accounts.open_account(
            actor=self.world.actor(name), code=self.story.code, number=lot, at=self.story.at
        )

    def pay(self, name: str, amount: str = ASKED, **changes: Any) -> receipts.Answer:
        """Let the bank tell of a payment from the bidder's own account."""
        at = changes.pop("at", self.story.at)
        lot = changes.pop("lot", 1)
        body = self.world.organisation_of(name)
        told = {
            "number": f"BANK-{next(self.numbers):06d}",
            "account": changes.pop("account", None) or self.open(name, lot),
            "amount": amount,
            "payer": body.name,
            "payer_uscc": body.uscc,
            "credited_at": at - timedelta(minutes=1),
        }
        return receipts.note_receipt(actor=bank(self.world), at=at, **(told | changes))

    def close(self, *names: str, lots: int = 1) -> datetime:
        """Let the deadline pass; `names` have bid for so many lots."""
        closes_at = self.story.tender.bids_close_at
        assert closes_at is not None
        self.story.at = closes_at + timedelta(seconds=1)
        trading.close_tender(code=self.story.code, at=self.story.at)
        bodies = {self.world.organisation_of(name).uscc for name in names}
        settling.settle(
            code=self.story.code,
            bidders=dict.fromkeys(range(1, lots + 1), bodies),
            at=self.story.at,
        )
        return self.story.at

    def deposit(self, name: str) -> Deposit:
        return Deposit.objects.get(
            tender__code=self.story.code, bidder=self.world.organisation_of(name)
        )
