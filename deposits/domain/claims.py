"""A letter whose bidder loses its deposit: what its guarantor is asked to pay, and answers."""

from datetime import date
from decimal import Decimal
from typing import Final

from deposits.domain.securities import bank_number
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

ANSWERS: Final = {
    "pay": _("已赔付"),
    "refuse": _("拒绝赔付"),
    "withdraw": _("赔付前已撤回索赔"),
}
"""How a claim that was made ends: by the guarantor, or taken back before it paid."""
LONGEST: Final = 300


def part_of_letter(asked: Decimal, held: Decimal, letter: Decimal) -> Decimal:
    """Give what of a deposit a letter stands for: what no money covers, no more than it says."""
    return max(min(asked - held, letter), Decimal(0))


def require_day(on: date, *, first: date, today: date) -> date:
    """Take the day on which something was done: not before it could be, and not to come."""
    if not first <= on <= today:
        raise Invalid(
            "claim.day",
            _("日期应在 %(first)s 与今天之间。"),
            first=first.isoformat(),
            field="on",
        )
    return on


def require_in_force(on: date, valid_until: date) -> None:
    """Refuse a claim made when the letter no longer held: the guarantor owes nothing then."""
    if on > valid_until:
        raise Conflict(
            "claim.expired",
            _("保函有效期到 %(until)s 为止，期满后提出的索赔不受担保，请另行追偿。"),
            until=valid_until.isoformat(),
        )


def read_answer(answer: str, bank: str, reason: str) -> tuple[str, str]:
    """Take how a claim ended: with the bank's number if it was paid, with why if it was refused or
    withdrawn.
    """
    if answer not in ANSWERS:
        raise Invalid("claim.answer", _("请选择保函出具机构的答复。"), field="answer")
    if answer == "pay":
        return bank_number(bank), ""
    why = reason.strip()
    if not why or len(why) > LONGEST:
        raise Invalid(
            "claim.reason", _("请写明拒绝赔付或者撤回索赔的理由，不超过 300 字。"), field="reason"
        )
    return "", why
