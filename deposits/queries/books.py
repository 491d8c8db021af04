"""The journal added up, and what a deposit is bound for."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from deposits.domain import journal, outcomes
from deposits.models import Deposit, JournalLine
from kernel.money import from_fen
from trading.models import Award, Contract


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
