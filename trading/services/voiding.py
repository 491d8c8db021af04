"""Void what an auction or a tender of a sale ended with, when the taker is found out afterwards or
does not sign (LD39 25, AL 65).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT
from trading.markets import lifecycle_of
from trading.models import Contract, Lot, Tender
from trading.services.contracts import sign_tender
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.procedure import failure_notice
from trading.services.telling import tell

LONGEST: Final = 300


@transaction.atomic
def void_lot(
    *, actor: Actor, code: str, number: int, reason: str, article: str, at: datetime
) -> Lot:
    """Void the result of a lot whose contract is not signed: the lot is not sold, and may be
    offered anew. Nobody takes the place of the taker: a lower offer lapsed with the higher one,
    and whoever had made it has left the room (AL 36).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "lot.void", tender)
    lifecycle_of(tender).after(tender.state, "void_lot")
    lot = tender.lots.select_for_update().filter(number=number).first()
    if lot is None or lot.state not in {"open", "awarded"} or not lot.candidates:
        raise Conflict("void.no_result", _("该标的没有可以认定无效的成交结果。"))
    contract = Contract.objects.select_for_update(of=("self",)).filter(lot=lot).first()
    if contract is not None and contract.signed_at is not None:
        raise Conflict(
            "void.signed", _("合同已经签订，其效力由仲裁机构或者人民法院认定，不能在此办理。")
        )
    why, cited = required(reason, "reason", LONGEST), required(article, "article", 80)
    for row in (lot.award, contract):
        if row is not None:
            row.voided_at = at
            row.save(update_fields=["voided_at"])
    lot.state, lot.failure = LOT.after(lot.state, "fail"), why
    lot.save(update_fields=["state", "failure"])
    _tell(tender, lot, cited, actor, at)
    return lot


def _tell(tender: Tender, lot: Lot, article: str, actor: Actor, at: datetime) -> None:
    """Tell that it is void, then that the lot failed: what somebody else decides about a deposit
    comes before deposits go back. The taker is named only where the result had named it.
    """
    told = queries.is_result_told(tender)
    notice = publish_notice(
        tender=tender,
        kind="voided",
        title=notice_title(tender, "voided"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "article": article,
            "supplier": queries.candidates_left(lot)[0]["name"] if told else "",
        },
        body=lot.failure,
        at=at,
    )
    why = {"reason": lot.failure, "article": article}
    tell(tender, "lot.voided", actor, at, lot=lot.number, notice=notice.number, **why)
    failure_notice(tender, [lot], lot.failure, article, at)
    tell(tender, "lot.failed", actor, at, lot=lot.number, **why)
    states = set(tender.lots.values_list("state", flat=True))
    if states == {"failed"}:
        tender.state, tender.next_due_at = lifecycle_of(tender).after(tender.state, "fail"), None
        tender.save(update_fields=["state", "next_due_at"])
        tell(tender, "tender.failed", actor, at, notice=notice.number, **why)
    elif "contracted" in states:
        sign_tender(tender, actor, at)
