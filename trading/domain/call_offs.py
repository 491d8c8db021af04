"""Calling off from framework agreements: who is asked, at which price, and in which turn (M110)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from kernel.errors import Conflict, Invalid
from kernel.money import CENT
from kernel.text import gettext_noop as _

OPEN: Final = ("asked", "accepted")
"""The states in which a call-off still waits for somebody."""

ANSWERS: Final = {
    "": _("待答复"),
    "accepted": _("接受"),
    "refused": _("拒绝"),
    "silent": _("逾期未答复"),
    "unsigned": _("成交后未签订合同"),
    "closed": _("框架协议已期满或者解除"),
}
"""What a supplier that was asked did."""
FOLLOWS: Final = {
    "next": _("按入围顺序询问下一家供应商"),
    "none": _("本次采购未成交，采购人可重新采购"),
}
"""What follows when a result that was published falls away, as the notice says it."""
MOST_QUANTITY: Final = Decimal(1_000_000_000)
MOST_AMOUNT: Final = Decimal("99999999999999.99")


@dataclass(frozen=True)
class Standing:
    """One agreement of a lot as the order sees it."""

    place: int
    is_in_force: bool


def in_turn(agreements: Iterable[Standing], asked: Sequence[int]) -> int | None:
    """Give the place of the agreement whose turn it is, or nobody.

    `asked` names those asked before, oldest first. The turn goes on in the order of the shortlist
    after the last one asked and begins anew at its end; whoever is not in force has no turn.
    """
    order = sorted(agreements, key=lambda one: one.place)
    last = asked[-1] if asked else 0
    turned = [one for one in order if one.place > last] + [
        one for one in order if one.place <= last
    ]
    return next((one.place for one in turned if one.is_in_force), None)


def read_quantity(given: object) -> Decimal:
    """Take a quantity: more than nothing, with two places at most."""
    try:
        quantity = Decimal(str(given))
    except InvalidOperation:
        quantity = Decimal("NaN")
    sound = quantity.is_finite() and 0 < quantity <= MOST_QUANTITY
    if not sound or quantity != round(quantity, 2):
        raise Invalid("call_off.quantity", _("数量应大于 0，最多两位小数。"), field="quantity")
    return quantity


def require_amount(amount: Decimal) -> None:
    """Refuse a quantity that makes an amount nobody can keep."""
    if amount > MOST_AMOUNT:
        raise Invalid(
            "call_off.amount",
            _("金额不能超过 %(most)s 元。"),
            most=f"{MOST_AMOUNT:.2f}",
            field="quantity",
        )


def require_price(price: Decimal, agreed: Decimal) -> None:
    """Refuse a price that is none, or above the agreed one."""
    if not price.is_finite() or price <= 0:
        raise Invalid("call_off.price", _("单价应大于 0，精确到分。"), field="price")
    # Above it first: of a number beyond all measure no fen can be reckoned.
    if price <= agreed and price != price.quantize(CENT):
        raise Invalid("call_off.price", _("单价应大于 0，精确到分。"), field="price")
    if price > agreed:
        raise Invalid(
            "call_off.above_agreed",
            _("单价 %(price)s 元高于框架协议约定的 %(agreed)s 元。"),
            price=f"{price:.2f}",
            agreed=f"{agreed:.2f}",
            field="price",
        )


def require_in_force(state: str) -> None:
    """Refuse to call a supplier whose agreement is not in force."""
    if state != "in_force":
        raise Conflict(
            "call_off.not_in_force",
            _("该供应商的框架协议尚未签订、已期满或者已解除，不能成交。"),
        )


def amount_of(quantity: Decimal, price: Decimal) -> Decimal:
    """Give the amount of a call-off, to the fen."""
    return (quantity * price).quantize(CENT)
