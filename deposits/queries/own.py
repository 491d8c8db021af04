"""What a bidder sees of its own deposits, before and after closing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.domain import Actor
from deposits.domain import receipts
from deposits.domain.guarantees import Letter
from deposits.domain.receipts import Owner
from deposits.models import Deposit, Forfeit, Refund
from deposits.queries.refunds import forfeit_plain, refund_plain
from deposits.queries.standing import STATES, TONES, laid_state, state_of, with_all
from deposits.queries.withheld import (
    account_of,
    asked_of,
    is_settled,
    judged,
    letter_from,
    notice_from,
    owner_of_account,
)
from ledger import private
from trading import queries as trading
from trading.models import Tender


@dataclass(frozen=True)
class ReceiptLine:
    """A payment as its bidder is shown it."""

    number: str
    amount: Decimal
    counts: Decimal
    back: Decimal
    code: str
    payer: str
    credited_at: datetime

    @property
    def said(self) -> str:
        """Say what the payment is worth."""
        return receipts.RECEIPT_CODES[self.code]

    @property
    def is_good(self) -> bool:
        """Tell whether all of it counts."""
        return not self.back


@dataclass
class Own:
    """A bidder's own deposit for a lot, before and after closing."""

    lot: int
    title: str
    asked: Decimal
    account: str = ""
    state: str = "none"
    counted: Decimal = Decimal(0)
    receipts: list[ReceiptLine] = field(default_factory=list)
    letter: Letter | None = None
    letter_shown: bool = False
    refunds: list[Refund] = field(default_factory=list)
    forfeits: list[Forfeit] = field(default_factory=list)

    @property
    def said(self) -> str:
        """Say in words where the deposit stands."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """Give the tone in which a page shows it."""
        return TONES.get(self.state, "quiet")

    @property
    def missing(self) -> Decimal:
        """Give what has still to come in."""
        return self.asked - self.counted

    def as_plain(self) -> dict[str, Any]:
        """Give it as the API does."""
        return {
            "lot": self.lot,
            "asked": f"{self.asked:.2f}",
            "account": self.account,
            "state": self.state,
            "counted": f"{self.counted:.2f}",
            "receipts": [
                {
                    "number": line.number,
                    "amount": f"{line.amount:.2f}",
                    "counts": f"{line.counts:.2f}",
                    "back": f"{line.back:.2f}",
                    "code": line.code,
                    "payer": line.payer,
                    "credited_at": line.credited_at,
                }
                for line in self.receipts
            ],
            "letter": vars(self.letter) | {"amount": f"{self.letter.amount:.2f}"}
            if self.letter
            else None,
            "refunds": [refund_plain(refund) for refund in self.refunds],
            "forfeits": [forfeit_plain(forfeit) for forfeit in self.forfeits],
        }


def own_deposits(actor: Actor, tender: Tender) -> list[Own]:
    """Give the deposits of the actor's own organisation, a line for each lot it registered for."""
    lots = {lot.number: lot for lot in tender.lots.all()}
    numbers = trading.registered_lots(actor, tender)
    if not numbers:
        return []
    bidder = trading.bidder_in(actor, tender)
    uscc, name = bidder.uscc, bidder.name
    own = [Own(number, lots[number].title, asked_of(tender, number)) for number in numbers]
    if is_settled(tender):
        kept = _kept(tender, uscc)
        for line in own:
            _fill_kept(line, kept.get(line.lot))
        return own
    kinds = ("deposit.received", "guarantee.handed_in")
    events = private.events_of_owner(tender.code, uscc, only=kinds)
    for line in own:
        _fill_withheld(line, tender, uscc, name, events)
    return own


def kept_line(tender: Tender, number: int, uscc: str) -> Own:
    """Give the same of anybody's deposit for a lot, once closing has made rows of it."""
    lot = trading.lot_of(tender, number)
    line = Own(number, lot.title, asked_of(tender, number))
    _fill_kept(line, _kept(tender, uscc).get(number))
    return line


def _fill_withheld(
    line: Own, tender: Tender, uscc: str, name: str, events: Sequence[private.Event]
) -> None:
    account = account_of(tender.code, line.lot, uscc)
    if tender.bids_close_at is None:
        return
    line.account = account if owner_of_account(account) else ""
    mine = [event for event in events if int(event.content["lot"]) == line.lot]
    notices = [notice_from(event) for event in mine if event.kind == "deposit.received"]
    owner = Owner(uscc, name, line.asked, tender.bids_close_at)
    for each in judged(notices, owner):
        line.receipts.append(
            ReceiptLine(
                each.notice.number,
                each.notice.amount,
                each.counts,
                each.back,
                each.code,
                each.notice.payer,
                each.notice.credited_at,
            )
        )
    letters = [event for event in mine if event.kind == "guarantee.handed_in"]
    line.letter = letter_from(letters[-1], tender) if letters else None
    line.counted = sum((each.counts for each in line.receipts), Decimal(0))
    line.state = laid_state(line.counted, line.asked, has_letter=bool(letters))


def _kept(tender: Tender, uscc: str) -> dict[int, Deposit]:
    rows = with_all(Deposit.objects.filter(tender=tender, bidder__uscc=uscc))
    return {deposit.lot.number: deposit for deposit in rows}


def _fill_kept(line: Own, deposit: Deposit | None) -> None:
    if deposit is None:
        return
    line.account = deposit.account
    line.receipts = [
        ReceiptLine(
            r.number, r.amount, r.counts, r.amount - r.counts, r.code, r.payer, r.credited_at
        )
        for r in deposit.receipts.all()
    ]
    line.counted = sum((each.counts for each in line.receipts), Decimal(0))
    line.refunds, line.forfeits = list(deposit.refunds.all()), list(deposit.forfeits.all())
    guarantee = getattr(deposit, "guarantee", None)
    if guarantee is not None:
        line.letter = Letter(
            guarantee.issuer,
            guarantee.number,
            guarantee.amount,
            guarantee.valid_until,
            guarantee.beneficiary,
            guarantee.sha256,
        )
        line.letter_shown = guarantee.document_id is not None
    line.state = state_of(deposit, line.counted)
