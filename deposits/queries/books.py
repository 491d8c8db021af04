"""The journal added up, and what a deposit is bound for."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from deposits.domain import journal, outcomes
from deposits.models import Deposit, JournalEntry, JournalLine
from deposits.queries.withheld import noted
from kernel.money import from_fen
from trading.markets import method_of
from trading.models import Award, Contract, FrameworkAgreement
from trading.queries import candidates_left

MOVED_BY_BANK: Final = (
    "received",
    "returned",
    "secured",
    "unsecured",
    "paid",
    "recovered",
)
"""Entries that name the bank's number of the money that came or went."""


def sums_of(keys: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Add up the accounts of deposits."""
    sums = {key: journal.total([]) for key in keys}
    lines = JournalLine.objects.filter(entry__deposit__in=sums).order_by()
    grouped = lines.values_list("entry__deposit", "account").annotate(sum=Sum("fen"))
    for key, account, total in grouped:
        sums[key][account] = from_fen(total)
    return sums


def books() -> list[tuple[str, str, Decimal]]:
    """Give the accounts with their titles and what stands on each, for a page."""
    sums = trial_balance()
    return [(account, title, abs(sums[account])) for account, title in journal.ACCOUNTS.items()]


def trial_balance() -> dict[str, Decimal]:
    """Add up the whole journal by account: the sums together are zero, always."""
    sums = journal.total([])
    for account, total in (
        JournalLine.objects.order_by().values_list("account").annotate(sum=Sum("fen"))
    ):
        sums[account] = from_fen(total)
    return sums


def is_used(number: str) -> bool:
    """Tell whether a bank's number already stands for money that came or went, or was noted and
    still rests withheld: one transfer is never booked as two things.
    """
    rows = JournalEntry.objects.filter(kind__in=MOVED_BY_BANK, ref=number)
    return rows.exists() or noted(number) is not None


def fate_of(deposit: Deposit) -> str | None:
    """Give the outcome that is already settled for a deposit, or None while it is held."""
    lot, tender = deposit.lot, deposit.tender
    if deposit.hold:
        return None
    if "terminated" in (lot.state, tender.state):
        return "terminated"
    if lot.state == "failed":
        return "failed"
    if not deposit.has_bid:
        return "not_bid"
    due = Contract.objects.filter(lot=lot).exists()
    award = Award.objects.filter(lot=lot).first() if due else None
    begun = {"price_formed"} if lot.candidates else set()
    if method_of(tender).second_stage:
        return _shortlisted_fate(deposit)
    if award is None:
        left = candidates_left(lot)
        won = bool(left) and left[0]["uscc"] == deposit.bidder.uscc
    else:
        won = award.supplier_id == deposit.bidder_id
        begun |= {"award_notified"}
    if Contract.objects.filter(lot=lot, signed_at__isnull=False).exists():
        begun |= {"contract_signed"}
    outcome = "contracted" if won else "not_awarded"
    return outcome if outcomes.treatment(tender.market, outcome).starts in begun else None


def _shortlisted_fate(deposit: Deposit) -> str | None:
    """Give the same where several suppliers are shortlisted: each for itself, once it signed, and
    the others with the result.
    """
    made = FrameworkAgreement.objects.filter(lot=deposit.lot, due_on__isnull=False)
    if not made.exists():
        return None
    own = made.filter(supplier_id=deposit.bidder_id).first()
    if own is None:
        return "not_awarded"
    if own.signed_at:
        return "contracted"
    return "not_awarded" if own.state == "terminated" else None
