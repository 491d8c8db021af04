"""Put a bidder out of an auction that is over: whoever is found out after the end, won or not."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from bidding import policy
from bidding.queries.auctions import code_in, disqualified_from
from bidding.services.auction.ending import owner_of
from bidding.services.auction.ordering import LONGEST_ARTICLE, LONGEST_REASON, unnamed
from bidding.services.auction.table import Table, locked_one
from bidding.services.auction.voiding import void
from deposits.services import holds
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.queries import last_number
from trading.services.drafting import required


@transaction.atomic
def disqualify_bidder(  # noqa: PLR0913 - who, and why
    *,
    actor: Actor,
    code: str,
    bidder: str,
    reason: str,
    article: str,
    touches: bool = False,
    at: datetime,
) -> None:
    """Tell what a bidder did, by the code everybody knows, and hold what it laid down. The log
    stays as it was decided and nobody takes another's place (AL 36): where the taker was found out,
    or what was done `touches` the result whoever did it, the result is void (LD39 25, AL 65).
    """
    table = locked_one(code)
    policy.require(actor, "auction.disqualify", table.row)
    told = {
        "reason": unnamed(required(reason, "reason", LONGEST_REASON)),
        "article": unnamed(required(article, "article", LONGEST_ARTICLE)),
    }
    _require_over(table)
    named = code_in(table.row, bidder)
    gone = {one.code for one in disqualified_from(table.row, last_number(table.row.stream))}
    if named in {*gone, *table.state.excluded}:
        raise Conflict("auction.already_excluded", _("该竞买人的资格已经取消。"))
    is_sold = table.state.outcome == "sold" and table.row.lot.state != "failed"
    is_void = is_sold and (touches or named == table.state.leader)
    if not (is_void and named == table.state.leader):
        _hold(table, named, at)
    table.tell(
        "auction.disqualified", at, bidder=named, touches=is_void, ordered_by=actor.ref, **told
    )
    if is_void:
        void(table, actor=actor, reason=told["reason"], article=told["article"], at=at)


def _require_over(table: Table) -> None:
    """Refuse while the auction runs, where it was void from the first, and where the next by the
    last offer has its turn: there the purchaser passes over whoever falls away.
    """
    if table.state.phase != "ended":
        raise Conflict("auction.not_over", _("竞价尚未结束，请在竞价中取消该竞买人的资格。"))
    if table.state.outcome not in {"sold", "unsold"} or table.terms.falling:
        raise Conflict(
            "auction.none_to_disqualify",
            _(
                "本场竞价结束后不能在此取消竞买人的资格；由后面的单位依次成交的，由采购人取消其资格。"
            ),
        )


def _hold(table: Table, named: str, at: datetime) -> None:
    entrant = table.row.entrants.get(code=named)
    lot = table.row.lot
    owners = [owner_of(table.row.code, entrant)]
    holds.hold(code=lot.tender.code, number=lot.number, owners=owners, cause="disqualified", at=at)
