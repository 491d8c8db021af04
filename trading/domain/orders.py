"""Who lets a tender stand still by its own order, without a complaint, and for how long (BLR 62;
what an exchange discloses of its own rules).
"""

from datetime import date
from typing import Final

from accounts.domain import CENTRE_OPS, REGULATOR, Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

CAUSE: Final = "order"
AUTHORITY, CENTRE, SELLER = "authority", "centre", "seller"
"""Whose order it is: each has one at a time, and lifts its own."""
ARTICLE: Final = 80


def side_of(actor: Actor) -> str:
    """Tell for whom an actor orders: the authority, the centre, or a sale's exchange."""
    if actor.has(REGULATOR):
        return AUTHORITY
    return CENTRE if actor.has(CENTRE_OPS) else SELLER


def lifted_by(side: str) -> tuple[str, ...]:
    """Name whose orders a side may lift: the authority lifts the others' too."""
    return (AUTHORITY, CENTRE, SELLER) if side == AUTHORITY else (side,)


def require_article(article: str) -> str:
    """Take the article by which the authority orders it; without one it does not."""
    clean = article.strip()
    if not 0 < len(clean) <= ARTICLE:
        raise Invalid(
            "order.article", _("请写明依据的法律、法规条款，不超过八十字。"), field="article"
        )
    return clean


def require_until(until: date | None, on: date, last: date | None) -> date:
    """Take the last day of a standstill that those who run the tender order: never without an end,
    never longer than the rules let it.
    """
    if until is None or until < on:
        raise Invalid("order.until", _("请填写暂停的最后一日，不得早于今天。"), field="until")
    if last is not None and until > last:
        raise Invalid(
            "order.too_long",
            _("依照规则最多暂停到 %(last)s。"),
            last=str(last),
            field="until",
        )
    return until


def require_none(is_held: object) -> None:
    """Refuse a second order of the same side: the first is lifted before."""
    if is_held:
        raise Conflict("order.held", _("已经决定暂停，恢复后才能再次决定。"))


def require_some(is_held: object) -> None:
    """Refuse to lift what nobody ordered."""
    if not is_held:
        raise Conflict("order.not_held", _("没有您可以解除的暂停决定。"))
