"""Void what an auction or a tender of a sale ended with, when the taker is found out afterwards or
does not sign (LD39 25, AL 65); and the bidding of a tender that kept somebody out wrongly (BLR 81,
GPR 71).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Lot, Notice, Tender
from trading.services import ends
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.prequalifying import correct_result
from trading.services.suspensions import ordered_reasons
from trading.services.telling import tell

LONGEST: Final = 300


@transaction.atomic
def void_lot(  # noqa: PLR0913 - of which lot, why, and whose fault it is
    *,
    actor: Actor,
    code: str,
    number: int,
    reason: str,
    article: str,
    defaulted: bool = False,
    at: datetime,
) -> Lot:
    """Void the result of a lot whose contract is not signed: the lot is not sold, and may be
    offered anew. Nobody takes the place of the taker: a lower offer lapsed with the higher one,
    and whoever had made it has left the room (AL 36). A taker that refuses to sign or to pay has
    `defaulted`: it stays out of the re-sale and makes up what that brings less (AL 39).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "lot.void", tender)
    lifecycle_of(tender).after(tender.state, "void_lot")
    lot = tender.lots.select_for_update().filter(number=number).first()
    if lot is None or lot.state not in {"open", "awarded"} or not lot.candidates:
        raise Conflict("void.no_result", _("该标的没有可以认定无效的成交结果。"))
    contract = ends.contract_of(lot)
    require_unsigned(contract)
    why, cited = required(reason, "reason", LONGEST), required(article, "article", 80)
    void_result(tender, lot, why, cited, actor=actor, at=at)
    if defaulted:
        ends.note_default(lot, queries.candidates_left(lot)[0])
    ends.void_deal(lot, contract, at)
    ends.fail_lots(tender, [lot], why, cited, actor=actor, at=at)
    return lot


def require_unsigned(contract: Contract | None) -> None:
    """Refuse to judge a contract that binds: courts do."""
    if contract is not None and contract.signed_at is not None:
        raise Conflict(
            "void.signed", _("合同已经签订，其效力由仲裁机构或者人民法院认定，不能在此办理。")
        )


def void_result(  # noqa: PLR0913 - of which lot, and why
    tender: Tender,
    lot: Lot,
    reason: str,
    article: str,
    *,
    taker: str | None = None,
    actor: Actor,
    at: datetime,
) -> Notice:
    """Tell that the result of a lot is void, before its lot fails: what somebody else decides about
    a deposit comes before deposits go back. The taker is named only where the result had named it;
    `taker` is its name where it is out of the order already, and what it laid down held.
    """
    told = queries.is_result_told(tender)
    holds = taker is None
    name = queries.candidates_left(lot)[0]["name"] if taker is None else taker
    notice = publish_notice(
        tender=tender,
        kind="voided",
        title=notice_title(tender, "voided"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "article": article,
            "supplier": name if told else "",
        },
        body=reason,
        at=at,
    )
    why = {"reason": reason, "article": article, "holds_taker": holds}
    tell(tender, "lot.voided", actor, at, lot=lot.number, notice=notice.number, **why)
    return notice


@transaction.atomic
def void_bidding(*, actor: Actor, code: str, uscc: str, reason: str, at: datetime) -> Tender:
    """Void the bidding of a tender, once bids have closed without one who was kept out of it
    wrongly: no choice among those who bid mends that, and it is tendered anew (BLR 81, GPR 71).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.void_bidding", tender)
    award.require_no_suspension(ordered_reasons(tender))
    void_without(actor=actor, tender=tender, uscc=uscc, reason=reason, at=at)
    return tender


def void_without(*, actor: Actor, tender: Tender, uscc: str, reason: str, at: datetime) -> None:
    """Do so on the word of those who run it, or on the authority's decision; the tender's row is
    locked, and the right to say so checked, by the caller. What is signed stands: the law leaves it
    to the authority and the courts.
    """
    lifecycle_of(tender).after(tender.state, "void_bidding")
    how = method_of(tender).prequalification
    if how is None or not queries.is_kept_out(tender, uscc):
        return
    correct_result(actor=actor, tender=tender, uscc=uscc, reason=reason, too_late=True, at=at)
    lots = list(tender.lots.select_for_update().filter(state__in=("open", "awarded")))
    why = {"reason": str(how.voided), "article": how.voided_article}
    # Told first: the hall and the committee stop before their lots fail.
    tell(tender, "tender.bidding_voided", actor, at, **why)
    for lot in lots:
        ends.void_deal(lot, ends.contract_of(lot), at)
    ends.fail_lots(tender, lots, **why, event="void_bidding", actor=actor, at=at)
