"""What is asked, the sub-account, and what rests withheld until closing."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from deposits.domain import receipts
from deposits.domain.guarantees import Letter, Wanted
from deposits.domain.receipts import Judged, Notice, Owner
from deposits.models import Deposit, Settlement
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from trading import queries as trading
from trading.models import Contract, Tender

BANK_TREE: Final = "bank"
"""The private tree of what the bank says, which is no tender's and is never published."""


def asked_of(tender: Tender, number: int) -> Decimal:
    """Give what a lot's bidder lays down."""
    return trading.deposit_asked(tender, number)


def account_of(code: str, number: int, uscc: str) -> str:
    """Give the sub-account of a bidder for a lot; only the intake key can tell whose it is."""
    return receipts.account_number(private.tag(b"sub-account", code, str(number), uscc))


def security_account(contract: Contract) -> str:
    """Give the sub-account for a winner's performance security, never that of its deposit: what
    comes in on one is never taken for the other.
    """
    named = contract.lot.tender.code, str(contract.lot.number), str(contract.pk)
    return receipts.account_number(private.tag(b"security-account", *named))


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


def wanted_letter(tender: Tender, number: int) -> Wanted:
    """Give what a guarantee letter for a lot has to cover."""
    if tender.bids_close_at is None:
        raise Conflict("tender.not_taking_bids", _("本项目不在投标期内，不能办理。"))
    return Wanted(
        asked_of(tender, number), tender.bids_close_at, tender.validity_days, tender.purchaser.name
    )


def is_settled(tender: Tender) -> bool:
    """Tell whether what was withheld has become rows."""
    return Settlement.objects.filter(tender=tender).exists()


def has_bid(tender: Tender, number: int, uscc: str) -> bool:
    """Tell whether a bidder bid for a lot, as closing found it."""
    settled = Settlement.objects.get(tender=tender)
    return uscc in settled.bidders.get(str(number), ())


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
    # Added up here: SQLite would add decimals as floats, and a sum would not be full.
    counted = sum(deposit.receipts.values_list("counts", flat=True), Decimal(0))
    closes_at = deposit.tender.bids_close_at
    if closes_at is None:
        raise ValueError(f"{deposit.tender.code} never had a deadline")
    bidder = deposit.bidder
    return Owner(bidder.uscc, bidder.name, deposit.asked - counted, closes_at)
