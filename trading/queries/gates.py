"""Who handed something in at the gate before a call, and what came of it: for each its own, for the
side that reads all of it once the gate is closed, for nobody else anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.domain import AGENCY, BIDDER, PERSONNEL, PURCHASER, Actor
from accounts.models import Organisation
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger import queries as record
from ledger.private import Event
from trading.domain import consortia
from trading.domain.consortia import Applying
from trading.domain.first_stage import FIXED, FIXED_OF_LOTS
from trading.domain.gates import GATES, Gate
from trading.domain.prequalification import Verdict
from trading.markets import method_of
from trading.models import Attachment, Tender
from trading.queries.parties import party
from trading.queries.partners import Partner, partners_in
from trading.queries.tenders import attachments_of, bidder_in, tender_for

SUBMITTED: Final = tuple(f"{gate.prefix}.submitted" for gate in GATES)
WITHDRAWN: Final = tuple(f"{gate.prefix}.withdrawn" for gate in GATES)
REVIEWED: Final = "prequal.reviewed"
DECIDED: Final = "prequal.decided"
OWN: Final = (*SUBMITTED, *WITHDRAWN, DECIDED)
"""What somebody knows of itself; how it is being reviewed is not told before the end."""
KINDS: Final = (*OWN, REVIEWED)


@dataclass(frozen=True)
class Filed:
    """One applicant as far as it has come: its application, how often it acted, what was found;
    whether it was found right only when bids had closed; why the law voids it, and who else is in
    the consortium it leads.
    """

    row: UUID
    owner: str
    name: str
    at: datetime
    content: dict[str, Any]
    turns: int
    verdict: Verdict | None = None
    reviews: int = 0
    decided_at: datetime | None = None
    goes_on: bool = False
    is_too_late: bool = False
    void: str = ""
    partners: tuple[Partner, ...] = ()


def gate_of(tender: Tender) -> Gate:
    """Give what stands before the call of a tender; others have no such page."""
    gate = method_of(tender).gate
    if gate is None:
        raise Missing("part.missing", _("没有这个内容。"))
    return gate


def gated_for(actor: Actor, code: str, at: datetime, gate: Gate) -> Tender:
    """Give a tender whose gate of this kind is or was open; others have no such page."""
    tender = tender_for(actor, code, at)
    if method_of(tender).gate != gate or tender.published_at is None:
        raise Missing("part.missing", _("没有这个内容。"))
    return tender


def gate_closes_at(tender: Tender) -> datetime | None:
    """Give when the gate of a tender closes."""
    closes: datetime | None = getattr(tender, gate_of(tender).closes)
    return closes


def is_gate_open(tender: Tender, at: datetime) -> bool:
    """Tell whether something may be handed in now."""
    gate, closes = gate_of(tender), gate_closes_at(tender)
    return tender.state == gate.takes and closes is not None and at < closes


def is_editable(tender: Tender) -> bool:
    """Tell whether the text may still be written: in a draft, and after the first of two stages."""
    staged = method_of(tender).first_stage is not None
    return tender.state == "draft" or (staged and tender.state == gate_of(tender).reads)


def settled_fields(tender: Tender) -> frozenset[str]:
    """Give what the second of two documents leaves as the first notice said it."""
    return FIXED | set(gate_of(tender).dates) if is_settled(tender) else frozenset()


def settled_of_lots(tender: Tender) -> frozenset[str]:
    """Give what it leaves of each lot as the first notice said it."""
    return FIXED_OF_LOTS if is_settled(tender) else frozenset()


def is_settled(tender: Tender) -> bool:
    """Tell whether a first notice stands, and what goes on from it is being written."""
    gate = method_of(tender).gate
    return gate is not None and tender.state == gate.reads


def without_settled(tender: Tender, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of some changes what is settled and stays as it is: a whole form names it too."""
    settled = settled_fields(tender)
    return {n: v for n, v in changes.items() if n not in settled or v != getattr(tender, n)}


def is_called(tender: Tender) -> bool:
    """Tell whether bids were called for: before that what is in the documents is for its own side
    alone.
    """
    return method_of(tender).gate is None or tender.notices.filter(kind="tender").exists()


def deadline_told(tender: Tender) -> datetime | None:
    """Give the deadline that everybody was told of: that of the gate until bids are called for."""
    if tender.published_at is None:
        return None
    return tender.bids_close_at if is_called(tender) else gate_closes_at(tender)


def reads_documents(actor: Actor, tender: Tender) -> bool:
    """Tell whether an actor may read what the text of a tender says now."""
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if tender.published_at is None:  # others who know of a draft know of it for a task of theirs
        return side or (tender.state == "planned" and actor.has(PERSONNEL))
    return side or is_called(tender)


def documented_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender to an actor who may read what its text says now."""
    tender = tender_for(actor, code, at)
    if not reads_documents(actor, tender):
        raise Missing("gate.uncalled", _("招标文件还没有发出。"))
    return tender


def lots_told(tender: Tender) -> list[dict[str, Any]]:
    """Give the lots as the notice of a gate named them, each in the state it is in now."""
    states = dict(tender.lots.values_list("number", "state"))
    told = told_at_gate(tender).get("lots", [])
    return [{**lot, "state": states.get(lot["number"], "open")} for lot in told]


def own_filed(actor: Actor, tender: Tender) -> tuple[Filed | None, int]:
    """Give the application of the actor's own organisation, and how often it acted."""
    if not actor.organisations(BIDDER):
        return None, 0
    owner = bidder_in(actor, tender)
    events = private.events_of_owner(tender.code, owner.uscc, only=OWN)
    filed = filed_by(owner.uscc, owner.name, events)
    return with_partners(tender, filed) if filed else None, _turns(events)


def with_partners(tender: Tender, filed: Filed) -> Filed:
    """Add who else is in the consortium an application is of, and who of them said so."""
    return replace(filed, partners=partners_in(tender.code, filed.row, filed.content))


def is_gate_closed(tender: Tender) -> bool:
    """Tell whether the time to hand in came to its end; a tender terminated before never gets
    there, and may be announced again.
    """
    gate = method_of(tender).gate
    return gate is not None and record.first_fact(tender.code, gate.closed) is not None


def filed_for_review(tender: Tender) -> list[Filed]:
    """List who handed something in, in the order of the last time; for the side that reads it, once
    the gate is closed.
    """
    if not is_gate_closed(tender):
        return []
    by_owner: dict[str, list[Event]] = {}
    for event in private.events_of(tender.code):
        if event.kind in KINDS:
            by_owner.setdefault(str(event.content["owner"]), []).append(event)
    names = dict(Organisation.objects.filter(uscc__in=by_owner).values_list("uscc", "name"))
    found = [filed_by(owner, names[owner], events) for owner, events in by_owner.items()]
    return _judged(tender, sorted((one for one in found if one), key=lambda one: (one.at, one.row)))


def _judged(tender: Tender, found: Sequence[Filed]) -> list[Filed]:
    """Add the consortia, and what the law voids of all that was handed in."""
    whole = [with_partners(tender, one) if one.content.get("partners") else one for one in found]
    applying = {
        one.owner: Applying(
            tuple(p.uscc for p in one.partners), frozenset(p.uscc for p in one.partners if p.joined)
        )
        for one in whole
    }
    void = consortia.voided(applying)
    return [_void(one, void[one.owner]) if one.owner in void else one for one in whole]


def _void(filed: Filed, reason: str) -> Filed:
    """Let the law say what was found, until somebody decided otherwise."""
    verdict = filed.verdict if filed.decided_at else Verdict({consortia.LAW: reason})
    return replace(filed, void=reason, verdict=verdict)


def seen_filed(actor: Actor, tender: Tender) -> list[Filed]:
    """Give those who handed something in to the tender's own side, once applications are closed."""
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return filed_for_review(tender) if side else []


def filed_of(actor: Actor, tender: Tender, row: UUID) -> Filed:
    """Give one application by its random name; to who may not know of it there is none."""
    found = next((one for one in seen_filed(actor, tender) if one.row == row), None)
    if found is None:
        raise Missing("gate.missing", _("没有这份材料，或您无权查看。"))
    return found


def filed_by(owner: str, name: str, events: Sequence[Event]) -> Filed | None:
    """Give the application that stands, by the events of who acted; None where there is none."""
    last = _last(events, *SUBMITTED, *WITHDRAWN)
    if last is None or last.kind in WITHDRAWN:
        return None
    review = _last(events, REVIEWED)
    decided = _last(events, DECIDED)
    found = decided or review
    return Filed(
        row=last.row,
        owner=owner,
        name=name,
        at=last.at,
        content=last.content,
        turns=_turns(events),
        verdict=Verdict(found.content["unmet"]) if found else None,
        reviews=sum(event.kind == REVIEWED for event in events),
        decided_at=decided.at if decided else None,
        goes_on=bool(decided and decided.content["goes_on"]),
        is_too_late=bool(decided and decided.content.get("too_late")),
    )


def _last(events: Sequence[Event], *kinds: str) -> Event | None:
    """Give the last of what was done in turns: of two at one instant the later turn."""
    found = [event for event in events if event.kind in kinds]
    return max(found, key=lambda event: int(event.content["turn"]), default=None)


def _turns(events: Sequence[Event]) -> int:
    return sum(event.kind in {*SUBMITTED, *WITHDRAWN} for event in events)


def unlocked(tender: Tender, kept: Mapping[str, Any]) -> bytes:
    """Unlock a file of an application, for who may read it: its own or the joint agreement."""
    locked = record.read_document(kept["document"])
    plain = private.unlock(locked, about_file(tender, kept["sha256"]))
    return plain[: int(kept["size"])]


def about_file(tender: Tender, sha256: str) -> str:
    """Name what the file of an application is locked to."""
    return f"prequal.{tender.code}.{sha256}"


def file_of(tender: Tender, filed: Filed) -> bytes:
    """Unlock the file of an application, for who may read it."""
    return unlocked(tender, filed.content)


def gate_documents(tender: Tender) -> QuerySet[Attachment]:
    """List the files handed out at the gate: its own documents alone."""
    return attachments_of(tender).filter(kind=gate_of(tender).document)


def gate_document(tender: Tender, number: int) -> Attachment:
    """Give one of them by its number."""
    found = gate_documents(tender).filter(pk=number).first()
    if found is None:
        raise Missing("attachment.missing", _("没有这份文件，或文件已被替换。"))
    return found


def gate_fields(tender: Tender) -> dict[str, Any]:
    """Give what the notice of a gate says (NT10 5; GPR 21): of the tender documents only that there
    will be some.
    """
    method, gate = method_of(tender), gate_of(tender)
    return {
        "code": tender.code,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "plan_number": tender.plan_number,
        "funding": tender.funding,
        "summary": tender.summary,
        "qualification": tender.qualification,
        "lots": [
            {
                "number": lot.number,
                "title": lot.title,
                "description": lot.description,
                "quantity": lot.quantity,
                "delivery": lot.delivery,
                "budget": f"{lot.budget:.2f}",
            }
            for lot in tender.lots.all()
        ],
        "documents": [
            {"name": kept.name, "sha256": kept.document.digest} for kept in gate_documents(tender)
        ],
        **{name: getattr(tender, name) for name in gate.dates if name in method.demands.dates},
    }


def told_at_gate(tender: Tender) -> dict[str, Any]:
    """Give what the last notice of a gate said: what is written since then is nobody's yet."""
    gate = gate_of(tender)
    said = tender.notices.filter(kind__in=(gate.notice, gate.amendment)).order_by("-number").first()
    fields: dict[str, Any] = said.fields if said else {}
    return fields
