"""Pass over whoever was to have a lot: among the rest it is decided anew, or it is tendered anew
(BLR 55, GPR 49, M87 71).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT, award, passing
from trading.markets import lifecycle_of, market_of
from trading.models import Award, Contract, Lot, Notice, Tender
from trading.services.contracts import sign_tender
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.procedure import failure_notice
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
    passing.require_upheld(ground, was_upheld=queries.was_upheld(tender))
    lot = _lot(tender, number, supplier)
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
    contract = Contract.objects.select_for_update(of=("self",)).filter(lot=lot).first()
    gone = award.candidate(queries.recommended(lot), uscc)
    passing.require_ground(ground, queries.passing_of(contract), local_date(at))
    why = required(reason, "reason", LONGEST)
    passing.require_somebody(len(queries.candidates_left(lot)) - 1, retender=retender)
    named = queries.is_named(lot)
    told = {"uscc": gone.uscc, "name": gone.name, "ground": ground, "reason": why}
    kept = {"rank": gone.rank, "at": at.isoformat(), "decision": _said(lot)}
    lot.passed_over = [*lot.passed_over, {**told, **kept}]
    lot.decision = {}
    _void(lot, contract, at)
    if retender:
        _fail(lot, named=named)
    else:
        _open_again(tender, lot, after, at)
    # Whom the public does not know yet it gets to know by a publicity or a result, not by this.
    public = told if named else {**told, "name": ""}
    notice = _notice(tender, lot, public, follows="retender" if retender else event, at=at)
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
    if retender:
        _tell_failed(tender, lot, actor, at)
    return notice


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
    return Conflict("pass_over.nobody", _("该标段（包）没有可以取消中标资格的单位。"))


def _void(lot: Lot, contract: Contract | None, at: datetime) -> None:
    for row in (lot.award, contract):
        if row is not None:
            row.voided_at = at
            row.save(update_fields=["voided_at"])


def _open_again(tender: Tender, lot: Lot, after: str, at: datetime) -> None:
    if lot.state == "awarded":
        lot.state = LOT.after(lot.state, "reopen")
    commit_tie(tender, lot, at)
    lot.save(update_fields=["state", "decision", "passed_over"])
    tender.state, tender.award_reported_at = after, None
    if tender.award_way:
        tender.publicity_until = None
    tender.save(update_fields=["state", "award_reported_at", "publicity_until"])


def _fail(lot: Lot, *, named: bool) -> None:
    lot.state = LOT.after(lot.state, "fail")
    ground = passing.GROUNDS[lot.passed_over[-1]["ground"]]
    lot.failure = passing.because(lot.passed_over[-1:]) if named else ground
    lot.save(update_fields=["state", "failure", "decision", "passed_over"])


def _notice(
    tender: Tender, lot: Lot, told: Mapping[str, str], *, follows: str, at: datetime
) -> Notice:
    return publish_notice(
        tender=tender,
        kind="passed_over",
        title=notice_title(tender, "passed_over"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "supplier": told["name"],
            "ground": passing.GROUNDS[told["ground"]],
            "follows": market_of(tender).passing.follows[follows],
        },
        body=told["reason"],
        at=at,
    )


def _tell_failed(tender: Tender, lot: Lot, actor: Actor, at: datetime) -> None:
    stand_without(tender, lot, market_of(tender).passing.article, actor, at)


def stand_without(tender: Tender, lot: Lot, article: str, actor: Actor, at: datetime) -> None:
    """Tell that the lot failed, and let the tender go where the rest of its lots stand."""
    why = {"reason": lot.failure, "article": article}
    failure_notice(tender, [lot], **why, at=at)
    tell(tender, "lot.failed", actor, at, lot=lot.number, **why)
    states = set(tender.lots.values_list("state", flat=True))
    if states == {"failed"}:
        _move(tender, "fail")
        tell(tender, "tender.failed", actor, at, **why)
    elif "open" not in states:
        if "keep_awards" in lifecycle_of(tender).moves:
            _stand(tender)
        sign_tender(tender, actor, at)


def _stand(tender: Tender) -> None:
    """Let the awards of the other lots stand where they are: told, or to be told."""
    untold = Award.objects.filter(lot__tender=tender, notified_at=None).exists()
    event, state = (
        ("confirm_winner", "winner_confirmed") if untold else ("keep_awards", "award_notified")
    )
    if tender.state != state:
        _move(tender, event)


def _move(tender: Tender, event: str) -> None:
    tender.state = lifecycle_of(tender).after(tender.state, event)
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
