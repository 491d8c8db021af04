"""The demo's procurement intentions: told of well before what the town puts out now."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from kernel.calendar import local_date
from portal.demo.opening import actor
from portal.demo.town import Purchase
from trading import services as trading
from trading.domain.intentions import Intended
from trading.services import intending

TOLD_BEFORE: Final = timedelta(days=35)


def tell(purchase: Purchase, code: str, drafted_at: datetime) -> None:
    """Let the purchaser publish what it means to buy, and the draft name it."""
    told = drafted_at - TOLD_BEFORE
    budget = sum((Decimal(lot[2]) for lot in purchase.lots), Decimal(0))
    intended = Intended(purchase.title, purchase.summary, budget, local_date(drafted_at))
    buyer = actor(purchase.purchaser, told)
    made = intending.draft_intention(actor=buyer, intended=intended, at=told)
    intending.publish_intention(actor=buyer, code=made.code, at=told)
    changes = {"intention": made.code}
    trading.change_tender(actor=actor("sun", drafted_at), code=code, changes=changes, at=drafted_at)
