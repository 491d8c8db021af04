"""Unified transaction codes (统一交易标识码): the name by which the nation's platforms know one lot
(rulebook 8.1).

`CCC-UUUUUUUUUUUUUUUUUU-YYYYMMDD-NNNNNN-K`: the class of what is traded, the credit code of the
platform's operator, the day, a serial number of that day, and a check character by ISO 7064
MOD 37-2 over the 35 before it. It is given once and never used again.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum.iso7064 import mod_37_2

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

LENGTH: Final = 36
LAST_SERIAL: Final = 999_999
_FORM = re.compile(
    r"(?P<kind>[A-Z][0-9]{2})(?P<operator>[0-9A-Z]{18})(?P<day>[0-9]{8})(?P<serial>[0-9]{6})[0-9A-Z*]"
)


@dataclass(frozen=True)
class TransactionCode:
    """What a code says: class, operator, day and serial number."""

    kind: str
    operator: str
    day: date
    serial: int

    def __str__(self) -> str:
        parts = (self.kind, self.operator, f"{self.day:%Y%m%d}", f"{self.serial:06d}")
        return "-".join((*parts, check_character("".join(parts))))


def check_character(first_thirty_five: str) -> str:
    """Give the check character of what stands before it, hyphens left out."""
    return str(mod_37_2.calc_check_digit(first_thirty_five))


def compose(*, kind: str, operator: str, day: date, serial: int) -> str:
    """Write the code of the day's next lot; a day has no more than six digits of them."""
    if serial > LAST_SERIAL:
        raise Conflict(
            "transaction_code.used_up", _("今日的统一交易标识码已用完，请次日零时后再发布。")
        )
    return str(read(str(TransactionCode(kind, operator, day, serial))))


def read(text: str) -> TransactionCode:
    """Read a code as people write it: small letters and missing hyphens are forgiven, a wrong check
    character is not.
    """
    code = re.sub(r"[\s-]", "", text).upper()
    found = _FORM.fullmatch(code)
    if found is None:
        raise Invalid(
            "transaction_code.malformed",
            _("统一交易标识码应为 36 位：3 位分类、18 位信用代码、8 位日期、6 位流水、1 位校验。"),
        )
    if (expected := check_character(code[:-1])) != code[-1]:
        raise Invalid("transaction_code.check", _("校验位应为 %(expected)s。"), expected=expected)
    return TransactionCode(
        found["kind"], found["operator"], _day(found["day"]), int(found["serial"])
    )


def _day(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as wrong:
        raise Invalid("transaction_code.day", _("“%(day)s”不是日期。"), day=digits) from wrong
