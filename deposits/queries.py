"""Read deposits: one's own before closing, everybody's for those who may after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.domain import AGENCY, AUDITOR, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from deposits.domain import journal, outcomes, rates, receipts
from deposits.domain.guarantees import Letter, Wanted
from deposits.domain.receipts import Judged, Notice, Owner
from deposits.models import Deposit, Forfeit, JournalLine, Refund, Settlement
from kernel.calendar import local_date
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import private
from trading import queries as trading
from trading.domain import deposits as asking
from trading.models import Award, Contract, Tender

BANK_TREE: Final = "bank"
"""The private tree of what the bank says, which is no tender's and is never published."""
STATES: Final = {
    "none": _("尚未交纳"),
    "short": _("未足额"),
    "full": _("已足额"),
    "letter": _("已交保函"),
    "due": _("待退还"),
    "paid": _("已退还"),
    "forfeited": _("不予退还"),
    "converted": _("已转作价款"),
}
TONES: Final = {"full": "good", "letter": "good", "converted": "good", "due": "note"} | {
    "none": "care",
    "short": "care",
    "forfeited": "bad",
}


# --- what is asked, and the account ---


def asked_of(tender: Tender, number: int) -> Decimal:
    """Give what a lot's bidder lays down."""
    budgets = {lot.number: lot.budget for lot in tender.lots.all()}
    if number not in budgets:
        raise Missing("lot.missing", _("没有第 %(number)s 采购包。"), number=number)
    return asking.share_of_lot(tender.bid_security, budgets, number)


def account_of(code: str, number: int, uscc: str) -> str:
    """Give the sub-account of a bidder for a lot; only the intake key can tell whose it is."""
    return receipts.account_number(private.tag(b"sub-account", code, str(number), uscc))


def account_once(account: str) -> str:
    """Give the name under which a sub-account is found again."""
    return f"account.{account}"


def owner_of_account(account: str) -> private.Event | None:
    """Give the opening of a sub-account, which says whose it is and for which lot."""
    return private.happened(BANK_TREE, account_once(account))


def notice_once(number: str) -> str:
    """Give the name under which a bank's notice counts once."""
    return f"receipt.{number}"


def noted(number: str) -> private.Event | None:
    """Give the bank's notice of this number, if it came before."""
    return private.happened(BANK_TREE, notice_once(number))


def takes_bids(tender: Tender, at: datetime) -> bool:
    """Tell whether the deadline is still ahead."""
    closes_at = tender.bids_close_at
    return tender.state == "announced" and closes_at is not None and at < closes_at


def require_taking_bids(tender: Tender, at: datetime) -> None:
    """Refuse what belongs before the deadline."""
    if not takes_bids(tender, at):
        raise Conflict("tender.not_taking_bids", _("本项目不在投标期内，不能办理。"))


def is_settled(tender: Tender) -> bool:
    """Tell whether what was withheld has become rows."""
    return Settlement.objects.filter(tender=tender).exists()


def has_bid(tender: Tender, number: int, uscc: str) -> bool:
    """Tell whether a bidder bid for a lot, as closing found it."""
    settled = Settlement.objects.get(tender=tender)
    return uscc in settled.bidders.get(str(number), ())


# --- withheld events as values ---


def plain(notice: Notice) -> dict[str, object]:
    """Give a notice as it rests in an event."""
    return {
        "number": notice.number,
        "account": notice.account,
        "amount": f"{notice.amount:.2f}",
        "payer": notice.payer,
        "payer_uscc": notice.payer_uscc,
        "credited_at": notice.credited_at,
    }


def notice_from(event: private.Event) -> Notice:
    """Read a notice out of its event."""
    content = event.content
    return Notice(
        str(content["number"]),
        str(content["account"]),
        Decimal(content["amount"]),
        str(content["payer"]),
        str(content["payer_uscc"]),
        datetime.fromisoformat(content["credited_at"]),
    )


def letter_from(event: private.Event, tender: Tender) -> Letter:
    """Read a guarantee letter out of its event; in whose favour it is, the check has made sure."""
    content = event.content
    return Letter(
        str(content["issuer"]),
        str(content["letter"]),
        Decimal(content["amount"]),
        date.fromisoformat(content["valid_until"]),
        tender.purchaser.name,
        str(content["sha256"]),
    )


def judged(notices: Iterable[Notice], owner: Owner) -> list[Judged]:
    """Judge payments in the order in which the bank credited them."""
    return receipts.judge(sorted(notices, key=lambda n: (n.credited_at, n.number)), owner)


def owner_for(deposit: Deposit) -> Owner:
    """Give whose account it is and what is still missing on it."""
    counted = deposit.receipts.aggregate(sum=Sum("counts"))["sum"] or Decimal(0)
    closes_at = deposit.tender.bids_close_at
    if closes_at is None:
        raise ValueError(f"{deposit.tender.code} never had a deadline")
    bidder = deposit.bidder
    return Owner(bidder.uscc, bidder.name, deposit.asked - counted, closes_at)


# --- the journal ---


def sums_of(keys: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Add up the accounts of deposits."""
    sums = {key: journal.total([]) for key in keys}
    lines = JournalLine.objects.filter(entry__deposit__in=sums).order_by()
    grouped = lines.values_list("entry__deposit", "account").annotate(sum=Sum("amount"))
    for key, account, total in grouped:
        sums[key][account] = total
    return sums


def books() -> list[tuple[str, str, Decimal]]:
    """Give the accounts with their titles and what stands on each, for a page."""
    sums = trial_balance()
    return [(account, title, abs(sums[account])) for account, title in journal.ACCOUNTS.items()]


def trial_balance() -> dict[str, Decimal]:
    """Add up the whole journal by account: the sums together are zero, always."""
    sums = journal.total([])
    for account, total in (
        JournalLine.objects.order_by().values_list("account").annotate(sum=Sum("amount"))
    ):
        sums[account] = total
    return sums


def fate_of(deposit: Deposit) -> str | None:
    """Give the outcome that is already settled for a deposit, or None while it is held."""
    lot, tender = deposit.lot, deposit.tender
    if "terminated" in (lot.state, tender.state):
        return "terminated"
    if lot.state == "failed":
        return "failed"
    if not deposit.has_bid:
        return "not_bid"
    award = Award.objects.filter(lot=lot, notified_at__isnull=False).first()
    if award is None:
        return None
    outcome = "contracted" if award.supplier_id == deposit.bidder_id else "not_awarded"
    signed = Contract.objects.filter(lot=lot, signed_at__isnull=False).exists()
    begun = {"award_notified", "contract_signed"} if signed else {"award_notified"}
    return outcome if outcomes.treatment(tender.market, outcome).starts in begun else None


# --- what a bidder sees of its own ---


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
    uscc, name = trading.bidder_of(actor).uscc, trading.bidder_of(actor).name
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
    line.state = _laid_state(line.counted, line.asked, has_letter=bool(letters))


def _laid_state(counted: Decimal, asked: Decimal, *, has_letter: bool) -> str:
    if counted and counted >= asked:
        return "full"
    if has_letter:
        return "letter"
    return "short" if counted else "none"


def _kept(tender: Tender, uscc: str) -> dict[int, Deposit]:
    rows = with_all(Deposit.objects.filter(tender=tender, bidder__uscc=uscc))
    return {deposit.lot.number: deposit for deposit in rows}


def with_all(rows: QuerySet[Deposit]) -> QuerySet[Deposit]:
    """Fetch deposits with all that is shown of them, in a fixed number of questions."""
    return rows.select_related("tender", "lot", "bidder", "guarantee").prefetch_related(
        "receipts", "refunds", "forfeits"
    )


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


def state_of(deposit: Deposit, counted: Decimal) -> str:
    """Say where a deposit stands after closing, from its rows."""
    if any(forfeit.undone_at is None for forfeit in deposit.forfeits.all()):
        return "forfeited"
    own = [r for r in deposit.refunds.all() if r.outcome != "not_counted" and r.state != "stopped"]
    if any(refund.state == "due" for refund in own):
        return "due"
    if own:
        return "paid"
    if _is_converted(deposit):
        return "converted"
    return _laid_state(counted, deposit.asked, has_letter=hasattr(deposit, "guarantee"))


def _is_converted(deposit: Deposit) -> bool:
    acts = outcomes.treatment(deposit.tender.market, "contracted").act
    return acts == "convert" and deposit.entries.filter(kind="converted").exists()


def wanted_letter(tender: Tender, number: int) -> Wanted:
    """Give what a guarantee letter for a lot has to cover."""
    if tender.bids_close_at is None:
        raise Conflict("tender.not_taking_bids", _("本项目不在投标期内，不能办理。"))
    return Wanted(
        asked_of(tender, number), tender.bids_close_at, tender.validity_days, tender.purchaser.name
    )


# --- what others see, after closing ---


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
            "has_bid": self.has_bid,
            "received_at": self.last_credited_at,
            "letter": self.letter,
            "refunds": [refund_plain(refund) for refund in self.refunds],
            "forfeits": [forfeit_plain(forfeit) for forfeit in self.forfeits],
        }

    @property
    def may_be_forfeited(self) -> bool:
        """Tell whether there is money that a decision could keep."""
        return self.counted > 0 and self.state in {"full", "short", "due"}


def deposits_of(tender: Tender) -> list[Row]:
    """List the deposits of a tender by lot and bidder."""
    rows = list(
        with_all(Deposit.objects.filter(tender=tender)).order_by("lot__number", "bidder__name")
    )
    sums = sums_of([deposit.pk for deposit in rows])
    return [_row(deposit, sums[deposit.pk]) for deposit in rows]


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
    )


@dataclass(frozen=True)
class Status:
    """What the opening list and the review say of a bid's deposit (rulebook 3.2, R09)."""

    form: str
    amount: Decimal
    received_at: datetime | None

    @property
    def is_missing(self) -> bool:
        """Tell whether nothing that covers the sum was there: a lead for the review, no more."""
        return self.form in {"missing", "short"}


def statuses(tender: Tender) -> dict[tuple[int, str], Status]:
    """Give the deposit status of everybody who laid something down, by lot and credit code."""
    return {
        (row.lot, row.uscc): Status(
            _form(row.counted, row.asked, row.letter), row.counted, row.last_credited_at
        )
        for row in deposits_of(tender)
    }


def status_of(tender: Tender, number: int, uscc: str) -> Status:
    """Give the deposit status of one bidder for one lot; whoever laid down nothing misses it."""
    if asked_of(tender, number) <= 0:
        return Status("none_asked", Decimal(0), None)
    return statuses(tender).get((number, uscc), Status("missing", Decimal(0), None))


def _form(counted: Decimal, asked: Decimal, letter: str) -> str:
    if counted >= asked:
        return "transfer"
    if letter:
        return "guarantee"
    return "short" if counted else "missing"


# --- refunds ---


def refunds_to_pay() -> list[Refund]:
    """List what has to go back, by the day it is due."""
    rows = Refund.objects.filter(state="due").prefetch_related("deposit__receipts")
    return list(rows.select_related("deposit__tender", "deposit__lot", "deposit__bidder"))


def refunds_paid(limit: int = 50) -> list[Refund]:
    """List what went back last."""
    rows = Refund.objects.filter(state="paid").order_by("-paid_on", "-pk")[:limit]
    return list(rows.select_related("deposit__tender", "deposit__lot", "deposit__bidder"))


def interest_on(refund: Refund, paid_on: date) -> Decimal:
    """Give the interest a refund bears if it goes out on a day: what it earned, and what it owes
    for being late.
    """
    late = rates.late_interest(refund.amount, refund.due_on, paid_on)
    if not refund.with_interest:
        return late
    counting = [r for r in refund.deposit.receipts.all() if r.counts]
    since = max((local_date(r.credited_at) for r in counting), default=refund.starts_on)
    return late + rates.kept_interest(refund.amount, since, paid_on)


def terms_kept(tender: Tender) -> dict[str, int]:
    """Count the refunds of those who bid that went out in time, late, or are overdue or running.

    Whoever paid and did not bid is left out: that there was such a one is told to nobody.
    """
    today = F("due_on")
    rows = Refund.objects.filter(
        deposit__tender=tender, outcome__in=("not_awarded", "contracted", "failed", "terminated")
    ).filter(deposit__has_bid=True)
    return rows.aggregate(
        kept=Count("pk", filter=Q(state="paid", paid_on__lte=today)),
        late=Count("pk", filter=Q(state="paid", paid_on__gt=today)),
        running=Count("pk", filter=Q(state="due")),
    )


def forfeit_for(tender: Tender, key: int) -> Forfeit:
    """Give a decision of a tender by its key."""
    found = Forfeit.objects.filter(deposit__tender=tender, pk=key).select_related("deposit").first()
    if found is None:
        raise Missing("forfeit.missing", _("没有这项决定。"))
    return found


def deposit_for(tender: Tender, number: int, uscc: str) -> Deposit:
    """Give the deposit of one bidder for one lot."""
    found = Deposit.objects.filter(tender=tender, lot__number=number, bidder__uscc=uscc).first()
    if found is None:
        raise Missing("deposit.missing", _("没有这笔保证金。"))
    return found


def refund_plain(refund: Refund) -> dict[str, Any]:
    """Give a refund as the API does."""
    return {
        "id": refund.pk,
        "outcome": refund.outcome,
        "payee": refund.payee,
        "amount": f"{refund.amount:.2f}",
        "interest": f"{refund.interest:.2f}",
        "article": refund.article,
        "due_on": refund.due_on,
        "state": refund.state,
        "paid_on": refund.paid_on,
        "bank_number": refund.bank_number or "",
    }


def forfeit_plain(forfeit: Forfeit) -> dict[str, Any]:
    """Give a decision as the API does."""
    return {
        "id": forfeit.pk,
        "ground": forfeit.ground,
        "article": forfeit.article,
        "reason": forfeit.reason,
        "amount": f"{forfeit.amount:.2f}",
        "decided_at": forfeit.decided_at,
        "undone_at": forfeit.undone_at,
        "undo_reason": forfeit.undo_reason,
    }
