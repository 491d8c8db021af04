"""Declare lots of a procurement failed on a ground of the law (GPL 36, M74 37, 50, C214 34)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from trading import policy, queries
from trading.domain import award, failing
from trading.markets import method_of
from trading.models import Tender
from trading.services.drafting import required
from trading.services.procedure import fail_lots
from trading.services.suspensions import open_reasons


@transaction.atomic
def declare_failed(
    *,
    actor: Actor,
    code: str,
    ground: str,
    reason: str,
    lots: Sequence[int] = (),
    at: datetime,
) -> Tender:
    """Declare lots failed after the opening and before a winner is confirmed: all that are open
    where none is named. The public is told the ground, its article and the facts.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.declare_failed", tender)
    failing.require_time(tender.state)
    award.require_no_suspension(open_reasons(tender))
    article = failing.require_ground(ground, method_of(tender).failing)
    why = f"{failing.GROUNDS[ground]}：{required(reason, 'reason', failing.LONGEST)}"
    return fail_lots(actor, tender, list(lots) or None, why, article, at)
