"""Looking up who took the documents: for those who may, and each look on record."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries
from trading.models import Tender
from trading.queries import takers


@transaction.atomic
def read_takers(*, actor: Actor, code: str, address: str, at: datetime) -> Sequence[takers.Taker]:
    """Give who registered and took the documents, once bids are closed; the look is recorded."""
    tender = queries.tender_for(actor, code, at)
    note_look(actor=actor, tender=tender, address=address, at=at)
    return takers.takers_of(actor, tender)


@transaction.atomic
def note_look(*, actor: Actor, tender: Tender, address: str, at: datetime) -> None:
    """Record that somebody looks who registered; whoever may not know is told there is nothing."""
    if not takers.reads_takers(actor, tender):
        raise Missing(
            "takers.missing", _("投标截止后，仅采购人、代理机构、交易中心和监督部门可以查阅。")
        )
    access = Access(
        subject=f"takers:{tender.code}",
        purpose="查阅获取采购文件的供应商",
        tender=tender.code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
