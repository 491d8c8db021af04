"""The bank's numbers: one of them stands for one transfer, whatever it was booked as."""

from datetime import datetime

from accounts.domain import Actor
from deposits import queries
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private


def require_unused(number: str, field: str = "") -> None:
    """Refuse a number under which money already came or went.

    One answer for every use: that somebody paid before the deadline is told to nobody.
    """
    if queries.is_used(number):
        raise used(number, field)


def used(number: str, field: str = "") -> Conflict:
    """Say that the number already stands for another transfer."""
    said = _("银行流水号 %(number)s 已经登记过，一笔款项只能登记一次。请核对本笔款项的流水号。")
    return Conflict("deposit.number_used", said, number=number, field=field)


def claim(number: str, *, owner: str, actor: Actor, at: datetime) -> None:
    """Use up the number of a transfer as the bank's own notice does, so that of a notice and of
    what is booked by hand at the same moment only one is taken.
    """
    require_unused(number, "bank_number")
    private.withhold(
        tender=queries.BANK_TREE,
        owner=owner,
        kind="bank_number.used",
        actor=actor.ref,
        at=at,
        once=queries.notice_once(number),
        number=number,
    )
