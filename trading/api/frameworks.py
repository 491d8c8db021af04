"""Framework agreements and what is called off under them, by the API."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import File, Status, UploadedFile

from accounts.api import acting
from trading import queries, services
from trading.api.bodies import CallOffIn, ReasonIn, TerminationIn
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import notice_out
from trading.domain.files import Upload

if TYPE_CHECKING:
    from trading.models import CallOff, FrameworkAgreement

Shape = dict[str, Any]


def agreement_out(made: "FrameworkAgreement") -> Shape:
    """Give an agreement as the API shows it."""
    names = ("place", "state", "due_on", "signed_at", "ends_on", "closed_at", "ground", "reason")
    return {name: getattr(made, name) for name in names} | {
        "lot": made.lot.number,
        "supplier": {"name": made.supplier.name, "uscc": made.supplier.uscc},
        "price": f"{made.price:.2f}",
        "unit": queries.unit_of(made.lot),
        "sha256": made.document.digest if made.document else None,
    }


def call_off_out(made: "CallOff") -> Shape:
    """Give a call-off as the API shows it."""
    names = (
        "number way content delivery state failure placed_at answer_due_at accepted_at "
        "published_at signed_at"
    )
    return {name: getattr(made, name) for name in names.split()} | {
        "lot": made.lot.number,
        "purchaser": {"name": made.purchaser.name, "uscc": made.purchaser.uscc},
        "place": made.agreement.place if made.agreement else None,
        "supplier": made.agreement.supplier.name if made.agreement else None,
        "quantity": f"{made.quantity:f}",
        "price": f"{made.price:.2f}" if made.price is not None else None,
        "amount": f"{made.amount:.2f}" if made.amount is not None else None,
        "sha256": made.document.digest if made.document else None,
    }


@router.get("/tenders/{code}/frameworks", response=list[dict[str, Any]])
def frameworks(request: HttpRequest, code: str) -> list[Shape]:
    """List the agreements of a tender, once its shortlist is published."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    told = queries.is_framework_told(found)
    return [agreement_out(made) for made in queries.agreements_of(found)] if told else []


@router.post("/tenders/{code}/frameworks/{number}/{place}/sign", response=Shape)
def sign_framework(
    request: HttpRequest, code: str, number: int, place: int, file: File[UploadedFile]
) -> Shape:
    """Record the signed agreement of a supplier (multipart: file)."""
    upload = Upload("contract_draft", file.name or "", file.read())
    given = {**seen(request, code), "document": upload}
    return agreement_out(services.sign_framework(**given, number=number, place=place))


@router.post("/tenders/{code}/frameworks/{number}/{place}/terminate", response=Shape)
def terminate_framework(
    request: HttpRequest, code: str, number: int, place: int, body: TerminationIn
) -> Shape:
    """Take a supplier's place from it."""
    given = {**seen(request, code), **body.dict()}
    return agreement_out(services.terminate_framework(**given, number=number, place=place))


@router.post("/tenders/{code}/frameworks/{number}/{place}/withdrawal", response=Shape)
def ask_withdrawal(
    request: HttpRequest, code: str, number: int, place: int, body: ReasonIn
) -> Shape:
    """Ask to get out of one's agreement (its supplier)."""
    given = {**seen(request, code), "reason": body.reason}
    return agreement_out(services.ask_withdrawal(**given, number=number, place=place))


@router.post("/tenders/{code}/frameworks/{number}/{place}/withdrawal/accept", response=Shape)
def accept_withdrawal(request: HttpRequest, code: str, number: int, place: int) -> Shape:
    """Let a supplier out of its agreement."""
    return agreement_out(
        services.accept_withdrawal(**seen(request, code), number=number, place=place)
    )


@router.post("/tenders/{code}/frameworks/{number}/{place}/withdrawal/refuse", response=Shape)
def refuse_withdrawal(
    request: HttpRequest, code: str, number: int, place: int, body: ReasonIn
) -> Shape:
    """Hold a supplier to its agreement."""
    given = {**seen(request, code), "reason": body.reason}
    return agreement_out(services.refuse_withdrawal(**given, number=number, place=place))


@router.get("/tenders/{code}/call-offs", response=list[dict[str, Any]])
def call_offs(request: HttpRequest, code: str) -> list[Shape]:
    """List what was called off, as far as the reader may know."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    rows = queries.call_offs_for(actor, found)
    return [call_off_out(queries.as_seen(actor, made)) for made in rows]


@router.post("/tenders/{code}/lots/{number}/call-offs", response={201: Shape})
def place_call_off(request: HttpRequest, code: str, number: int, body: CallOffIn) -> Status[Shape]:
    """Call off from a lot's agreements."""
    order = services.Order(**body.dict())
    made = services.place_call_off(**seen(request, code), number=number, order=order)
    return Status(201, call_off_out(made))


@router.post("/tenders/{code}/call-offs/{number}/{serial}/accept", response=Shape)
def accept_call_off(request: HttpRequest, code: str, number: int, serial: int) -> Shape:
    """Take a call-off on (the supplier that is asked)."""
    return call_off_out(
        services.accept_call_off(**seen(request, code), number=number, serial=serial)
    )


@router.post("/tenders/{code}/call-offs/{number}/{serial}/refuse", response=Shape)
def refuse_call_off(
    request: HttpRequest, code: str, number: int, serial: int, body: ReasonIn
) -> Shape:
    """Turn a call-off down (the supplier that is asked)."""
    given = {**seen(request, code), "reason": body.reason}
    made = services.refuse_call_off(**given, number=number, serial=serial)
    return call_off_out(queries.as_seen(given["actor"], made))


@router.post("/tenders/{code}/call-offs/{number}/{serial}/skip", response=Shape)
def skip_call_off(
    request: HttpRequest, code: str, number: int, serial: int, body: ReasonIn
) -> Shape:
    """Pass over a supplier that accepted and does not sign."""
    given = {**seen(request, code), "reason": body.reason}
    return call_off_out(services.skip_call_off(**given, number=number, serial=serial))


@router.post("/tenders/{code}/call-offs/{number}/{serial}/publish", response={201: Shape})
def publish_call_off(request: HttpRequest, code: str, number: int, serial: int) -> Status[Shape]:
    """Publish the result of a call-off."""
    return Status(
        201,
        notice_out(services.publish_call_off(**seen(request, code), number=number, serial=serial)),
    )


@router.post("/tenders/{code}/call-offs/{number}/{serial}/sign", response=Shape)
def sign_call_off(
    request: HttpRequest, code: str, number: int, serial: int, file: File[UploadedFile]
) -> Shape:
    """Record the signed contract of a call-off (multipart: file)."""
    upload = Upload("contract_draft", file.name or "", file.read())
    given = {**seen(request, code), "document": upload}
    return call_off_out(services.sign_call_off(**given, number=number, serial=serial))
