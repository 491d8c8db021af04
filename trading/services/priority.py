"""What a draft says of priority rights over a lot."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import priority
from trading.markets import method_of
from trading.models import Lot
from trading.services.drafting import lock_draft
from trading.services.telling import tell


@transaction.atomic
def change_priority(
    *, actor: Actor, code: str, number: int, right: priority.PriorityTerms, at: datetime
) -> Lot:
    """Say who holds a priority right over a lot of a draft, and how it is exercised."""
    tender = lock_draft(actor, "tender.change", code)
    method = method_of(tender)
    if not method.discloses_priority:
        raise Invalid("priority.not_here", _("这种交易方式没有优先购买权。"), field="mode")
    changed = queries.lot_of(tender, number)
    changed.auction = {**changed.auction, priority.KEY: priority.read(right, method.priority_modes)}
    changed.save(update_fields=["auction"])
    tell(tender, "tender.changed", actor, at, lot=number, priority=changed.auction[priority.KEY])
    return changed
