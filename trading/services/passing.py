"""Pass over whoever was to have a lot: among the rest it is decided anew, or it is tendered anew
(BLR 55, GPR 49, M87 71). Of what is sold, the price of the next is told and holders of a right of
first refusal are asked about it.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT, award, passing
from trading.markets import lifecycle_of, method_of, passing_of
from trading.models import Lot, Notice, Tender
from trading.services import ends
from trading.services.concluding import offer_again
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell
from trading.services.tying import commit_tie

LONGEST: Final = 300


@transaction.atomic
def pass_over(  # noqa: PLR0913 - who falls away, why, and what follows
    *,
    actor: Actor,
    code: str,
    number: int,
    ground: str,
    reason: str,
    retender: bool = False,
    supplier: str = "",
    at: datetime,
) -> Notice:
    """Pass over whoever is to have a lot and has no contract yet, or stands next where somebody
    fell away before; the latter by its code, so that an act sent twice takes nobody else.

    Where evaluation and award are apart the committee decides anew among the rest, and what it
    decides is shown to the public again; else the next by rank may be confirmed at once.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "award.pass_over", tender)
    lifecycle_of(tender).after(tender.state, queries.passing_event(tender))
    award.require_no_suspension(open_reasons(tender))
    lot = _lot(tender, number, supplier)
    passing.require_upheld(ground, was_upheld=queries.was_upheld(lot))
    return fall_away(
        actor=actor,
        lot=lot,
        uscc=queries.falling(lot),
        ground=ground,
        reason=reason,
        retender=retender,
        at=at,
    )


def fall_away(  # noqa: PLR0913 - who falls away, why, and what follows
    *,
    actor: Actor,
    lot: Lot,
    uscc: str,
    ground: str,
    reason: str,
    retender: bool = False,
    at: datetime,
) -> Notice:
    """Let a candidate of a lot fall away, on the purchaser's word or on the authority's order; the
    rows are locked, and the right to say so checked, by the caller.
    """
    tender = lot.tender
    event = queries.passing_event(tender)
    after = lifecycle_of(tender).after(tender.state, event)
    contract = ends.contract_of(lot)
    gone = award.candidate(queries.recommended(lot), uscc)
    passing.require_ground(passing_of(tender), ground, queries.passing_of(contract), local_date(at))
    why = required(reason, "reason", LONGEST)
    passing.require_somebody(len(queries.candidates_left(lot)) - 1, retender=retender)
    named = queries.is_named(lot)
    if method_of(tender).sells and contract is not None and ground in passing.REFUSALS:
        ends.note_default(lot, {"uscc": gone.uscc, "name": gone.name, "price": gone.price})
    let_fall(lot, gone, ground, why, at)
    ends.void_deal(lot, contract, at)
    if not retender:
        open_again(tender, lot, after, at)
    # Whom the public does not know yet it gets to know by a publicity or a result, not by this.
    follows = "retender" if retender else event
    notice = _notice(tender, lot, gone.name if named else "", follows, at)
    tell(
        tender,
        "award.passed_over",
        actor,
        at,
        lot=lot.number,
        supplier=gone.uscc if named else "",
        ground=ground,
        reason=why,
        retender=retender,
        notice=notice.number,
    )
    law = passing_of(tender)
    if retender:
        failure = passing.because(law, lot.passed_over[-1:]) if named else law.ground(ground)
        ends.fail_lots(tender, [lot], failure, law.article, actor=actor, at=at)
    elif method_of(tender).sells:
        offer_again(tender, lot, at)
    return notice


def let_fall(lot: Lot, gone: award.Candidate, ground: str, reason: str, at: datetime) -> None:
    """Take somebody out of the order of a lot."""
    told = {"uscc": gone.uscc, "name": gone.name, "ground": ground, "reason": reason}
    kept = {"rank": gone.rank, "at": at.isoformat(), "decision": _said(lot)}
    lot.passed_over = [*lot.passed_over, {**told, **kept}]
    lot.decision = {}
    lot.save(update_fields=["decision", "passed_over"])


def _said(lot: Lot) -> dict[str, Any]:
    """Keep what the committee had said for its minutes, with the names it was said of: another
    evaluation may rank others.
    """
    names = {c["uscc"]: c["name"] for c in lot.candidates}
    return {**lot.decision, "names": names} if lot.decision else {}


def _lot(tender: Tender, number: int, supplier: str) -> Lot:
    lot = tender.lots.select_for_update().filter(number=number).first()
    if lot is None or lot.state not in {"open", "awarded"}:
        raise _nobody()
    lot.tender = tender
    who = queries.falling(lot)
    if not who or (not supplier and not queries.holder_of(lot)):
        raise _nobody()
    if supplier and supplier != who:
        raise Conflict(
            "pass_over.another", _("该标段（包）现在轮到的是另一家单位，请刷新页面后核对。")
        )
    return lot


def _nobody() -> Conflict:
    return Conflict("pass_over.nobody", _("该标段（包）没有可以取消资格的单位。"))


def open_again(tender: Tender, lot: Lot, after: str, at: datetime) -> None:
    """Let a lot be decided once more among whoever is left."""
    if lot.state == "awarded":
        lot.state = LOT.after(lot.state, "reopen")
    commit_tie(tender, lot, at)
    lot.save(update_fields=["state", "decision"])
    tender.state, tender.award_reported_at = after, None
    if tender.award_way:
        tender.publicity_until = None
    tender.save(update_fields=["state", "award_reported_at", "publicity_until"])


def _notice(tender: Tender, lot: Lot, supplier: str, follows: str, at: datetime) -> Notice:
    law, gone = passing_of(tender), lot.passed_over[-1]
    return publish_notice(
        tender=tender,
        kind="passed_over",
        title=notice_title(tender, "passed_over"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "supplier": supplier,
            "ground": law.ground(gone["ground"]),
            "follows": law.follows[follows],
        },
        body=gone["reason"],
        at=at,
    )
