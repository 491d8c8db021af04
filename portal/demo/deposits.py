"""The demo's money: the bank tells of deposits, and the centre pays back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Final

from accounts import queries as accounts
from deposits import queries
from deposits.services import accounts as sub_accounts
from deposits.services import receipts, refunds
from kernel.calendar import local_date
from trading import queries as trading_queries
from trading import services as trading
from trading.models import Tender

NUMBERS: Final = count(1)
EARLY: Final = "hu"
SHORT_OF: Final = "jiang"
"""Who pays its deposit in two parts; the others pay it at once."""


def lay_down(code: str, lots: Sequence[int], name: str, at: datetime) -> None:
    """Let a bidder take its sub-accounts and pay, and the bank tell of it."""
    if not trading_queries.asks_deposit(Tender.objects.get(code=code)):
        return
    for lot in lots:
        own = accounts.actor(accounts.person(name), at)
        account = sub_accounts.open_account(actor=own, code=code, number=lot, at=at)
        asked = queries.asked_of(Tender.objects.get(code=code), lot)
        parts = (asked - 1000, Decimal(1000)) if name == SHORT_OF else (asked,)
        for part in parts:
            _tell(account, part, name, at)


def _tell(account: str, amount: Decimal, name: str, at: datetime, payer: str = "") -> None:
    body = accounts.own_bidder(accounts.actor(accounts.person(name), at))
    receipts.note_receipt(
        actor=accounts.actor(accounts.person("bank"), at),
        number=f"QH{local_date(at):%Y%m%d}{next(NUMBERS):06d}",
        account=account,
        amount=f"{amount:.2f}",
        payer=payer or body.name,
        payer_uscc="" if payer else body.uscc,
        credited_at=at - timedelta(minutes=3),
        at=at,
    )


def begin(code: str, at: datetime) -> None:
    """Let one supplier register early, pay too little, and once from somebody else's account."""
    own = accounts.actor(accounts.person(EARLY), at)
    trading.register_for_lots(
        actor=own, code=code, numbers=(1,), contact=own.name, phone="139****0000", at=at
    )
    account = sub_accounts.open_account(actor=own, code=code, number=1, at=at)
    _tell(account, Decimal(20000), EARLY, at + timedelta(minutes=20))
    _tell(account, Decimal(6000), EARLY, at + timedelta(minutes=50), payer="胡国栋")


def pay_back(code: str, at: datetime) -> None:
    """Let the centre confirm all that is due of a tender by now."""
    due = [r for r in queries.refunds_to_pay() if r.deposit.tender.code == code]
    if due:
        refunds.confirm_refunds(
            actor=accounts.actor(accounts.person("qian"), at),
            payments={refund.pk: f"TH{next(NUMBERS):08d}" for refund in due},
            paid_on=local_date(at),
            at=at,
        )
