"""Find one tender, through the actor's eyes, and what the rules need to know of it."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.domain import (
    AGENCY,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_OPS,
    NOTARY,
    PURCHASER,
    REGULATOR,
    Actor,
)
from accounts.models import Organisation, Role
from kernel.calendar import is_sensible
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import canonical, private
from trading.domain import STAGES, deposits
from trading.domain.completeness import LotFacts, TenderFacts
from trading.domain.custody import CustodianFacts
from trading.markets import method_of
from trading.models import Attachment, Custodian, Lot, Tender
from trading.queries.rules import rules_of

TEXT_KINDS: Final = ("tender", "amendment", "clarification", "extension")
"""The notices that publish a version of the text."""
OFFICE_ROLES: Final = {
    "purchaser": (PURCHASER,),
    "centre": (CENTRE_ADMIN, CENTRE_OPS),
    "regulator": (REGULATOR,),
    "notary": (NOTARY,),
}
"""Whom each office of a custodian is taken from; never one office alone."""


def lock_tender(code: str) -> Tender:
    """Lock a tender's row until the transaction ends; always the first lock of a change."""
    found = Tender.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise _missing()
    return found


def locks_of(*tables: str) -> dict[str, Any]:
    """Give the arguments of a lock that leaves rows to whoever took them first, where it can."""
    skips = connection.features.has_select_for_update_skip_locked
    return {"skip_locked": skips, **({"of": tables} if skips else {})}


def visible_to(actor: Actor, at: datetime) -> QuerySet[Tender]:  # noqa: ARG001 - roles come with it
    """List the tenders an actor may know of: the published ones, and the drafts of its own side."""
    seen = Q(published_at__isnull=False)
    seen |= Q(agency_id__in=actor.organisations(AGENCY))
    seen |= Q(purchaser_id__in=actor.organisations(PURCHASER))
    if actor.person_id is not None:
        mine = Custodian.objects.filter(person_id=actor.person_id).values("tender_id")
        seen |= Q(pk__in=mine)
    return Tender.objects.filter(seen).select_related("purchaser", "agency")


def may_see(actor: Actor, tender: Tender) -> bool:
    """Tell the same of one tender already in hand."""
    return (
        tender.published_at is not None
        or actor.has_for(tender.agency_id, AGENCY)
        or actor.has_for(tender.purchaser_id, PURCHASER)
        or (
            actor.person_id is not None
            and tender.custodians.filter(person_id=actor.person_id).exists()
        )
    )


def tender_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender to an actor who may know of it; to anybody else there is none."""
    found = visible_to(actor, at).filter(code=code).first()
    if found is None:
        raise _missing()
    return found


def lot_of(tender: Tender, number: int) -> Lot:
    """Give a lot of a tender by its number."""
    found = tender.lots.filter(number=number).first()
    if found is None:
        raise Missing("lot.missing", _("没有第 %(number)s 采购包。"), number=number)
    return found


def custodians_of(tender: Tender, circle: str = "opening") -> list[Custodian]:
    """List one set of a tender's custodians, by place."""
    return list(tender.custodians.filter(circle=circle).select_related("person"))


def custodian_of(tender: Tender, person_id: int | None) -> Custodian:
    """Give the place a person holds among the custodians of a tender; nobody has two."""
    found = tender.custodians.filter(person_id=person_id).select_related("person").first()
    if found is None:
        raise Missing("custodian.missing", _("您不是本项目的密钥托管人。"))
    return found


def attachments_of(tender: Tender) -> QuerySet[Attachment]:
    """List the files in force, by kind and name."""
    kept = Attachment.objects.filter(tender=tender, removed_at=None)
    return kept.select_related("document").order_by("kind", "name", "id")


def attachment_of(tender: Tender, number: int) -> Attachment:
    """Give a file in force by its number."""
    found = attachments_of(tender).filter(pk=number).first()
    if found is None:
        raise Missing("attachment.missing", _("没有这份文件，或文件已被替换。"))
    return found


def bidder_of(actor: Actor) -> Organisation:
    """Give the organisation an actor bids for."""
    found = Organisation.objects.filter(pk__in=actor.organisations(BIDDER)).order_by("pk").first()
    if found is None:
        raise Missing("bidder.missing", _("您没有代表任何供应商单位。"))
    return found


def deposit_asked(tender: Tender, number: int) -> Decimal:
    """Give what a lot's bidder lays down: its share of what the call asks for all lots, or where
    lots are sold one by one what each asks for itself.
    """
    lots = {lot.number: lot for lot in tender.lots.all()}
    if number not in lots:
        raise Missing("lot.missing", _("没有第 %(number)s 采购包。"), number=number)
    if not method_of(tender).is_sealed:
        own: Decimal = lots[number].deposit
        return own
    budgets = {lot.number: lot.budget for lot in lots.values()}
    return deposits.share_of_lot(tender.bid_security, budgets, number)


def asks_deposit(tender: Tender) -> bool:
    """Tell whether whoever bids for any lot has to lay something down."""
    if method_of(tender).is_sealed:
        return bool(tender.bid_security > 0)
    return any(lot.deposit > 0 for lot in tender.lots.all())


def registered_lots(actor: Actor, tender: Tender) -> list[int]:
    """List the lots the actor's own organisation has registered for; nobody else can ask."""
    if not actor.organisations(BIDDER):
        return []
    events = private.events_of_owner(
        tender.code, bidder_of(actor).uscc, only=("bidder.registered",)
    )
    return sorted({int(event.content["lot"]) for event in events})


def facts(tender: Tender, at: datetime) -> TenderFacts:
    """Give a tender as the rules see it."""
    return TenderFacts(
        code=tender.code,
        rules=rules_of(tender, at),
        state=tender.state,
        category=tender.category,
        title=tender.title,
        summary=tender.summary,
        contact_name=tender.contact_name,
        contact_phone=tender.contact_phone,
        region=tender.region,
        plan_number=tender.plan_number,
        funding=tender.funding,
        place=tender.place,
        qualification=tuple(tender.qualification),
        conformity=tuple(tender.conformity),
        scheme=tender.scheme,
        stages=tender.stages,
        threshold=tender.threshold,
        bid_security=tender.bid_security,
        validity_days=tender.validity_days,
        documents_from=tender.documents_from,
        documents_until=tender.documents_until,
        bids_close_at=tender.bids_close_at,
        lots=tuple(_lot_facts(lot) for lot in tender.lots.all()),
        custodians=tuple(map(_custodian_facts, custodians_of(tender))),
        recovery_threshold=tender.recovery_threshold,
        recovery=tuple(map(_custodian_facts, custodians_of(tender, "recovery"))),
        attachments=frozenset(attachments_of(tender).values_list("kind", flat=True)),
        demands=method_of(tender).demands,
    )


def text_of(tender: Tender) -> dict[str, Any]:
    """Give the whole text that bidders answer, attachments by digest; its hash freezes it."""
    is_sealed = method_of(tender).is_sealed
    return {
        "v": 1,
        "code": tender.code,
        "market": tender.market,
        "method": tender.method,
        "category": tender.category,
        "title": tender.title,
        "summary": tender.summary,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "region": tender.region,
        "plan_number": tender.plan_number,
        "qualification": tender.qualification,
        **(_sealed_text(tender) if is_sealed else {"extension": tender.extension}),
        "bids_close_at": tender.bids_close_at,
        "lots": [_lot_text(lot, is_sealed=is_sealed) for lot in tender.lots.all()],
        "attachments": [_attachment_text(kept) for kept in attachments_of(tender)],
        "clarifications": [
            {"question": said.question, "answer": said.answer}
            for said in tender.clarifications.exclude(answered_at=None).order_by(
                "answered_at", "id"
            )
        ],
    }


def _sealed_text(tender: Tender) -> dict[str, Any]:
    """Give what the text says where bids are sealed and judged."""
    return {
        "funding": tender.funding,
        "place": tender.place,
        "conformity": tender.conformity,
        "scheme": tender.scheme,
        "stages": list(STAGES[tender.stages]),
        "threshold": tender.threshold,
        **_recovery_text(tender),
        "bid_security": f"{tender.bid_security:.2f}",
        "validity_days": tender.validity_days,
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
    }


def digest_of(value: object) -> str:
    """Hash a value in its one canonical form."""
    return hashlib.sha256(canonical.encode(value)).hexdigest()


def document_versions(tender: Tender) -> list[str]:
    """List the digests of all published versions of the text, oldest first."""
    notices = tender.notices.filter(kind__in=TEXT_KINDS)
    return [digest_of(notice.fields["text"]) for notice in notices.order_by("number")]


def policy_of(tender: Tender) -> dict[str, Any]:
    """Give the custody policy: who holds which public keys, and how many open a stage
    (sealing.md 4.1).
    """
    opening, recovery = custodians_of(tender), custodians_of(tender, "recovery")
    policy = {
        "v": 1,
        "tender": tender.code,
        "suite": 1,
        "mode": "joint",
        "stages": list(STAGES[tender.stages]),
        **_circle(tender, tender.threshold, opening),
        "deadline": {"interval": "[open, close)", "decided_by": "arrival", "moved_by": "fact"},
    }
    if recovery:
        policy["recovery"] = _circle(tender, tender.recovery_threshold, recovery)
    return policy


def _circle(tender: Tender, k: int, holders: list[Custodian]) -> dict[str, Any]:
    return {
        "k": k,
        "n": len(holders),
        "custodians": [
            {
                "index": holder.index,
                "name": holder.person.name,
                "office": holder.office,
                "public_keys": {
                    stage: holder.public_keys[stage]
                    for stage in STAGES[tender.stages]
                    if stage in holder.public_keys
                },
            }
            for holder in holders
        ],
    }


def _recovery_text(tender: Tender) -> dict[str, Any]:
    """Say how many of how many may recover a lost share; nothing when there is no such set."""
    count = tender.custodians.filter(circle="recovery").count()
    return {"recovery": {"k": tender.recovery_threshold, "n": count}} if count else {}


def party(organisation: Organisation) -> dict[str, str]:
    """Say who an organisation is, as documents and notices name it."""
    return {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "address": organisation.address,
        "phone": organisation.phone,
    }


def _lot_text(lot: Lot, *, is_sealed: bool) -> dict[str, Any]:
    common = {
        "number": lot.number,
        "title": lot.title,
        "description": lot.description,
        "quantity": lot.quantity,
        "delivery": lot.delivery,
        "budget": f"{lot.budget:.2f}",
    }
    if is_sealed:
        return {**common, "ceiling": f"{lot.ceiling:.2f}", "items": lot.items}
    return {**common, "deposit": f"{lot.deposit:.2f}", "auction": lot.auction}


def _attachment_text(kept: Attachment) -> dict[str, Any]:
    return {
        "kind": kept.kind,
        "name": kept.name,
        "sha256": kept.document.digest,
        "sm3": kept.document.sm3,
        "size": kept.document.size,
    }


def _lot_facts(lot: Lot) -> LotFacts:
    return LotFacts(
        number=lot.number,
        title=lot.title,
        budget=lot.budget,
        ceiling=lot.ceiling,
        items=len(lot.items),
        state=lot.state,
        deposit=lot.deposit,
        auction=lot.auction,
    )


def _custodian_facts(holder: Custodian) -> CustodianFacts:
    return CustodianFacts(
        holder.index, holder.person.name, holder.office, frozenset(holder.public_keys)
    )


def _missing() -> Missing:
    return Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))


def purchasers() -> QuerySet[Organisation]:
    """List the organisations that have a purchaser's people."""
    return Organisation.objects.filter(roles__role=PURCHASER).distinct().order_by("name")


def own_tenders(actor: Actor) -> QuerySet[Tender]:
    """List the tenders of the actor's own side, newest first, drafts among them."""
    mine = Q(agency_id__in=actor.organisations(AGENCY))
    mine |= Q(purchaser_id__in=actor.organisations(PURCHASER))
    rows = Tender.objects.filter(mine).select_related("purchaser", "agency")
    return rows.order_by("-drafted_at", "-pk")


def custodian_choices(tender: Tender, at: datetime) -> list[tuple[str, str, str]]:
    """List who may hold a stage key: (user name, name with organisation, office)."""
    taken = set(tender.custodians.values_list("person_id", flat=True))
    found: list[tuple[str, str, str]] = []
    for office, roles in OFFICE_ROLES.items():
        rows = Role.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), role__in=roles)
        if office == "purchaser":
            rows = rows.filter(organisation_id=tender.purchaser_id)
        for row in rows.select_related("person", "organisation").order_by("person__username"):
            if row.person_id not in taken:
                taken.add(row.person_id)
                body = row.organisation.name if row.organisation else ""
                found.append((row.person.username, f"{row.person.name}（{body}）", office))
    return found


def tenders_page(
    actor: Actor,
    at: datetime,
    *,
    state: str = "",
    since: datetime | None = None,
    after: str = "",
    size: int = 50,
) -> tuple[list[Tender], str]:
    """Give one page of the tenders an actor may know of, by code, and the key of the next."""
    rows = visible_to(actor, at).prefetch_related("lots").order_by("code")
    if state:
        rows = rows.filter(state=state)
    if since is not None and is_sensible(since):
        rows = rows.filter(published_at__gte=since)
    items = list(rows.filter(code__gt=after)[: size + 1])
    return items[:size], items[size - 1].code if len(items) > size else ""
