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
from trading.domain import LOT
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Lot, Tender
from trading.services.contracts import sign_tender
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.prequalifying import correct_result
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
    _void(lot, contract, why, at)
    _tell(tender, lot, cited, actor, at)
    return lot


def _void(lot: Lot, contract: Contract | None, why: str, at: datetime) -> None:
    for row in (lot.award, contract):
        if row is not None:
            row.voided_at = at
            row.save(update_fields=["voided_at"])
    lot.state, lot.failure = LOT.after(lot.state, "fail"), why
    lot.save(update_fields=["state", "failure"])


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
        _move(tender, "fail")
        tell(tender, "tender.failed", actor, at, notice=notice.number, **why)
    elif "contracted" in states:
        sign_tender(tender, actor, at)


@transaction.atomic
def void_bidding(*, actor: Actor, code: str, uscc: str, reason: str, at: datetime) -> Tender:
    """Void the bidding of a tender, once bids have closed without one who was kept out of it
    wrongly: no choice among those who bid mends that, and it is tendered anew (BLR 81, GPR 71).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.void_bidding", tender)
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
        contract = Contract.objects.select_for_update(of=("self",)).filter(lot=lot).first()
        _void(lot, contract, why["reason"], at)
        tell(tender, "lot.failed", actor, at, lot=lot.number, **why)
    notice = failure_notice(tender, lots, why["reason"], why["article"], at)
    if tender.lots.filter(state="contracted").exists():
        _keep(tender)
        sign_tender(tender, actor, at)
    else:
        _move(tender, "void_bidding")
        tell(tender, "tender.failed", actor, at, notice=notice.number, **why)


def _keep(tender: Tender) -> None:
    """Let the lots that are signed stand where they are, with no other left to decide."""
    if tender.state != "award_notified":
        _move(tender, "keep_awards")


def _move(tender: Tender, event: str) -> None:
    tender.state, tender.next_due_at = lifecycle_of(tender).after(tender.state, event), None
    tender.save(update_fields=["state", "next_due_at"])
