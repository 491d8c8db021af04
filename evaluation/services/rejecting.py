"""A bid is rejected on a ground of the law itself: passing until a member puts it to all, decided
by more than half of them (rulebook 4.3; BLR 51, M87 63).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from evaluation import policy, queries, statutory
from evaluation.models import Evaluation, Motion
from evaluation.queries import motions as found
from evaluation.queries.judged import judged_bids
from evaluation.services import prices
from evaluation.services.committee import lock_going, tell
from evaluation.services.stages import exclude, fail_thin_lots, in_state
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

LONGEST: Final = 300
REJECTING: Final = ("conformity", "technical", "price_review")
"""While bids are judged and nothing is ranked; a ranked one is put right by a recheck."""


@transaction.atomic
def put_rejection(
    *, actor: Actor, code: str, bid: int, ground: str, reason: str, at: datetime
) -> Motion:
    """Put to the members that a bid falls under a ground of the law; nothing goes on until they
    have decided.
    """
    evaluation = lock_going(code)
    policy.require(actor, "rejection.put", evaluation)
    in_state(evaluation, *REJECTING)
    judged = next((one for one in judged_bids(evaluation) if one.pk == bid), None)
    if judged is None:
        raise Invalid("rejection.bid", _("请选择还在评审的投标。"), field="bid")
    if ground not in statutory.grounds(evaluation.tender.market):
        message = _("请选择法律规定的否决情形；法律和文件都没有规定的，不得否决。")
        raise Invalid("rejection.ground", message, field="ground")
    if not 0 < len(reason.strip()) <= LONGEST:
        message = _("请写明事实和投标文件页码，不超过三百字。")
        raise Invalid("rejection.reason", message, field="reason")
    found.refuse_open(evaluation)
    if found.is_answered(evaluation, judged, ground):
        message = _("这份投标是否属于这一情形，委员会已经表决，不再重复提请。")
        raise Conflict("rejection.decided", message)
    made = found.put(evaluation, judged.lot, ground, at)
    made.bid, made.put_by = judged, queries.seat_of(actor, evaluation)
    made.reason = reason.strip()
    made.save(update_fields=["bid", "put_by", "reason"])
    told = {"bid": judged.commit_hash, "ground": ground, "reason": made.reason}
    tell(evaluation, "rejection.put", actor, at, motion=made.number, **told)
    return made


def reject(evaluation: Evaluation, made: Motion, said: str, at: datetime) -> None:
    """Put the bid out; what it was asked about its price is settled with it, and a lot that has too
    few bids left fails.
    """
    ground, bid = statutory.grounds(evaluation.tender.market)[made.ground], made.bid
    if bid is None:
        return
    exclude(bid, evaluation.state, made.ground, f"{ground.title}（{ground.article}）", said, at)
    bid.price_reviews.filter(decided_at=None).update(
        decision="void", decided_at=at, reason=said[:LONGEST]
    )
    if evaluation.state == "price_review":
        prices.go_on(evaluation, at)
    elif evaluation.state != "conformity":
        fail_thin_lots(evaluation, at)
