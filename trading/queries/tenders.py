"""Find one tender, through the actor's eyes, and what the rules need to know of it."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.domain import (
    AGENCY,
    AUDITOR,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_OPS,
    NOTARY,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    Actor,
)
from accounts.models import Organisation, Role
from kernel.calendar import is_sensible
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from trading.domain import deposits
from trading.domain.sources import needs_publicity
from trading.markets import method_of, words_of
from trading.models import Attachment, Custodian, Lot, Tender
from trading.queries.invited import chosen_of
from trading.queries.rules import rules_of
from trading.queries.sources import source_facts

OFFICE_ROLES: Final = {
    "purchaser": (PURCHASER,),
    "centre": (CENTRE_ADMIN, CENTRE_OPS),
    "regulator": (REGULATOR,),
    "notary": (NOTARY,),
}
"""Whom each office of a custodian is taken from; never one office alone."""
ENTERED: Final = ("entry_review", "registered")
"""Where the centre knows of a tender before the public does: it looks whether papers are there."""


def lock_tender(code: str) -> Tender:
    """Lock a tender's row until the transaction ends; always the first lock of a change."""
    found = Tender.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise _missing()
    return found


def lock_tenders(codes: Collection[str]) -> list[Tender]:
    """Lock several tenders, those there are, in one order for everybody."""
    rows = Tender.objects.select_for_update(of=("self",)).filter(code__in=codes)
    return list(rows.order_by("pk"))


def locks_of(*tables: str) -> dict[str, Any]:
    """Give the arguments of a lock that leaves rows to whoever took them first, where it can."""
    skips = connection.features.has_select_for_update_skip_locked
    return {"skip_locked": skips, **({"of": tables} if skips else {})}


def visible_to(actor: Actor, at: datetime) -> QuerySet[Tender]:  # noqa: ARG001 - roles come with it
    """List the tenders an actor may know of: the published ones, and the drafts of its own side."""
    seen = Q(published_at__isnull=False)
    seen |= Q(agency_id__in=actor.organisations(AGENCY))
    seen |= Q(purchaser_id__in=actor.organisations(PURCHASER))
    if actor.has(PERSONNEL):
        seen |= Q(state="planned")
    if actor.has(CENTRE_OPS):
        seen |= Q(state__in=ENTERED)
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
        or (tender.state == "planned" and actor.has(PERSONNEL))
        or (tender.state in ENTERED and actor.has(CENTRE_OPS))
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


def own_codes(actor: Actor) -> frozenset[str]:
    """Give the codes of all organisations an actor bids for."""
    own = Organisation.objects.filter(pk__in=actor.organisations(BIDDER))
    return frozenset(own.values_list("uscc", flat=True))


def may_read_of(actor: Actor, tender: Tender, uscc: str) -> bool:
    """Tell whether an actor may read what is written to one supplier: that supplier itself, those
    whose tender it is, and oversight.
    """
    if actor.has(REGULATOR, AUDITOR) or actor.has_for(tender.purchaser_id, PURCHASER):
        return True
    if actor.has_for(tender.agency_id, AGENCY):
        return True
    return uscc in own_codes(actor)


def bidder_in(actor: Actor, tender: Tender) -> Organisation:
    """Give the organisation an actor bids for in a tender: by invitation the one it invites."""
    own = Organisation.objects.filter(pk__in=actor.organisations(BIDDER)).order_by("pk")
    invited = own.filter(uscc__in=chosen_of(tender)).first()
    return invited or bidder_of(actor)


def deposit_asked(tender: Tender, number: int) -> Decimal:
    """Give what a lot's bidder lays down: its share of what the call asks for all lots, or where
    lots are sold one by one what each asks for itself.
    """
    lots = {lot.number: lot for lot in tender.lots.all()}
    if number not in lots:
        raise Missing("lot.missing", _("没有第 %(number)s 采购包。"), number=number)
    if method_of(tender).sells:
        own: Decimal = lots[number].deposit
        return own
    budgets = {lot.number: lot.budget for lot in lots.values()}
    return deposits.share_of_lot(tender.bid_security, budgets, number)


def asks_deposit(tender: Tender) -> bool:
    """Tell whether whoever bids for any lot has to lay something down."""
    if method_of(tender).sells:
        return any(lot.deposit > 0 for lot in tender.lots.all())
    return bool(tender.bid_security > 0)


def limit_called(tender: Tender) -> dict[str, str]:
    """Give what papers call the price that bounds the bids, where it is no ceiling."""
    return {"limit_called": words_of(tender)["start_price"]} if method_of(tender).sells else {}


def registered_lots(actor: Actor, tender: Tender) -> list[int]:
    """List the lots the actor's own organisation has registered for; nobody else can ask."""
    if not actor.organisations(BIDDER):
        return []
    events = private.events_of_owner(
        tender.code, bidder_in(actor, tender).uscc, only=("bidder.registered",)
    )
    return sorted({int(event.content["lot"]) for event in events})


def must_publicise(tender: Tender, at: datetime) -> bool:
    """Tell whether the sole supplier of a tender stands before the public before it is invited."""
    source = source_facts(tender)
    return source is not None and needs_publicity(source, rules_of(tender, at))


def said_least(least: int) -> str:
    """Say how many there must be, as notices count suppliers."""
    return {1: "一", 2: "两", 3: "三"}.get(least, str(least))


def quote_tree(code: str) -> str:
    """Name the private tree that the last quotes of a tender rest in: the first one is closed."""
    return f"{code}/last"


def least_parties(tender: Tender, at: datetime) -> int:
    """Give how many suppliers there must be: fewer in a case that the law lists (C214 art. 21)."""
    rules = rules_of(tender, at)
    if tender.listed_case:
        rules = rules.about(tender.listed_case)
    return int(rules.value("least_parties", "min"))


def least_valid(tender: Tender, at: datetime) -> tuple[int, str]:
    """Give how many bids must be left after their review, and by which article: as many as had to
    come, unless the law asks so many of those who bid alone (LD39 13, 14).
    """
    row = rules_of(tender, at).find("least_valid", "min")
    if row is None:
        return least_parties(tender, at), method_of(tender).thin_article
    return int(row.value), row.basis.cited


def _missing() -> Missing:
    return Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))


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
