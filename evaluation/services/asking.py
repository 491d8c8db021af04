"""The lead asks a bidder to explain its price, for a reason no line names (LOW2 item 4;
BL 33, EV12 21).
"""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from evaluation import domain, policy, queries
from evaluation.models import PriceReview
from evaluation.queries.judged import priced_bids
from evaluation.services.committee import lock_going, tell
from evaluation.services.stages import due_from, in_state, set_clock
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _


@transaction.atomic
def ask_about_price(*, actor: Actor, code: str, bid: int, reason: str, at: datetime) -> PriceReview:
    """Ask one bidder to prove in writing that its price is reasonable; the members decide after
    its answer, or after its time.
    """
    evaluation = lock_going(code)
    policy.require(actor, "low_price.ask", evaluation)
    in_state(evaluation, "price_review")
    found = next((one for one in priced_bids(evaluation) if one.pk == bid), None)
    if found is None:
        raise Invalid("low_price.bid", _("请选择还在评审、报价已经公布的投标。"), field="bid")
    if found.price_reviews.filter(kind="low_price").exists():
        raise Conflict("low_price.asked", _("已经要求该投标人说明报价，一份投标只说明一次。"))
    if not 0 < len(reason.strip()) <= domain.LONGEST_REASON:
        message = _("请写明为什么认为报价明显偏低，不超过三百字。")
        raise Invalid("low_price.reason", message, field="reason")
    seat = queries.seat_of(actor, evaluation)
    finding = {"price": f"{found.price:f}", "triggers": [], "reason": reason.strip()}
    due = due_from(at, domain.explain_minutes(queries.rules_of(evaluation)))
    made = PriceReview.objects.create(
        bid=found, kind="low_price", finding=finding, asked_at=at, due_at=due
    )
    told = {"bid": found.commit_hash, "finding": finding, "due_at": due}
    tell(evaluation, "low_price.asked", actor, at, seat=seat.number if seat else None, **told)
    set_clock(evaluation, at)
    return made
