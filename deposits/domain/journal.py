"""Double entry for other people's money: every entry sums to zero, nothing is ever changed.

An account is credited with a minus. What is owed to a bidder stands on the accounts of its deposit;
neither may ever be overdrawn: nobody gets back more than came in with its interest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.money import LARGEST, to_fen
from kernel.text import gettext_noop as _

ACCOUNTS: Final = {
    "bank": _("专户存款"),
    "held": _("代管保证金"),
    "payable": _("应退保证金"),
    "secured": _("代管履约保证金"),
    "interest": _("利息与资金占用费"),
    "treasury": _("不予退还（上缴国库）"),
    "damages": _("不予退还的履约保证金"),
    "price": _("转作价款"),
    "guarantor": _("应收保函赔付"),
    "claims": _("保函赔付（归受益人）"),
}
OWED: Final = frozenset({"held", "payable", "secured", "treasury", "damages", "price", "claims"})
"""What is owed to somebody: a credit, never a debit."""

ENTRY_KINDS: Final = {
    "received": _("收到保证金"),
    "returned": _("收到应退款项"),
    "released": _("转为应退"),
    "stopped": _("停止退还"),
    "interest": _("计付利息"),
    "paid": _("退还"),
    "forfeited": _("不予退还"),
    "converted": _("转作价款"),
    "secured": _("收到履约保证金"),
    "unsecured": _("退还履约保证金"),
    "damages": _("履约保证金不予退还"),
    "claimed": _("向保函出具机构索赔"),
    "recovered": _("保函已赔付"),
    "refused": _("保函拒绝赔付"),
    "reversed": _("冲正"),
}

Lines = Mapping[str, Decimal]


@dataclass(frozen=True)
class Posting:
    """One entry to make: of which kind, and what it moves."""

    kind: str
    lines: Lines


def received(amount: Decimal) -> Posting:
    """Take in what counts as the deposit."""
    return _moved("received", "held", "bank", amount)


def returned(amount: Decimal) -> Posting:
    """Take in what does not count and has to go back: it is owed from the first moment."""
    return _moved("returned", "payable", "bank", amount)


def released(amount: Decimal) -> Posting:
    """Let a deposit go: what was held is now to be paid back."""
    return _moved("released", "payable", "held", amount)


def stopped(amount: Decimal) -> Posting:
    """Hold again what was to be paid back."""
    return _moved("stopped", "held", "payable", amount)


def interest(amount: Decimal) -> Posting:
    """Owe interest on top."""
    return _moved("interest", "payable", "interest", amount)


def paid(amount: Decimal) -> Posting:
    """Pay out what is owed."""
    return _moved("paid", "bank", "payable", amount)


def forfeited(amount: Decimal) -> Posting:
    """Keep a deposit for the treasury."""
    return _moved("forfeited", "treasury", "held", amount)


def converted(amount: Decimal) -> Posting:
    """Make a deposit part of the price."""
    return _moved("converted", "price", "held", amount)


def secured(amount: Decimal) -> Posting:
    """Take in a performance security."""
    return _moved("secured", "secured", "bank", amount)


def unsecured(amount: Decimal) -> Posting:
    """Pay a performance security back."""
    return _moved("unsecured", "bank", "secured", amount)


def damages(amount: Decimal) -> Posting:
    """Keep a performance security for whoever the contract was not performed to (BL 60)."""
    return _moved("damages", "damages", "secured", amount)


def claimed(amount: Decimal) -> Posting:
    """Ask a guarantor for what its letter stands for: it is the beneficiary's."""
    return _moved("claimed", "claims", "guarantor", amount)


def recovered(amount: Decimal) -> Posting:
    """Note that the guarantor paid the beneficiary: nothing is claimed any more."""
    return _moved("recovered", "guarantor", "claims", amount)


def refused(amount: Decimal) -> Posting:
    """Note that the guarantor does not pay."""
    return _moved("refused", "guarantor", "claims", amount)


def reversal(lines: Lines) -> Posting:
    """Undo an entry by its mirror; the entry itself stays."""
    return Posting("reversed", {account: -amount for account, amount in lines.items()})


def total(entries: Iterable[Lines]) -> dict[str, Decimal]:
    """Add entries up by account; every account is there."""
    sums = dict.fromkeys(ACCOUNTS, Decimal(0))
    for lines in entries:
        for account, amount in lines.items():
            sums[account] += amount
    return sums


def owed(sums: Lines, account: str) -> Decimal:
    """Give what stands to somebody's credit on an account."""
    return -sums[account]


def after(sums: Lines, posting: Posting) -> dict[str, Decimal]:
    """Give the sums after an entry, or refuse what would overdraw an account of the bidder."""
    if sum(posting.lines.values(), Decimal(0)) != 0:
        raise ValueError(f"{posting.kind} does not sum to zero")
    then = total([sums, posting.lines])
    if any(owed(then, account) < 0 for account in OWED):
        raise Conflict("deposit.not_there", _("账上没有这么多保证金，不能办理。请刷新页面。"))
    return then


def _moved(kind: str, credit: str, debit: str, amount: Decimal) -> Posting:
    to_fen(amount)
    if not 0 < amount <= LARGEST:
        raise Invalid("deposit.bad_amount", _("金额必须大于零。"), field="amount")
    return Posting(kind, {credit: -amount, debit: amount})
