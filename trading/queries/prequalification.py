"""Who applied to be prequalified and what was found: for an applicant its own, for the side that
reviews all of them once applications are closed, for nobody else anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.domain import AGENCY, BIDDER, PURCHASER, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger import queries as record
from ledger.private import Event
from trading.domain import consortia
from trading.domain.consortia import Applying
from trading.domain.prequalification import Verdict
from trading.markets import method_of, words_of
from trading.models import Attachment, Tender
from trading.queries.headings import paper_head
from trading.queries.parties import party
from trading.queries.partners import Partner, partners_in
from trading.queries.rules import rules_of
from trading.queries.tenders import attachments_of, bidder_in, own_codes, tender_for

SUBMITTED: Final = "prequal.submitted"
WITHDRAWN: Final = "prequal.withdrawn"
REVIEWED: Final = "prequal.reviewed"
DECIDED: Final = "prequal.decided"
KINDS: Final = (SUBMITTED, WITHDRAWN, REVIEWED, DECIDED)
OWN: Final = (SUBMITTED, WITHDRAWN, DECIDED)
"""What an applicant knows of itself; how it is being reviewed is not told before the end."""
PUBLIC: Final = ("prequalifying", "prequal_review")
OVER: Final = ("announced", "failed")
"""Where a prequalification that ended has led to."""


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


def prequalified_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender that is or was open to applications; others have no such page."""
    tender = tender_for(actor, code, at)
    if method_of(tender).prequalification is None or tender.published_at is None:
        raise Missing("part.missing", _("没有这个内容。"))
    return tender


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


def are_applications_closed(tender: Tender) -> bool:
    """Tell whether the time to apply came to its end; a tender terminated before never gets there,
    and may be announced again.
    """
    return record.first_fact(tender.code, "tender.applications_closed") is not None


def filed_for_review(tender: Tender) -> list[Filed]:
    """List who applied, in the order of the last application; for the side that reviews, once
    applications are closed.
    """
    if not are_applications_closed(tender):
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
    """Give those who applied to the tender's own side, once applications are closed."""
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return filed_for_review(tender) if side else []


def is_kept_out(tender: Tender, uscc: str) -> bool:
    """Tell whether somebody applied and was found not to pass."""
    found = next((one for one in filed_for_review(tender) if one.owner == uscc), None)
    return found is not None and found.verdict is not None and not found.verdict.passed


def filed_of(actor: Actor, tender: Tender, row: UUID) -> Filed:
    """Give one application by its random name; to who may not know of it there is none."""
    found = next((one for one in seen_filed(actor, tender) if one.row == row), None)
    if found is None:
        raise Missing("prequal.missing", _("没有这份申请，或您无权查看。"))
    return found


def filed_by(owner: str, name: str, events: Sequence[Event]) -> Filed | None:
    """Give the application that stands, by the events of who acted; None where there is none."""
    last = _last(events, SUBMITTED, WITHDRAWN)
    if last is None or last.kind == WITHDRAWN:
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
    return sum(event.kind in {SUBMITTED, WITHDRAWN} for event in events)


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


def least_prequalified(tender: Tender) -> int:
    """Give how many must pass for the bidding to go on (BLR 19)."""
    rules = rules_of(tender, tender.published_at or tender.drafted_at)
    return int(rules.value("least_prequalified", "min"))


def least_reviewers(tender: Tender) -> int | None:
    """Give of how many at least its review committee is; None where no committee has to be."""
    how = method_of(tender).prequalification
    if how is None or not how.panel_article or not tender.state_funded:
        return None
    rules = rules_of(tender, tender.published_at or tender.drafted_at)
    return int(rules.value("committee_size", "min"))


def prequal_documents(tender: Tender) -> QuerySet[Attachment]:
    """List the files that applicants get: the prequalification documents alone."""
    return attachments_of(tender).filter(kind=Attachment.Kind.PREQUALIFICATION)


def prequal_document(tender: Tender, number: int) -> Attachment:
    """Give one of them by its number."""
    found = prequal_documents(tender).filter(pk=number).first()
    if found is None:
        raise Missing("attachment.missing", _("没有这份文件，或文件已被替换。"))
    return found


def prequal_fields(tender: Tender) -> dict[str, Any]:
    """Give what the prequalification notice says (NT10 5; GPR 21): of the tender documents only
    that there will be some.
    """
    method = method_of(tender)
    names = [name for name in method.demands.dates if name.startswith("prequalification")]
    how = method.prequalification
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
            {"name": kept.name, "sha256": kept.document.digest}
            for kept in prequal_documents(tender)
        ],
        "article": how.article if how else "",
        "least": least_prequalified(tender),
        "most_partners": tender.most_partners,
        **{name: getattr(tender, name) for name in names},
    }


def own_result(actor: Actor, code: str, at: datetime) -> tuple[Tender, Filed]:
    """Give what an applicant was told at the end; before it, and to others, there is nothing."""
    tender = prequalified_for(actor, code, at)
    filed, _turns_taken = own_filed(actor, tender)
    if filed is None or filed.decided_at is None:
        raise Missing("prequal.no_result", _("没有资格预审结果通知书。"))
    return tender, filed


def told_out(actor: Actor, at: datetime) -> Iterator[tuple[Tender, Filed, date]]:
    """List the prequalifications that ended with the actor's own organisations not let in, each
    until the last day to object, whether it failed for all or they did not pass.
    """
    own = own_codes(actor) if actor.organisations(BIDDER) else set()
    ended = Tender.objects.filter(state__in=OVER, prequalification_close_at__lt=at).order_by("pk")
    tenders = {tender.code: tender for tender in ended} if own else {}
    events = private.events_of_owners((code, uscc) for code in tenders for uscc in sorted(own))
    for (code, uscc), mine in events.items():
        filed = filed_by(uscc, "", [event for event in mine if event.kind in OWN])
        if filed is None or filed.decided_at is None or not filed.verdict:
            continue
        rules = rules_of(tenders[code], tenders[code].drafted_at)
        last = rules.last_day("prequalification_result", local_date(filed.decided_at))
        if local_date(at) <= last and not (filed.goes_on and filed.verdict.passed):
            yield tenders[code], filed, last


def result_letter(tender: Tender, filed: Filed, at: datetime) -> dict[str, Any]:
    """Give what the written result says: whoever passed is invited by it, whoever did not learns
    why (BLR 19).
    """
    verdict, how = filed.verdict or Verdict({}), method_of(tender).prequalification
    terms = {str(term["code"]): str(term["text"]) for term in tender.qualification}
    terms |= {consortia.LAW: consortia.LAW_SAID}
    return {
        **paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "applicant": {"name": filed.name, "uscc": filed.owner},
        "partners": [{"name": one.name, "uscc": one.uscc} for one in filed.partners],
        "passed": verdict.passed,
        "unmet": [
            {"code": code, "text": terms.get(code, ""), "reason": reason}
            for code, reason in verdict.unmet.items()
        ],
        "goes_on": filed.goes_on,
        "least": least_prequalified(tender),
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
        "bids_close_at": tender.bids_close_at,
        "place": tender.place,
        "decided_at": filed.decided_at,
        "printed_at": at,
        "words": {name: words_of(tender)[name] for name in ("purchaser", "agency", "documents")},
        "remedy": how.remedy if how else "",
        "voided": how.voided if how and filed.is_too_late else "",
    }
