"""Whom a tender invites, for each of those invited about itself, and who may be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts import queries as accounts
from accounts.domain import AGENCY, BIDDER, PURCHASER, Actor
from accounts.models import Organisation, Role
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import invitations
from trading.markets import method_of, words_of
from trading.models import Competition, Tender
from trading.queries.competitions import entrants_asked
from trading.queries.headings import paper_head
from trading.queries.invited import chosen_of, invited_of
from trading.queries.parties import party
from trading.queries.takers import reads_takers
from trading.queries.tenders import bidder_in, own_codes, tender_for


def awaits_nonce(tender: Tender) -> bool:
    """Tell whether the purchaser still has to give the nonce by which those invited are drawn."""
    how = method_of(tender).by_invitation
    if how is None or not how.draws or tender.state not in invitations.NONCE_IN:
        return False
    invited = invited_of(tender)
    return bool(invited.seed) and not invited.nonce


def may_take_part(actor: Actor, tender: Tender) -> bool:
    """Tell whether a tender is open to an organisation an actor bids for: to all, or to those alone
    who were invited or came through a gate.
    """
    if not method_of(tender).is_limited:
        return True
    if tender.published_at is None or not actor.organisations(BIDDER):
        return False
    return not own_codes(actor).isdisjoint(chosen_of(tender))


def is_invited(actor: Actor, tender: Tender) -> bool:
    """Tell whether an organisation of the actor's holds an invitation to this tender."""
    return method_of(tender).invites and may_take_part(actor, tender)


def seen_invited(actor: Actor, tender: Tender) -> tuple[str, ...]:
    """Give those invited, or who passed, as far as the actor may know: its own side all; centre and
    oversight once bids are closed; one of them itself alone; others nobody.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if side or reads_takers(actor, tender):
        return chosen_of(tender)
    limited = method_of(tender).is_limited
    return (bidder_in(actor, tender).uscc,) if limited and may_take_part(actor, tender) else ()


def call_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender to whom its call goes; where a list says who, it goes to nobody else."""
    tender = tender_for(actor, code, at)
    if not may_take_part(actor, tender):
        raise no_call()
    return tender


def no_call() -> Missing:
    """Say of what only those invited have no more than of what is not there."""
    return Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))


def invitation_to(actor: Actor, code: str, at: datetime) -> tuple[Tender, Organisation]:
    """Give a tender and the actor's organisation that it invites; else there is no invitation."""
    tender = tender_for(actor, code, at)
    if not is_invited(actor, tender):
        raise no_call()
    return tender, bidder_in(actor, tender)


def invitations_of(actor: Actor) -> list[Tender]:
    """List the tenders that take bids of those alone whom a list names, an organisation of the
    actor's among them, the nearest first.
    """
    if not actor.organisations(BIDDER):
        return []
    own = own_codes(actor)
    rows = Tender.objects.filter(state="announced").exclude(invited=b"")
    rows = rows.order_by("bids_close_at", "pk")
    return [one for one in rows if not own.isdisjoint(chosen_of(one))]


def strangers_among(tender: Tender, codes: Sequence[str], at: datetime) -> list[str]:
    """List the codes that no bidder here has: unknown, with nobody who bids for it, or of the
    tender's own side.
    """
    roles = Role.objects.filter(accounts.in_force(at), role=BIDDER, organisation__uscc__in=codes)
    roles = roles.exclude(organisation_id__in=(tender.purchaser_id, tender.agency_id))
    bidders = set(roles.values_list("organisation__uscc", flat=True))
    return [code for code in codes if code not in bidders]


def codes_of(names: Sequence[str]) -> list[str]:
    """Turn names of organisations into their codes; what is no name that just one has stays."""
    found: dict[str, list[str]] = {}
    for name, code in Organisation.objects.filter(name__in=names).values_list("name", "uscc"):
        found.setdefault(name, []).append(code)
    return [found[name][0] if len(found.get(name, ())) == 1 else name for name in names]


def named(codes: Sequence[str]) -> list[dict[str, str]]:
    """Give organisations of a list by code and name, in the order of the list."""
    rows = Organisation.objects.filter(uscc__in=codes).values_list("uscc", "name")
    names = dict(rows)
    return [{"uscc": code, "name": names.get(code, "")} for code in codes]


def invitation_fields(tender: Tender, bidder: Organisation, at: datetime) -> dict[str, Any]:
    """Give what the written invitation says (BL 17; M87 14)."""
    return {
        **paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "invited": party(bidder),
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "summary": tender.summary,
        "lots": [
            {"number": lot.number, "title": lot.title, "delivery": lot.delivery}
            for lot in tender.lots.all()
        ],
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
        "bids_close_at": tender.bids_close_at,
        "place": tender.place,
        "issued_at": called_at(tender),
        "printed_at": at,
        "text_digest": tender.text_digest,
        "words": {name: words_of(tender)[name] for name in ("purchaser", "agency", "documents")},
    }


def is_asked(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor acts for one of those shortlisted that are asked to compete."""
    return not own_codes(actor).isdisjoint(entrants_asked(tender))


def called_at(tender: Tender) -> datetime | None:
    """Give when the call went out: where something stood before it, by its own notice."""
    if method_of(tender).gate is None:
        return tender.published_at
    sent = tender.notices.filter(kind="tender").first()
    return sent.published_at if sent else None


def competitions_for(actor: Actor) -> list[Tender]:
    """List the competitions an actor is asked to, whose rooms are still to be prepared."""
    rows = Competition.objects.filter(tender__state="announced").select_related("tender")
    waiting = list(rows.order_by("tender__bids_close_at", "pk"))
    own = own_codes(actor) if waiting else frozenset()
    return [made.tender for made in waiting if own & {one["uscc"] for one in made.asked}]
