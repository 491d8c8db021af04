"""What others see after closing: who laid down what, and what the hall and the review say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from accounts.domain import AGENCY, AUDITOR, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from deposits.domain import holds, journal
from deposits.models import Claim, Deposit, Forfeit, Refund
from deposits.queries.books import sums_of
from deposits.queries.refunds import forfeit_plain, refund_plain
from deposits.queries.standing import STATES, TONES, state_of, with_all
from deposits.queries.withheld import asked_of, is_settled
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Tender

FORMS: Final = {
    "none_asked": "",
    "transfer": _("保证金已到账"),
    "guarantee": _("保证金以保函提交"),
    "short": _("保证金不足额"),
    "missing": _("未见保证金"),
}


def reads_deposits(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor may know who laid down what: the purchasing side, the centre and
    oversight, once closing has made rows of it.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    oversees = actor.has(CENTRE_OPS, REGULATOR, AUDITOR)
    return (side or oversees) and is_settled(tender)


@dataclass(frozen=True)
class Row:
    """A deposit as those who keep or oversee it see it."""

    pk: int
    lot: int
    bidder: str
    uscc: str
    asked: Decimal
    counted: Decimal
    held: Decimal
    state: str
    has_bid: bool
    last_credited_at: datetime | None
    letter: str
    refunds: tuple[Refund, ...]
    forfeits: tuple[Forfeit, ...]
    hold: str = ""

    @property
    def held_for(self) -> str:
        """Say why it does not go back by itself; empty where it does."""
        return holds.CAUSES[self.hold] if self.hold else ""

    @property
    def said(self) -> str:
        """Say in words where the deposit stands."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """Give the tone in which a page shows it."""
        return TONES.get(self.state, "quiet")

    def as_plain(self) -> dict[str, Any]:
        """Give it as the API does."""
        return {
            "lot": self.lot,
            "uscc": self.uscc,
            "bidder": self.bidder,
            "asked": f"{self.asked:.2f}",
            "counted": f"{self.counted:.2f}",
            "held": f"{self.held:.2f}",
            "state": self.state,
            "hold": self.hold,
            "has_bid": self.has_bid,
            "received_at": self.last_credited_at,
            "letter": self.letter,
            "refunds": [refund_plain(refund) for refund in self.refunds],
            "forfeits": [forfeit_plain(forfeit) for forfeit in self.forfeits],
        }

    @property
    def has_slip(self) -> bool:
        """Tell whether something was laid down that a slip can say."""
        return bool(self.counted or self.letter)

    @property
    def may_be_forfeited(self) -> bool:
        """Tell whether there is money that a decision could keep, or a letter to claim on."""
        is_there = self.counted > 0 or bool(self.letter)
        return is_there and self.state in {"full", "short", "letter", "due", "held"}


def deposits_of(tender: Tender) -> list[Row]:
    """List the deposits of a tender by lot and bidder."""
    rows = list(
        with_all(Deposit.objects.filter(tender=tender).exclude(asked=0, receipts=None)).order_by(
            "lot__number", "bidder__name"
        )
    )
    sums = sums_of([deposit.pk for deposit in rows])
    return [_row(deposit, sums[deposit.pk]) for deposit in rows]


def row_of(tender: Tender, number: int, uscc: str) -> dict[str, Any]:
    """Give one deposit as the API does."""
    return next(
        row.as_plain() for row in deposits_of(tender) if (row.lot, row.uscc) == (number, uscc)
    )


def _row(deposit: Deposit, sums: Mapping[str, Decimal]) -> Row:
    paid_in = list(deposit.receipts.all())
    counted = sum((receipt.counts for receipt in paid_in), Decimal(0))
    guarantee = getattr(deposit, "guarantee", None)
    return Row(
        pk=deposit.pk,
        lot=deposit.lot.number,
        bidder=deposit.bidder.name,
        uscc=deposit.bidder.uscc,
        asked=deposit.asked,
        counted=counted,
        held=journal.owed(sums, "held"),
        state=state_of(deposit, counted),
        has_bid=deposit.has_bid,
        last_credited_at=max((r.credited_at for r in paid_in if r.counts), default=None),
        letter=f"{guarantee.issuer} {guarantee.number}" if guarantee else "",
        refunds=tuple(deposit.refunds.all()),
        forfeits=tuple(deposit.forfeits.all()),
        hold=deposit.hold,
    )


@dataclass(frozen=True)
class Status:
    """What the opening list and the review say of a bid's deposit (rulebook 3.2, R09)."""

    form: str
    amount: Decimal
    received_at: datetime | None

    @property
    def said(self) -> str:
        """Say it as the list of the hall does."""
        return FORMS[self.form]

    @property
    def is_missing(self) -> bool:
        """Tell whether nothing that covers the sum was there: a lead for the review, no more."""
        return self.form in {"missing", "short"}


NOT_THERE: Final = Status("missing", Decimal(0), None)


def statuses(tender: Tender) -> dict[tuple[int, str], Status]:
    """Give the deposit status of everybody who laid something down, by lot and credit code."""
    rows = Deposit.objects.filter(tender=tender).select_related("lot", "bidder", "guarantee")
    return {
        (row.lot.number, row.bidder.uscc): _status(row) for row in rows.prefetch_related("receipts")
    }


def _status(deposit: Deposit) -> Status:
    counting = [receipt for receipt in deposit.receipts.all() if receipt.counts]
    counted = sum((receipt.counts for receipt in counting), Decimal(0))
    form = _form(counted, deposit.asked, has_letter=hasattr(deposit, "guarantee"))
    return Status(form, counted, max((r.credited_at for r in counting), default=None))


def status_of(tender: Tender, number: int, uscc: str) -> Status:
    """Give the deposit status of one bidder for one lot; whoever laid down nothing misses it."""
    if asked_of(tender, number) <= 0:
        return Status("none_asked", Decimal(0), None)
    return statuses(tender).get((number, uscc), NOT_THERE)


def _form(counted: Decimal, asked: Decimal, *, has_letter: bool) -> str:
    if counted >= asked:
        return "transfer"
    if has_letter:
        return "guarantee"
    return "short" if counted else "missing"


def deposit_for(tender: Tender, number: int, uscc: str) -> Deposit:
    """Give the deposit of one bidder for one lot."""
    found = Deposit.objects.filter(tender=tender, lot__number=number, bidder__uscc=uscc).first()
    if found is None:
        raise Missing("deposit.missing", _("没有这笔保证金。"))
    return found


def claim_for(tender: Tender, key: int) -> Claim:
    """Give a claim of a tender by its key."""
    rows = Claim.objects.filter(forfeit__deposit__tender=tender, pk=key)
    found = rows.select_related("forfeit__deposit__bidder", "forfeit__deposit__guarantee").first()
    if found is None:
        raise Missing("claim.missing", _("没有这项索赔。"))
    return found


def forfeit_for(tender: Tender, key: int) -> Forfeit:
    """Give a decision of a tender by its key."""
    found = Forfeit.objects.filter(deposit__tender=tender, pk=key).select_related("deposit").first()
    if found is None:
        raise Missing("forfeit.missing", _("没有这项决定。"))
    return found
