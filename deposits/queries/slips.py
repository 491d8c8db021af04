"""What the printed slips of a deposit say: what came in, and what went back.

A slip is made for whoever asks and may have it, and kept nowhere: an ordered paper would tell by
its number and its fact who paid, and before closing even that somebody did.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import queries as accounts
from accounts.models import Organisation
from deposits.models import Deposit, Refund
from deposits.queries.own import Own
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.markets import words_of
from trading.models import Tender


def slip_of(tender: Tender, bidder: Organisation, line: Own, at: datetime) -> dict[str, Any]:
    """Give the slip of what was laid down for a lot (保证金缴纳凭证)."""
    if not line.counted and line.letter is None:
        raise Missing("slip.nothing", _("这个采购包还没有计入的保证金，也没有保函。"))
    return {
        **_about(tender, line.lot, bidder, at),
        "number": f"{tender.code}-BZJ-{line.lot:02d}-{bidder.uscc[-6:]}",
        "account": line.account,
        "asked": f"{line.asked:.2f}",
        "counted": f"{line.counted:.2f}",
        "counted_in_capitals": in_capitals(line.counted),
        "said": line.said,
        "receipts": [
            {
                "number": receipt.number,
                "credited_at": receipt.credited_at,
                "payer": receipt.payer,
                "amount": f"{receipt.amount:.2f}",
                "counts": f"{receipt.counts:.2f}",
                "said": receipt.said,
            }
            for receipt in line.receipts
        ],
        "letter": _letter(line),
        "printed_at": at,
    }


def refund_slip_of(refund: Refund, at: datetime) -> dict[str, Any]:
    """Give the slip of money that went back (保证金退还凭证)."""
    if refund.state != "paid":
        raise Missing("slip.not_paid", _("这笔保证金还没有退还。"))
    deposit = refund.deposit
    paid = refund.amount + Decimal(refund.interest)
    return {
        **_about(deposit.tender, deposit.lot.number, deposit.bidder, at),
        "number": f"{deposit.tender.code}-TH-{deposit.lot.number:02d}-{refund.pk}",
        "payee": refund.payee,
        "outcome": refund.get_outcome_display(),
        "article": refund.article,
        "amount": f"{refund.amount:.2f}",
        "interest": f"{refund.interest:.2f}",
        "paid": f"{paid:.2f}",
        "paid_in_capitals": in_capitals(paid),
        "due_on": refund.due_on,
        "paid_on": refund.paid_on,
        "bank_number": refund.bank_number,
        "printed_at": at,
    }


def refund_of(tender: Tender, key: int) -> Refund:
    """Give a refund of a tender by its key."""
    rows = Refund.objects.select_related("deposit__tender", "deposit__lot", "deposit__bidder")
    found = rows.filter(deposit__tender=tender, pk=key).first()
    if found is None:
        raise no_slip()
    return found


def bidder_with_deposit(tender: Tender, number: int, uscc: str) -> Organisation:
    """Give who laid something down for a lot, once closing has made rows of it."""
    rows = Deposit.objects.filter(tender=tender, lot__number=number, bidder__uscc=uscc)
    found = rows.select_related("bidder").first()
    if found is None:
        raise no_slip()
    return found.bidder


def no_slip() -> Missing:
    """Say that there is no such slip, to whoever may not have it too."""
    return Missing("slip.missing", _("没有这份凭证。"))


def _about(tender: Tender, number: int, bidder: Organisation, at: datetime) -> dict[str, Any]:
    lot, words = trading.lot_of(tender, number), words_of(tender)
    return {
        **trading.paper_head(tender, lot),
        "tender": tender.code,
        "title": tender.title,
        "lot": number,
        "lot_called": words["lot_number"] % {"number": number},
        "lot_title": lot.title,
        "transaction_code": lot.transaction_code,
        "purchaser": tender.purchaser.name,
        "payer": bidder.name,
        "payer_uscc": bidder.uscc,
        "keeper": accounts.operator(at).name,
        "words": {name: words[name] for name in ("purchaser", "bidder", "lot")},
    }


def _letter(line: Own) -> Mapping[str, Any]:
    if line.letter is None:
        return {}
    return {
        "issuer": line.letter.issuer,
        "number": line.letter.number,
        "amount": f"{line.letter.amount:.2f}",
        "valid_until": line.letter.valid_until,
        "sha256": line.letter.sha256,
    }
