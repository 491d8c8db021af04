"""Guarantee letters (保函): who stands in for the deposit, for how much, how long, to whom."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from kernel.calendar import local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

NUMBER: Final = re.compile(r"[0-9A-Za-z〔〕（）()\[\]第号字-]{4,60}")
LONGEST: Final = 100


@dataclass(frozen=True)
class Letter:
    """A guarantee letter as its bidder declares it; the file is bound by its digest."""

    issuer: str
    number: str
    amount: Decimal
    valid_until: date
    beneficiary: str
    sha256: str


@dataclass(frozen=True)
class Wanted:
    """What a letter has to cover: the sum, the bid's validity, and in whose favour."""

    amount: Decimal
    bids_close_at: datetime
    validity_days: int
    beneficiary: str

    @property
    def valid_until(self) -> date:
        """Give the day to which the bids hold, and so must the letter (BLR art. 26)."""
        return local_date(self.bids_close_at) + timedelta(days=self.validity_days)


def checked(letter: Letter, wanted: Wanted) -> Letter:
    """Refuse a letter that covers less than what is asked, by the field that falls short."""
    if not letter.issuer.strip() or len(letter.issuer) > LONGEST:
        raise Invalid("guarantee.issuer", _("请填写出具保函的机构全称。"), field="issuer")
    if not NUMBER.fullmatch(letter.number):
        raise Invalid("guarantee.number", _("保函编号格式不正确。"), field="number")
    if letter.amount < wanted.amount:
        raise Invalid(
            "guarantee.amount",
            _("保函金额不足：应不少于 %(amount)s 元。"),
            amount=f"{wanted.amount:.2f}",
            field="amount",
        )
    if letter.valid_until < wanted.valid_until:
        raise Invalid(
            "guarantee.validity",
            _("保函有效期应覆盖投标有效期，至少到 %(until)s。"),
            until=wanted.valid_until,
            field="valid_until",
        )
    if letter.beneficiary.strip() != wanted.beneficiary:
        raise Invalid(
            "guarantee.beneficiary",
            _("保函受益人应为采购人“%(name)s”。"),
            name=wanted.beneficiary,
            field="beneficiary",
        )
    return letter
