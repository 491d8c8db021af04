"""What a performance security has to be before it counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from deposits.domain.guarantees import LONGEST, NUMBER
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

BANK_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{4,40}")


@dataclass(frozen=True)
class Asked:
    """What a contract asks: how much, in which forms, in whose favour, signed by when."""

    amount: Decimal
    forms: Sequence[str]
    beneficiary: str
    sign_by: date


@dataclass(frozen=True)
class Given:
    """A letter as its winner declares it."""

    issuer: str
    number: str
    amount: Decimal
    valid_until: date
    beneficiary: str


def require_form(asked: Asked, form: str) -> None:
    """Refuse what is not asked at all, or not in this form."""
    if asked.amount <= 0:
        raise Conflict("security.not_asked", _("本合同不要求履约保证金。"))
    if form not in asked.forms:
        raise Conflict("security.form", _("文件不允许以这种形式提交履约保证金。"))


def require_whole(asked: Asked, amount: Decimal) -> None:
    """Refuse a part: a security is there in full or not at all; more than asked is not kept."""
    if amount != asked.amount:
        raise Invalid(
            "security.amount",
            _("履约保证金应为 %(amount)s 元。"),
            amount=f"{asked.amount:.2f}",
            field="amount",
        )


def checked_letter(given: Given, asked: Asked) -> Given:
    """Refuse a letter that covers less than what is asked, by the field that falls short.

    How long performance takes stands in the documents as prose: that the letter covers it, the
    purchaser sees to, and nothing is said here that was not checked.
    """
    if not given.issuer or len(given.issuer) > LONGEST:
        raise Invalid("security.issuer", _("请填写出具保函的机构全称。"), field="issuer")
    if not NUMBER.fullmatch(given.number):
        raise Invalid("security.number", _("保函编号格式不正确。"), field="letter_number")
    if given.amount < asked.amount:
        raise Invalid(
            "security.amount",
            _("履约保证金应为 %(amount)s 元。"),
            amount=f"{asked.amount:.2f}",
            field="amount",
        )
    if given.valid_until <= asked.sign_by:
        raise Invalid(
            "security.validity",
            _("保函有效期应晚于合同签订期限 %(until)s。"),
            until=asked.sign_by,
            field="valid_until",
        )
    if given.beneficiary != asked.beneficiary:
        raise Invalid(
            "security.beneficiary",
            _("保函受益人应为“%(name)s”。"),
            name=asked.beneficiary,
            field="beneficiary",
        )
    return given


def bank_number(text: str) -> str:
    """Take a number as banks give it."""
    clean = text.strip()
    if not BANK_NUMBER.fullmatch(clean):
        raise Invalid("security.bank_number", _("请填写银行流水号。"), field="bank_number")
    return clean
