"""Let a tender stand still by order, without a complaint, and go on (BLR 62; SA32, disclosed rules
of the exchange; outages).
"""

from datetime import date, datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from trading import policy, queries
from trading.domain import complaints, orders
from trading.markets import method_of
from trading.models import Suspension, Tender
from trading.services.drafting import required
from trading.services.suspensions import resume, suspend
from trading.services.telling import tell


@transaction.atomic
def suspend_tender(
    *,
    actor: Actor,
    code: str,
    reason: str,
    article: str = "",
    until: date | None = None,
    at: datetime,
) -> Suspension:
    """Order a public tender to stand still: the authority by an article of the law, those who run
    it for a stated reason and not beyond a last day.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.suspend", tender)
    is_over, is_sealed = tender.state in queries.ENDED, method_of(tender).is_sealed
    complaints.require_holdable(tender.state, is_over=is_over, is_sealed=is_sealed)
    side, on = orders.side_of(actor), local_date(at)
    orders.require_none(queries.ordered(tender, side))
    why = required(reason, "reason")
    if side == orders.AUTHORITY:
        cited, last = orders.require_article(article), until
        if until is not None:
            last = orders.require_until(until, on, None)
    else:
        longest = queries.rules_of(tender, at).last_day_if_any("suspension", on)
        cited, last = "", orders.require_until(until, on, longest)
    given = {"cause": orders.CAUSE, "ref": side, "reason": why, "article": cited}
    row = suspend(actor=actor, tender=tender, until=last, **given, at=at)
    tell(tender, "standstill.ordered", actor, at, side=side, reason=why, article=cited, until=last)
    return row


@transaction.atomic
def resume_tender(*, actor: Actor, code: str, reason: str, at: datetime) -> Tender:
    """Lift one's own order, or as the authority any; the tender goes on when no cause is left."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.resume", tender)
    sides = orders.lifted_by(orders.side_of(actor))
    held = [side for side in sides if queries.ordered(tender, side)]
    orders.require_some(held)
    why = required(reason, "reason")
    for side in held:
        tell(tender, "standstill.lifted", actor, at, side=side, reason=why)
        resume(actor=actor, tender=tender, cause=orders.CAUSE, ref=side, at=at)
    return tender
