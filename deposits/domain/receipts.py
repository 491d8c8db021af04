"""What a payment on a sub-account is worth: a deposit, a part of one, or money to send back.

Nothing is ever lost: what does not count goes back, and says why by a stable code.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from kernel import money, uscc
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

OFFICE: Final = "8843"
DIGITS: Final = 12
NUMBER: Final = re.compile(r"[0-9A-Za-z-]{6,40}")
ACCOUNT: Final = re.compile(r"[0-9]{6,32}")
LONGEST_NAME: Final = 100
OLDEST: Final = timedelta(days=366)
AHEAD: Final = timedelta(minutes=5)

RECEIPT_CODES: Final = {
    "receipt.not_security": _("不是足额的履约保证金，或者不在提交期间，原路退回"),
    "receipt.in_full": _("已足额到账"),
    "receipt.short": _("已到账，尚未足额"),
    "receipt.surplus": _("已足额，多付的部分退回"),
    "receipt.late": _("投标截止后到账，不计入，退回"),
    "receipt.wrong_payer": _("付款人不是本单位，不计入，退回"),
    "receipt.unknown_account": _("没有这个子账号，由银行原路退回"),
}


@dataclass(frozen=True)
class Notice:
    """What the bank says of one payment: its own number, the account, the sum, the payer, when."""

    number: str
    account: str
    amount: Decimal
    payer: str
    payer_uscc: str
    credited_at: datetime


@dataclass(frozen=True)
class Owner:
    """Whose sub-account it is, what is asked and until when."""

    uscc: str
    name: str
    asked: Decimal
    deadline: datetime


@dataclass(frozen=True)
class Judged:
    """A payment with what of it counts, what goes back, and the code that says why."""

    notice: Notice
    code: str
    counts: Decimal
    back: Decimal


def account_number(secret: bytes) -> str:
    """Make a sub-account number of a secret tag: the office's prefix, digits, a check digit."""
    digits = f"{int.from_bytes(secret[:16]) % 10**DIGITS:0{DIGITS}d}"
    return f"{OFFICE}{digits}{check_digit(OFFICE + digits)}"


def check_digit(digits: str) -> str:
    """Give the digit that makes a number pass Luhn's rule, so that a slip finds no account."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        twice = int(digit) * (2 if place % 2 == 0 else 1)
        total += twice // 10 + twice % 10
    return str(-total % 10)


def checked(  # noqa: PLR0913 - the fields of a bank's notice
    *,
    number: str,
    account: str,
    amount: str,
    payer: str,
    payer_uscc: str,
    credited_at: datetime,
    at: datetime,
) -> Notice:
    """Read a bank's notice; refuse what no bank would send."""
    if not NUMBER.fullmatch(number):
        raise Invalid("receipt.bad_number", _("银行流水号格式不正确。"), field="number")
    if not ACCOUNT.fullmatch(account):
        raise Invalid("receipt.bad_account", _("账号格式不正确。"), field="account")
    sum_paid = money.parse(amount)
    if sum_paid <= 0:
        raise Invalid("receipt.bad_amount", _("金额必须大于零。"), field="amount")
    if not payer.strip() or len(payer) > LONGEST_NAME or not payer.isprintable():
        raise Invalid("receipt.bad_payer", _("付款人名称格式不正确。"), field="payer")
    if payer_uscc and not uscc.check(payer_uscc, lenient=True).valid:
        raise Invalid("receipt.bad_uscc", _("付款人统一社会信用代码不正确。"), field="payer_uscc")
    if credited_at.tzinfo is None or not at - OLDEST <= credited_at <= at + AHEAD:
        raise Invalid("receipt.bad_time", _("到账时间不合理。"), field="credited_at")
    return Notice(number, account, sum_paid, payer.strip(), payer_uscc, credited_at)


def judge(notices: Iterable[Notice], owner: Owner) -> list[Judged]:
    """Judge the payments of one bidder for one lot in the order in which they came in."""
    judged: list[Judged] = []
    left = owner.asked
    for notice in notices:
        code, counts = _worth(notice, owner, left)
        left -= counts
        judged.append(Judged(notice, code, counts, notice.amount - counts))
    return judged


def _worth(notice: Notice, owner: Owner, left: Decimal) -> tuple[str, Decimal]:
    if notice.credited_at >= owner.deadline:
        return "receipt.late", Decimal(0)
    if not is_own(notice, owner):
        return "receipt.wrong_payer", Decimal(0)
    if notice.amount > left:
        return "receipt.surplus", left
    return ("receipt.in_full" if notice.amount == left else "receipt.short"), notice.amount


def is_own(notice: Notice, owner: Owner) -> bool:
    """Tell whether a bidder paid by itself: by its code if the bank gives one, and by its name."""
    by_code = not notice.payer_uscc or notice.payer_uscc == owner.uscc
    return by_code and _plain(notice.payer) == _plain(owner.name)


def _plain(name: str) -> str:
    """Give a name as banks may write it: width and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
