"""What papers of a tender say alike: their head, and when a deposit goes back."""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.markets import market_of, method_of
from trading.models import Lot, Tender
from trading.periods import course_of
from trading.queries.rules import SPANS, rules_of
from trading.queries.tenders import deposit_asked

BACK: Final = ("loser_deposits", "deposits")
"""The periods in which a deposit goes back to who did not get a lot, as a market has them."""
RETURNED: Final = _(
    "贵单位的保证金自“%(event)s”之日起 %(days)s内退回原付款账户（%(what)s，%(article)s）；"
    "以保函提交的，同期解除。依法不予退还的除外。"
)


def paper_head(tender: Tender, lot: Lot | None = None) -> dict[str, Any]:
    """Give what heads every paper of a tender: its market, its method, and the unified code of the
    lot it is about; where it is about several, each is named with its own.
    """
    about = [lot] if lot else list(tender.lots.all())
    return {
        "head": {
            "market": market_of(tender).title,
            "method": method_of(tender).title,
            "code": about[0].transaction_code if len(about) == 1 else "",
        }
    }


@translation.override(settings.LANGUAGE_CODE)
def deposit_returned(tender: Tender, lot: Lot, at: datetime) -> str:
    """Say to who did not get a lot from when on, within how many days and how its deposit goes
    back, by the row of the rules; nothing where none was asked.
    """
    if deposit_asked(tender, lot.number) <= 0:
        return ""
    rows = rules_of(tender, at).periods(local_date(at))
    row = next((row for row in rows if row.code in BACK), None)
    if row is None:
        return ""
    return RETURNED % {
        "event": course_of(tender.market, tender.method).events[row.anchor],
        "days": SPANS[row.unit] % {"n": row.value},
        "what": row.title,
        "article": row.basis.article,
    }
