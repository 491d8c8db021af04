"""Looking up who laid down what: for those who may, and each look on record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from deposits import queries
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries as trading


@transaction.atomic
def read_deposits(*, actor: Actor, code: str, address: str, at: datetime) -> Sequence[queries.Row]:
    """Give the deposits of a tender once bids are closed; the look is recorded."""
    tender = trading.tender_for(actor, code, at)
    if not queries.reads_deposits(actor, tender):
        raise Missing(
            "deposits.missing", _("投标截止后，仅采购人、代理机构、交易中心和监督部门可以查阅。")
        )
    access = Access(
        subject=f"deposits:{code}",
        purpose="查阅投标保证金",
        tender=code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return queries.deposits_of(tender)
