"""Shortlist the suppliers of a lot, sign a framework agreement with each, and end it (M110)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.turns import each
from ledger import papers
from ledger.services import store_document
from trading import policy, queries
from trading.domain import FRAMEWORK, LOT, award, files, framework
from trading.markets import lifecycle_of
from trading.models import FrameworkAgreement, Lot, Tender
from trading.services import ends
from trading.services.calling import close_turns
from trading.services.drafting import required
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

NOTHING_LEFT: Final = _("入围供应商均未签订框架协议。")


def shortlist_lot(tender: Tender, lot: Lot, actor: Actor, at: datetime) -> None:
    """Shortlist whom the printed share leaves, each at the price it offered; the rows of tender and
    lot are locked by the caller.
    """
    kept = queries.kept_of(lot)
    framework.require_somebody(kept, lot.number)
    lot.state = LOT.after(lot.state, "award")
    lot.save(update_fields=["state"])
    made = [
        FrameworkAgreement.objects.create(
            lot=lot,
            supplier=accounts.organisation(c["uscc"]),
            bid=c["bid"],
            place=place,
            price=Decimal(c["price"]),
            total=c["total"],
            confirmed_at=at,
        )
        for place, c in enumerate(kept.shortlisted, start=1)
    ]
    tell(
        tender,
        "award.confirmed",
        actor,
        at,
        lot=lot.number,
        shortlisted=[
            {
                "place": one.place,
                "supplier": one.supplier.uscc,
                "bid": one.bid,
                "price": f"{one.price:.2f}",
            }
            for one in made
        ],
        eliminated=[c["uscc"] for c in kept.eliminated],
    )


def announce_shortlist(tender: Tender, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Write to those shortlisted and to the others, and give what the fact says of each; the
    result notice is published by the caller.
    """
    due = queries.rules_of(tender, at).last_day("contract", local_date(at))
    made = list(queries.agreements_of(tender))
    for one in made:
        one.due_on, one.notified_at = due, at
        one.save(update_fields=["due_on", "notified_at"])
        _order(tender, one.lot, "shortlist_notice", one.supplier.uscc, _notice(tender, one, at), at)
    for lot in {one.lot.pk: one.lot for one in made}.values():
        kept = [one.supplier.uscc for one in made if one.lot == lot]
        tell(tender, "framework.notified", actor, at, lot=lot.number, shortlisted=kept)
        for out in queries.left_out(lot):
            letter = _letter(tender, lot, out, at)
            _order(tender, lot, "shortlist_letter", out["uscc"], letter, at)
    return [
        {
            "lot": one.lot.number,
            "place": one.place,
            "supplier": one.supplier.name,
            "uscc": one.supplier.uscc,
            "price": f"{one.price:.2f}",
        }
        for one in made
    ]


def _order(
    tender: Tender, lot: Lot, kind: str, uscc: str, content: dict[str, Any], at: datetime
) -> None:
    papers.order(
        kind=kind,
        subject=f"{tender.code}.{lot.number}.{uscc}",
        stream=tender.stream,
        tender=tender.code,
        content=content,
        at=at,
    )


def _common(tender: Tender, lot: Lot, at: datetime) -> dict[str, Any]:
    return {
        **queries.paper_head(tender, lot),
        "tender": tender.code,
        "title": tender.title,
        "lot": lot.number,
        "lot_title": lot.title,
        "transaction_code": lot.transaction_code,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "agency_phone": tender.contact_phone or tender.agency.phone,
        "contact": tender.contact_name,
        "unit": queries.unit_of(lot),
        "way": framework.WAYS[tender.framework["way"]],
        "months": tender.framework["months"],
        "shortlisted": queries.shortlisted(lot),
        "issued_at": at,
    }


def _notice(tender: Tender, made: FrameworkAgreement, at: datetime) -> dict[str, Any]:
    """Say to a supplier that it is shortlisted, at which price, and by when it signs."""
    return {
        **_common(tender, made.lot, at),
        "number": f"{tender.code}-RW-{made.lot.number:02d}-{made.place:02d}",
        "supplier": made.supplier.name,
        "supplier_uscc": made.supplier.uscc,
        "place": made.place,
        "price": f"{made.price:.2f}",
        "due": made.due_on,
    }


def _letter(tender: Tender, lot: Lot, out: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Say to one that is not shortlisted who is, its own rank or why it is out, and its remedy."""
    rules, on = queries.rules_of(tender, at), local_date(at)
    until = rules.last_day("result_challenge", rules.last_day("result_stays", on))
    return {
        **_common(tender, lot, at),
        "deposit": queries.deposit_returned(tender, lot, at),
        "number": f"{tender.code}-JG-{lot.number:02d}-{out['uscc'][-6:]}",
        "bidder": out["name"],
        "bidder_uscc": out["uscc"],
        "own_rank": out.get("rank", ""),
        "own_total": out.get("total", ""),
        "excluded_reason": out.get("reason", ""),
        "challenge_until": until,
        "challenge_article": rules.article_of("result_challenge", on),
    }


@transaction.atomic
def sign_framework(
    *, actor: Actor, code: str, number: int, place: int, document: files.Upload, at: datetime
) -> FrameworkAgreement:
    """Record the signed agreement of one supplier; its term begins that day."""
    tender, made = _lock(actor, code, number, place, "framework.sign", at)
    award.require_no_suspension(open_reasons(tender))
    lifecycle_of(tender).after(tender.state, "sign_contracts")
    made.state = FRAMEWORK.after(made.state, "sign")
    name = files.checked(document, files.CONTRACT_KINDS)
    made.document = store_document(
        content=document.content, media_type=files.media_type(name), at=at
    )
    made.signed_at = at
    made.ends_on = framework.ends_on(local_date(at), tender.framework["months"])
    made.save(update_fields=["state", "document", "signed_at", "ends_on"])
    tell(
        tender,
        "framework.signed",
        actor,
        at,
        lot=number,
        place=place,
        supplier=made.supplier.name,
        uscc=made.supplier.uscc,
        price=f"{made.price:.2f}",
        ends_on=made.ends_on,
        sha256=made.document.digest,
    )
    _settle_lot(tender, made.lot, actor, at)
    return made


@transaction.atomic
def terminate_framework(  # noqa: PLR0913 - which agreement, on which ground, why
    *,
    actor: Actor,
    code: str,
    number: int,
    place: int,
    ground: str,
    reason: str,
    at: datetime,
) -> FrameworkAgreement:
    """Take a supplier's place from it, for a ground of the rules: before it signed, or after; what
    it was asked for and has not signed goes on without it.
    """
    tender, made = _lock(actor, code, number, place, "framework.terminate", at)
    if ground not in framework.GROUNDS:
        raise Invalid("framework.ground", _("请选择解除框架协议的情形。"), field="ground")
    if made.due_on is None:
        raise Conflict("framework.untold", _("入围结果尚未公告。"))
    made.state = FRAMEWORK.after(made.state, "terminate")
    made.ground, made.reason, made.closed_at = ground, required(reason, "reason"), at
    made.withdrawal_asked_at = None
    made.save(update_fields=["state", "ground", "reason", "closed_at", "withdrawal_asked_at"])
    told = {"lot": number, "place": place, "supplier": made.supplier.name}
    told |= {"uscc": made.supplier.uscc, "signed": made.signed_at is not None}
    why = {"ground": ground, "reason": made.reason}
    tell(tender, "framework.terminated", actor, at, **told, **why)
    close_turns(tender, made, actor, at)
    _settle_lot(tender, made.lot, actor, at)
    return made


def void_agreements(*, actor: Actor, tender: Tender, lot: Lot, reason: str, at: datetime) -> None:
    """Take every place of a lot back, because it was made wrongly: it is nobody's fault who has
    one. The tender's row is locked, and the right to say so checked, by the caller.
    """
    live = lot.agreements.filter(state__in=("shortlisted", "in_force")).order_by("place")
    voided = list(live)
    for made in voided:
        made.lot = lot
        made.state = FRAMEWORK.after(made.state, "terminate")
        made.ground, made.reason, made.closed_at = framework.UPHELD, reason, at
        made.withdrawal_asked_at = None
        made.save(update_fields=["state", "ground", "reason", "closed_at", "withdrawal_asked_at"])
        told = {"lot": lot.number, "place": made.place}
        tell(tender, "framework.voided", actor, at, **told, reason=reason)
    # After all of them, so that none is asked in turn for what another loses.
    for made in voided:
        close_turns(tender, made, actor, at)


@transaction.atomic
def end_framework(*, code: str, number: int, place: int, at: datetime) -> FrameworkAgreement:
    """End an agreement when its last day is over."""
    tender, made = _lock(SYSTEM, code, number, place, "framework.end", at)
    if made.ends_on is None or at < end_of_day(made.ends_on):
        raise Conflict("framework.not_due", _("框架协议尚未期满。"))
    made.state = FRAMEWORK.after(made.state, "end")
    made.closed_at, made.withdrawal_asked_at = at, None
    made.save(update_fields=["state", "closed_at", "withdrawal_asked_at"])
    told = {"lot": number, "place": place, "supplier": made.supplier.name}
    tell(tender, "framework.ended", SYSTEM, at, **told)
    close_turns(tender, made, SYSTEM, at)
    return made


def _settle_lot(tender: Tender, lot: Lot, actor: Actor, at: datetime) -> None:
    """Move a lot on when nobody is left who has still to sign, and the tender with its last."""
    if lot.state != "awarded" or lot.agreements.filter(state="shortlisted").exists():
        return
    if lot.agreements.filter(state="in_force").exists():
        lot.state = LOT.after(lot.state, "sign")
        lot.save(update_fields=["state"])
        ends.sign_tender(tender, actor, at)
    else:
        ends.fail_lots(tender, [lot], NOTHING_LEFT, "", actor=actor, at=at)


def _lock(
    actor: Actor, code: str, number: int, place: int, permission: str, at: datetime
) -> tuple[Tender, FrameworkAgreement]:
    if actor != SYSTEM:
        queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    made = queries.agreement_of(tender, number, place)
    policy.require(actor, permission, made)
    return tender, made


def due(at: datetime) -> int:
    """End the agreements whose last day is over, one a transaction."""
    rows = FrameworkAgreement.objects.filter(state="in_force", ends_on__lt=local_date(at))
    keys = rows.order_by("ends_on", "pk").values_list("lot__tender__code", "lot__number", "place")
    return each(keys[:200], lambda key: _attempt(*key, at))


def _attempt(code: str, number: int, place: int, at: datetime) -> bool:
    """Leave one that somebody else ended meanwhile."""
    try:
        end_framework(code=code, number=number, place=place, at=at)
    except Conflict:
        return False
    return True
