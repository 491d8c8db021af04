"""Read framework agreements, what is called off under them, and what the public is told of both."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, SYSTEM, Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from trading.domain import buyers, call_offs, framework, standstill
from trading.markets import method_of
from trading.models import CallOff, FrameworkAgreement, Lot, Tender
from trading.queries.buyers import buyers_among, buyers_text, frameworks_to_buy_from, spent_by
from trading.queries.parties import party
from trading.queries.rules import rules_of


def agreements_of(tender: Tender) -> QuerySet[FrameworkAgreement]:
    """List the agreements of a tender by lot and place."""
    rows = FrameworkAgreement.objects.filter(lot__tender=tender)
    return rows.select_related("lot__tender", "supplier", "document")


def agreement_of(tender: Tender, number: int, place: int) -> FrameworkAgreement:
    """Give one agreement by the number of its lot and its place."""
    found = agreements_of(tender).filter(lot__number=number, place=place).first()
    if found is None:
        raise Missing("framework.missing", _("没有这份框架协议。"))
    return found


def unit_of(lot: Lot) -> str:
    """Give the unit that the agreed price is for."""
    return str(lot.items[0].get("unit", "")) if lot.items else ""


def shortlisted(lot: Lot) -> list[dict[str, Any]]:
    """Give those shortlisted as notices and papers name them, in their order."""
    rows = lot.agreements.select_related("supplier").order_by("place")
    return [
        {
            "place": one.place,
            "supplier": party(one.supplier),
            "price": f"{one.price:.2f}",
            "capitals": in_capitals(one.price),
            "total": one.total,
        }
        for one in rows
    ]


def left_out(lot: Lot) -> list[dict[str, Any]]:
    """Give those who are not shortlisted: with their rank where they have one, else why they are
    out.
    """
    kept = set(lot.agreements.values_list("supplier__uscc", flat=True))
    return [c for c in lot.candidates if c["uscc"] not in kept] + list(lot.excluded)


def kept_of(lot: Lot) -> framework.Kept:
    """Give whom the printed share leaves of those ranked, and whom it does not."""
    tender = lot.tender
    rules = rules_of(tender, tender.drafted_at)
    least = int(rules.value("framework_least_eliminated", "min"))
    return framework.shortlist(lot.candidates, framework.terms_of(tender.framework), least)


def shortlist_papers(tender: Tender) -> Iterator[tuple[str, Lot, str, str]]:
    """Give kind, lot and addressee of what was written when the shortlist was published."""
    method = method_of(tender)
    told = list(agreements_of(tender).exclude(due_on=None))
    for one in told:
        yield method.winner_paper, one.lot, one.supplier.uscc, one.supplier.name
    for lot in {one.lot_id: one.lot for one in told}.values():
        for out in left_out(lot):
            yield method.loser_paper, lot, out["uscc"], out["name"]


def shortlist_fields(tender: Tender) -> list[dict[str, Any]]:
    """Give what the result notice says of each lot: who is shortlisted in which order and at which
    price, by which line, and how many were left out (M110).
    """
    return [
        {
            "number": lot.number,
            "title": lot.title,
            "unit": unit_of(lot),
            "items": lot.items,
            "delivery": lot.delivery,
            "shortlisted": shortlisted(lot),
            "eliminated": [c["name"] for c in left_out(lot) if "rank" in c],
        }
        for lot in tender.lots.all()
        if lot.state != "failed" and lot.agreements.exists()
    ]


def framework_text(tender: Tender) -> dict[str, Any]:
    """Give what a text says of its agreements: where they compete, from how many on; nothing of
    other methods.
    """
    if not method_of(tender).second_stage:
        return {}
    said = {**tender.framework, "buyers": buyers_text(tender)} if tender.framework else {}
    if said.get("way") == framework.COMPETITION:
        said["least_competing"] = framework.least_competing(rules_of(tender, tender.drafted_at))
    return said


def framework_terms(tender: Tender) -> dict[str, Any]:
    """Give what a text says of its agreements, as pages show it; nothing of other methods."""
    return shown_framework(framework_text(tender)) if tender.framework else {}


def way_now(lot: Lot, at: datetime) -> str:
    """Give the way in which a purchaser calls off from a lot of a framework now."""
    least = framework.least_competing(rules_of(lot.tender, at))
    count = len(standing_agreements(lot, at))
    return framework.way_now(lot.tender.framework["way"], count, least)


def competes_alone(kept: framework.Kept, tender: Tender) -> bool:
    """Tell whether too few are shortlisted for the competition the document names."""
    way, count = str(tender.framework.get("way", "")), len(kept.shortlisted)
    least = framework.least_competing(rules_of(tender, tender.drafted_at))
    return framework.way_now(way, count, least) != way


def shown_framework(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms of a frozen text in the words of pages."""
    return {
        **said,
        "way_title": framework.WAYS.get(said["way"], ""),
        "case_title": framework.CASES.get(said["case"], ""),
        "scope_title": buyers.SCOPES[said.get("scope", buyers.OWN)],
        "limit": buyers.limit_of(said),
    }


def standing_of(made: FrameworkAgreement, at: datetime) -> str:
    """Give the state of an agreement now: one whose last day is over has ended, whether or not the
    clock has come to it.
    """
    over = made.ends_on is not None and made.ends_on < local_date(at)
    return "ended" if made.state == "in_force" and over else made.state


def standing_agreements(lot: Lot, at: datetime) -> list[FrameworkAgreement]:
    """List the agreements of a lot that are in force on a day, in their order."""
    rows = lot.agreements.filter(state="in_force", ends_on__gte=local_date(at))
    return list(rows.select_related("supplier").order_by("place"))


def reads_withdrawal(actor: Actor, made: FrameworkAgreement) -> bool:
    """Tell whether an actor may read why a supplier asked to get out, and what it was answered."""
    own = actor.has_for(made.supplier_id, BIDDER)
    return bool(made.withdrawal) and (own or reads_all_call_offs(actor, made.lot.tender))


def agreement_set_at(made: FrameworkAgreement) -> datetime:
    """Give since when the days to sign an agreement run: from the result notice."""
    told = made.lot.tender.notices.filter(kind="result").order_by("-number").first()
    return told.published_at if told else made.confirmed_at


def is_framework_told(tender: Tender) -> bool:
    """Tell whether everybody may know who was shortlisted."""
    return tender.notices.filter(kind="result").exists()


def has_open_frameworks(tender: Tender, at: datetime) -> bool:
    """Tell whether an agreement of a tender is in force, or something called off is not done."""
    rows = CallOff.objects.filter(lot__tender=tender)
    undone = rows.filter(state__in=call_offs.OPEN) | rows.filter(
        state="contracted", published_at=None
    )
    standing = (standing_of(one, at) for one in agreements_of(tender))
    return undone.exists() or any(state in {"shortlisted", "in_force"} for state in standing)


def asked_call_offs(tender: Tender) -> QuerySet[CallOff]:
    """List the call-offs of a tender that somebody has still to answer."""
    return CallOff.objects.filter(lot__tender=tender, state="asked", answer_due_at__isnull=False)


def call_offs_for(actor: Actor, tender: Tender) -> QuerySet[CallOff]:
    """List the call-offs an actor may know of: those whose result is published; whoever buys, the
    side that made the framework, the suppliers that were asked and oversight know of them before.
    """
    rows = CallOff.objects.filter(lot__tender=tender).select_related(
        "lot__tender", "agreement__supplier", "document", "purchaser"
    )
    if reads_all_call_offs(actor, tender):
        return rows
    mine = actor.organisations(BIDDER)
    asked = Q(turns__agreement__supplier_id__in=mine) if mine else Q(pk__in=())
    bought = Q(purchaser_id__in=actor.organisations(PURCHASER))
    return rows.filter(Q(published_at__isnull=False) | asked | bought).distinct()


def reads_call_off(actor: Actor, made: CallOff) -> bool:
    """Tell whether an actor reads everything of one call-off: it buys, or made the framework."""
    return actor.has_for(made.purchaser_id, PURCHASER) or reads_all_call_offs(
        actor, made.lot.tender
    )


def reads_all_call_offs(actor: Actor, tender: Tender) -> bool:
    """Tell whether an actor is of the purchasing side or oversight."""
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return side or actor == SYSTEM or actor.has(REGULATOR, AUDITOR)


def own_call_offs(actor: Actor) -> QuerySet[CallOff]:
    """List what an actor's own organisations called off, the newest first."""
    rows = CallOff.objects.filter(purchaser_id__in=actor.organisations(PURCHASER))
    rows = rows.select_related("lot__tender", "agreement__supplier", "purchaser")
    return rows.order_by("-placed_at", "-pk")


def catalogue(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """List the frameworks an actor may call off from, each with the lots in which an agreement is
    in force, and what its organisations have called off where there is a limit.
    """
    found = []
    for tender in frameworks_to_buy_from(actor):
        lots = [
            {"lot": lot, "unit": unit_of(lot), "agreements": standing}
            for lot in tender.lots.all()
            if (standing := standing_agreements(lot, at))
        ]
        terms = framework_terms(tender)
        limited = buyers_among(actor, tender) if terms["limit"] else ()
        spent = [(one, spent_by(one, tender)) for one in limited]
        if lots:
            found.append({"tender": tender, "terms": terms, "lots": lots, "spent": spent})
    return found


def call_off_for(actor: Actor, tender: Tender, number: int, serial: int) -> CallOff:
    """Give a call-off to an actor who may know of it; to others there is none."""
    found = call_offs_for(actor, tender).filter(lot__number=number, number=serial).first()
    if found is None:
        raise Missing("call_off.missing", _("没有这次采购，或者您无权查看。"))
    return found


def as_seen(actor: Actor, made: CallOff) -> CallOff:
    """Leave out, for a supplier that was passed over, who is asked now and what that one does: it
    learns that from the notice of the result, like everybody.
    """
    is_own = made.agreement is not None and made.agreement.supplier_id in actor.organisations(
        BIDDER
    )
    if not (made.published_at or is_own or reads_call_off(actor, made)):
        made.agreement = made.price = made.amount = None
        made.answer_due_at = made.accepted_at = None
        made.state = ""
    return made


def signing_due(made: CallOff) -> date | None:
    """Give the last day to sign what was accepted, without the days on which nobody could; nothing
    where no contract is due.
    """
    if made.state != "accepted" or made.accepted_at is None:
        return None
    tender, since = made.lot.tender, made.accepted_at
    over = tender.suspensions.exclude(ended_at=None)
    stood = [(one.started_at, one.ended_at) for one in over if one.ended_at]
    last: date = rules_of(tender, since).last_day("contract", local_date(since))
    return last + timedelta(days=standstill.stood_since(stood, since))


def turns_for(actor: Actor, made: CallOff) -> list[Any]:
    """List who was asked and what each did: all for the purchasing side and oversight, its own for
    a supplier, none for others.
    """
    rows = made.turns.select_related("agreement__supplier").order_by("pk")
    if reads_call_off(actor, made):
        return list(rows)
    return list(rows.filter(agreement__supplier_id__in=actor.organisations(BIDDER)))


def call_off_fields(made: CallOff) -> dict[str, Any]:
    """Give what the notice of a call-off's result says (M110)."""
    lot, agreement = made.lot, made.agreement
    amount = made.amount or Decimal(0)
    return {
        "lot": lot.number,
        "lot_title": lot.title,
        "call_off": made.number,
        "way": framework.WAYS[made.way],
        "purchaser": party(made.purchaser),
        "supplier": party(agreement.supplier) if agreement else {},
        "content": made.content,
        "delivery": made.delivery,
        "quantity": f"{made.quantity:f}",
        "unit": unit_of(lot),
        "price": f"{made.price:.2f}",
        "agreed": f"{agreement.price:.2f}" if agreement else "",
        "amount": f"{amount:.2f}",
        "capitals": in_capitals(amount),
    }
