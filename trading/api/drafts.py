"""Draft, approve and publish by the API."""

from dataclasses import asdict, fields
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Status, UploadedFile

from accounts.api import acting
from kernel.calendar import local_date
from trading import policy, queries, services
from trading.api.bodies import (
    AmendmentIn,
    FailureIn,
    OrderIn,
    ReasonIn,
    RetenderIn,
    StopIn,
    read_repricing,
)
from trading.api.door import router
from trading.api.draft_bodies import (
    AuctionIn,
    CustodianIn,
    EntryIn,
    EntryRefusalIn,
    KeysIn,
    ListingIn,
    LotIn,
    MediumIn,
    NewTender,
    PriorityIn,
    ReserveIn,
    SourceIn,
    TenderChanges,
)
from trading.api.shown import lot_out, notice_out, source_out, tender_out, tender_shown
from trading.domain import completeness, datechecks
from trading.domain.files import Upload
from trading.domain.priority import Holder, PriorityTerms
from trading.domain.repricing import NewTerms
from trading.domain.rooms import AuctionTerms, Weighed
from trading.domain.sources import Argument, SourceTerms
from trading.domain.viewing import Viewing

Shape = dict[str, Any]


def seen(request: HttpRequest, code: str) -> dict[str, Any]:
    """Refuse a tender the caller may not know of; give what every service is called with."""
    actor, at = acting(request)
    queries.tender_for(actor, code, at)
    return {"actor": actor, "code": code, "at": at}


@router.post("/tenders", response={201: Shape})
def draft_tender(request: HttpRequest, body: NewTender) -> Status[Shape]:
    """Begin a draft for a purchaser, known by its credit code."""
    actor, at = acting(request)
    return Status(201, tender_out(services.draft_tender(actor=actor, at=at, **body.dict())))


@router.patch("/tenders/{code}", response=Shape)
def change_tender(request: HttpRequest, code: str, body: TenderChanges) -> Shape:
    """Change fields of a draft; with `version` a change on top of somebody else's is refused."""
    changes = body.dict(exclude_unset=True)
    version = changes.pop("version", None)
    changed = services.change_tender(**seen(request, code), changes=changes, version=version)
    return tender_out(changed)


@router.get("/tenders/{code}/findings", response=Shape)
def findings(request: HttpRequest, code: str) -> Shape:
    """Say what a draft still lacks and which periods its dates break, with the article."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    policy.require(actor, "tender.read_draft", found)
    facts = queries.facts(found, at)
    missing = completeness.missing_before_publication(facts)
    announced = local_date(found.published_at or at)
    broken = completeness.broken_periods(facts, announced)
    checks = datechecks.date_checks(facts, announced)
    return {
        "missing": [asdict(finding) | {"message": finding.text()} for finding in missing],
        "breaches": [
            {
                "code": breach.code,
                "message": breach.text(),
                "field": breach.target,
                "article": breach.article,
                "confidence": breach.confidence,
                "trace": list(breach.trace),
            }
            for breach in broken
        ],
        "earliest": {field: check.earliest for field, check in checks.items()},
        "proposed": queries.proposed_dates(found, at),
    }


@router.post("/tenders/{code}/lots", response={201: Shape})
def add_lot(request: HttpRequest, code: str, body: LotIn) -> Status[Shape]:
    """Add a lot to a draft."""
    return Status(201, lot_out(services.add_lot(**seen(request, code), lot=body.given())))


@router.put("/tenders/{code}/lots/{number}", response=Shape)
def change_lot(request: HttpRequest, code: str, number: int, body: LotIn) -> Shape:
    """Change a lot of a draft."""
    changed = services.change_lot(**seen(request, code), number=number, lot=body.given())
    return lot_out(changed)


@router.put("/tenders/{code}/lots/{number}/auction", response=Shape)
def change_auction(request: HttpRequest, code: str, number: int, body: AuctionIn) -> Shape:
    """Set how a lot of a draft is bid for."""
    given = body.dict()
    shown = Viewing(**{one.name: given.pop(one.name) for one in fields(Viewing)})
    items = [Weighed(**item) for item in given.pop("items")]
    terms = AuctionTerms(items=items, **given)
    return lot_out(
        services.change_auction(**seen(request, code), number=number, auction=terms, shown=shown)
    )


@router.put("/tenders/{code}/lots/{number}/priority", response=Shape)
def change_priority(request: HttpRequest, code: str, number: int, body: PriorityIn) -> Shape:
    """Say who holds a priority right over a lot, and how it is exercised."""
    given = body.dict()
    holders = [Holder(**holder) for holder in given.pop("holders")]
    right = PriorityTerms(holders=holders, **given)
    return lot_out(services.change_priority(**seen(request, code), number=number, right=right))


@router.put("/tenders/{code}/lots/{number}/listing", response=Shape)
def change_listing(request: HttpRequest, code: str, number: int, body: ListingIn) -> Shape:
    """Set how a parcel of a draft is listed and bid for."""
    terms = body.terms()
    return lot_out(services.change_listing(**seen(request, code), number=number, terms=terms))


@router.post("/tenders/{code}/lots/{number}/reserve", response={201: Shape})
def seal_reserve(request: HttpRequest, code: str, number: int, body: ReserveIn) -> Status[Shape]:
    """Seal the reserve of a lot; only its commitment is answered."""
    kept = services.seal_reserve(**seen(request, code), number=number, **body.dict())
    return Status(201, {"commitment": kept.commitment, "sealed_at": kept.sealed_at})


@router.put("/tenders/{code}/source", response=Shape)
def change_source(request: HttpRequest, code: str, body: SourceIn) -> Shape:
    """Say whom alone a draft invites, on which ground, and who argues it."""
    given = body.dict()
    arguments = [Argument(**one) for one in given.pop("arguments")]
    source = SourceTerms(arguments=arguments, **given)
    return source_out(services.change_source(**seen(request, code), source=source))


@router.delete("/tenders/{code}/lots/{number}", response={204: None})
def remove_lot(request: HttpRequest, code: str, number: int) -> Status[None]:
    """Take a lot out of a draft."""
    services.remove_lot(**seen(request, code), number=number)
    return Status(204, None)


@router.post("/tenders/{code}/documents", response={201: Shape})
def attach_document(
    request: HttpRequest, code: str, kind: Form[str], file: File[UploadedFile]
) -> Status[Shape]:
    """Upload a file of a draft (multipart: kind, file)."""
    upload = Upload(kind, file.name or "", file.read())
    kept = services.attach_document(**seen(request, code), document=upload)
    digests = {"sha256": kept.document.digest, "sm3": kept.document.sm3}
    return Status(201, {"id": kept.pk, "name": kept.name, "kind": kept.kind} | digests)


@router.delete("/tenders/{code}/documents/{number}", response={204: None})
def remove_document(request: HttpRequest, code: str, number: int) -> Status[None]:
    """Take a file out of a draft."""
    services.remove_document(**seen(request, code), number=number)
    return Status(204, None)


@router.post("/tenders/{code}/custodians", response={201: Shape})
def name_custodian(request: HttpRequest, code: str, body: CustodianIn) -> Status[Shape]:
    """Name a custodian of a draft."""
    named = services.name_custodian(**seen(request, code), **body.dict())
    told = {"index": named.index, "person": body.person, "office": named.office}
    return Status(201, {**told, "circle": named.circle})


@router.delete("/tenders/{code}/custodians/{index}", response={204: None})
def remove_custodian(
    request: HttpRequest, code: str, index: int, circle: str = "opening"
) -> Status[None]:
    """Take a custodian off a draft; `?circle=recovery` takes one of the recovery set."""
    services.remove_custodian(**seen(request, code), index=index, circle=circle)
    return Status(204, None)


@router.put("/tenders/{code}/custodian-key", response=Shape)
def register_custodian_key(request: HttpRequest, code: str, body: KeysIn) -> Shape:
    """Register my own public keys as a custodian, one for each stage."""
    holder = services.register_custodian_key(**seen(request, code), public_keys=body.public_keys)
    return {"index": holder.index, "public_keys": holder.public_keys}


@router.post("/tenders/{code}/submit", response=Shape)
def submit_tender(request: HttpRequest, code: str) -> Shape:
    """Hand a draft to the purchaser."""
    return tender_out(services.submit_tender(**seen(request, code)))


@router.post("/tenders/{code}/return", response=Shape)
def return_tender(request: HttpRequest, code: str, body: ReasonIn) -> Shape:
    """Send a draft back to the agency with the reason."""
    return tender_out(services.return_tender(**seen(request, code), reason=body.reason))


@router.post("/tenders/{code}/approve", response=Shape)
def approve_tender(request: HttpRequest, code: str) -> Shape:
    """Approve the text as it stands."""
    return tender_out(services.approve_tender(**seen(request, code)))


@router.post("/tenders/{code}/notices/{number}/media", response={201: Shape})
def record_medium(request: HttpRequest, code: str, number: int, body: MediumIn) -> Status[Shape]:
    """Record where another medium published a notice."""
    found = services.record_medium(**seen(request, code), number=number, **body.dict())
    return Status(201, notice_out(found))


@router.post("/tenders/{code}/submit-entry", response=Shape)
def submit_entry(request: HttpRequest, code: str, body: EntryIn) -> Shape:
    """Hand an approved tender in for entry with the centre."""
    tender = services.submit_entry(**seen(request, code), **body.dict())
    return tender_shown(acting(request)[0], tender)


@router.post("/tenders/{code}/refuse-entry", response=Shape)
def refuse_entry(request: HttpRequest, code: str, body: EntryRefusalIn) -> Shape:
    """Send an entry back with the items of the list that are missing."""
    tender = services.refuse_entry(**seen(request, code), **body.dict())
    return tender_shown(acting(request)[0], tender)


@router.post("/tenders/{code}/accept-entry", response=Shape)
def accept_entry(request: HttpRequest, code: str) -> Shape:
    """Register a tender whose papers are all there."""
    tender = services.accept_entry(**seen(request, code))
    return tender_shown(acting(request)[0], tender)


@router.post("/tenders/{code}/approve-plan", response=Shape)
def approve_plan(request: HttpRequest, code: str) -> Shape:
    """Approve the plan of a recruitment (the personnel authority alone)."""
    return tender_out(services.approve_plan(**seen(request, code)))


@router.post("/tenders/{code}/publicise-source", response=Shape)
def publicise_source(request: HttpRequest, code: str) -> Shape:
    """Put the intended sole supplier of an approved draft before the public."""
    return tender_out(services.publicise_source(**seen(request, code)))


@router.post("/tenders/{code}/pre-disclose", response={201: Shape})
def pre_disclose_tender(request: HttpRequest, code: str) -> Status[Shape]:
    """Tell in advance of an approved sale that hands over control of an enterprise."""
    return Status(201, notice_out(services.pre_disclose_tender(**seen(request, code))))


@router.post("/tenders/{code}/publish", response=Shape)
def publish_tender(request: HttpRequest, code: str) -> Shape:
    """Publish an approved tender."""
    return tender_out(services.publish_tender(**seen(request, code)))


@router.post("/tenders/{code}/amend", response={201: Shape})
def amend_tender(request: HttpRequest, code: str, body: AmendmentIn) -> Status[Shape]:
    """Change a published text by a public amendment."""
    return Status(201, notice_out(services.amend_tender(**seen(request, code), **body.dict())))


@router.post("/tenders/{code}/reprice", response={201: Shape})
def reprice_tender(
    request: HttpRequest,
    code: str,
    terms: Form[str],
    consent: File[UploadedFile | None] = None,
) -> Status[Shape]:
    """Offer on new terms what nobody has registered for (multipart: terms as JSON of lots, reason
    and bids_close_at; consent, where the floor falls below nine tenths of the valuation).
    """
    body = read_repricing(terms)
    lots = {number: NewTerms(**given.dict()) for number, given in body.lots.items()}
    kept = Upload("consent", consent.name or "", consent.read()) if consent else None
    notice = services.reprice_tender(
        **seen(request, code),
        lots=lots,
        reason=body.reason,
        bids_close_at=body.bids_close_at,
        consent=kept,
    )
    return Status(201, notice_out(notice))


@router.post("/tenders/{code}/retender", response={201: Shape})
def retender(request: HttpRequest, code: str, body: RetenderIn) -> Status[Shape]:
    """Begin a new draft for what failed, with what the one before said."""
    return Status(201, tender_out(services.retender(**seen(request, code), **body.dict())))


@router.post("/tenders/{code}/stop-retendering", response={201: Shape})
def stop_retendering(request: HttpRequest, code: str, body: StopIn) -> Status[Shape]:
    """Publish that a project which failed twice is not tendered any more."""
    return Status(201, notice_out(services.stop_retendering(**seen(request, code), **body.dict())))


@router.post("/tenders/{code}/declare-failed", response=Shape)
def declare_failed(request: HttpRequest, code: str, body: FailureIn) -> Shape:
    """Declare lots failed on a ground of the law; all that are open where none is named."""
    return tender_out(services.declare_failed(**seen(request, code), **body.dict()))


@router.post("/tenders/{code}/suspend", response=Shape)
def suspend_tender(request: HttpRequest, code: str, body: OrderIn) -> Shape:
    """Order a tender to stand still."""
    return tender_out(services.suspend_tender(**seen(request, code), **body.dict()).tender)


@router.post("/tenders/{code}/resume", response=Shape)
def resume_tender(request: HttpRequest, code: str, body: ReasonIn) -> Shape:
    """Lift an order to stand still."""
    return tender_out(services.resume_tender(**seen(request, code), reason=body.reason))


@router.post("/tenders/{code}/terminate", response=Shape)
def terminate_tender(request: HttpRequest, code: str, body: ReasonIn) -> Shape:
    """End a procurement whose task is cancelled."""
    return tender_out(services.terminate_tender(**seen(request, code), reason=body.reason))
