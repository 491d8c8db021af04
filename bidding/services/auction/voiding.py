"""Void what an auction ended with: the regulator found out its taker too late to put it out."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from bidding import policy
from bidding.services.auction.ordering import LONGEST_ARTICLE, LONGEST_REASON, unnamed
from bidding.services.auction.table import Table, locked_one
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import services as trading
from trading.services.drafting import required


@transaction.atomic
def void_auction(
    *,
    actor: Actor,
    code: str,
    reason: str,
    article: str,
    defaulted: bool = False,
    at: datetime,
) -> None:
    """Void the result of an auction that sold its lot (LD39 25): what everybody offered stays in
    its log as it was decided, and the page says that nothing follows from it. A taker that refuses
    to sign or to pay has `defaulted` (AL 39).
    """
    table = locked_one(code)
    policy.require(actor, "auction.void", table.row)
    if table.state.phase != "ended" or table.state.outcome != "sold":
        raise Conflict(
            "auction.nothing_to_void",
            _("竞价没有成交结果。竞价尚未结束的，请取消该竞买人的资格。"),
        )
    said = {
        "reason": unnamed(required(reason, "reason", LONGEST_REASON)),
        "article": unnamed(required(article, "article", LONGEST_ARTICLE)),
    }
    void(table, actor=actor, **said, defaulted=defaulted, at=at)


def void(
    table: Table,
    *,
    actor: Actor,
    reason: str,
    article: str,
    defaulted: bool = False,
    at: datetime,
) -> None:
    """Void the result of a locked auction, for whoever has judged what was done."""
    lot, told = table.row.lot, {"reason": reason, "article": article}
    trading.void_lot(
        actor=actor,
        code=lot.tender.code,
        number=lot.number,
        **told,
        defaulted=defaulted,
        at=at,
    )
    table.tell("auction.voided", at, ordered_by=actor.ref, **told)
