"""The money around a bid by the API: the bank's notices, and all that the pages do."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Status, UploadedFile

from accounts.api import Closed, Printable, Word, acting
from deposits import policy, queries
from deposits.services import (
    accounts,
    claims,
    forfeits,
    guarantees,
    holds,
    reading,
    receipts,
    refunds,
    securities,
    slips,
)
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.domain.files import Upload

router = Router(tags=["deposits"])
Shape = dict[str, Any]


class ReceiptIn(Closed):
    """A payment as the bank tells it: its own number, the sub-account, the sum, the payer, when."""

    number: Word
    account: Word
    amount: Word
    payer: Word
    payer_uscc: Word = ""
    credited_at: datetime


class GuaranteeIn(Closed):
    """What a guarantee letter says of itself."""

    issuer: Word
    letter_number: Word
    amount: Word
    valid_until: date
    beneficiary: Word


class ForfeitIn(Closed):
    """Why a deposit is not given back: `ground` is revoked, refused_contract or fraud."""

    ground: Word
    article: Word
    reason: Word


class ClaimIn(Closed):
    """When the guarantor was asked to pay."""

    on: date


class ClaimAnswerIn(Closed):
    """How a claim ended and when: the bank's number if it was paid, else why it was not."""

    answer: Word
    on: date
    bank: Printable = ""
    reason: Printable = ""


class TransferIn(Closed):
    """A transfer that the bank has credited."""

    amount: Word
    bank: Word


class BankIn(Closed):
    """The bank's number of money that went back; none for a letter."""

    bank: Printable = ""


class DropIn(Closed):
    """Why a contract will not be signed, and by which article."""

    article: Word
    reason: Word


class UndoIn(Closed):
    """Why a decision is taken back."""

    reason: Word


class PaymentIn(Closed):
    """A refund and the bank's number of its payment."""

    id: int
    bank_number: Word


class PaymentsIn(Closed):
    """Refunds that went out on a day: confirmed together or not at all."""

    paid_on: date
    payments: list[PaymentIn]


def seen(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give who acts, when, and the tender's code, if the actor may know of it."""
    actor, at = acting(request)
    trading.tender_for(actor, code, at)
    return {"actor": actor, "at": at, "code": code}


@router.post("/bank/receipts", response=Shape)
def note_receipt(request: HttpRequest, body: ReceiptIn) -> Shape:
    """Tell of a payment (the bank's machine alone); the same number again counts once.

    `taken` false asks the bank to send the money back: there is no such sub-account.
    """
    actor, at = acting(request)
    told = receipts.note_receipt(actor=actor, at=at, **body.dict())
    return {"number": told.number, "code": told.code, "taken": told.taken}


@router.get("/tenders/{code}/deposit", response=list[dict[str, Any]])
def own_deposit(request: HttpRequest, code: str) -> list[Shape]:
    """Show my own organisation's deposits, a line for each lot it registered for."""
    actor, at = acting(request)
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "deposit.see_own", tender)
    return [line.as_plain() for line in queries.own_deposits(actor, tender)]


@router.post("/tenders/{code}/lots/{number}/deposit-account", response={201: Shape})
def open_account(request: HttpRequest, code: str, number: int) -> Status[Shape]:
    """Give my organisation's sub-account for a lot; asked again, the same one."""
    return Status(201, {"account": accounts.open_account(**seen(request, code), number=number)})


@router.post("/tenders/{code}/lots/{number}/guarantee", response={201: Shape})
def hand_in_guarantee(
    request: HttpRequest, code: str, number: int, body: Form[GuaranteeIn], file: File[UploadedFile]
) -> Status[Shape]:
    """Bind a guarantee letter to a lot (multipart); withheld, the file itself by its digest."""
    upload = Upload("other", file.name or "", file.read())
    letter = guarantees.hand_in_guarantee(
        **seen(request, code), number=number, document=upload, **body.dict()
    )
    return Status(201, {"sha256": letter.sha256})


@router.post("/tenders/{code}/lots/{number}/guarantee/show", response=Shape)
def show_guarantee(request: HttpRequest, code: str, number: int, file: File[UploadedFile]) -> Shape:
    """Show the letter's file after closing (multipart: file): the bytes bound before it."""
    upload = Upload("other", file.name or "", file.read())
    kept = guarantees.show_guarantee(**seen(request, code), number=number, document=upload)
    return {"sha256": kept.sha256}


@router.get("/tenders/{code}/deposits", response=list[dict[str, Any]])
def deposits(request: HttpRequest, code: str) -> list[Shape]:
    """List who laid down what, once bids are closed; each look is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    return [row.as_plain() for row in reading.read_deposits(**seen(request, code), address=address)]


@router.get("/tenders/{code}/lots/{number}/deposit/slip")
def own_slip(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Print the slip of my own organisation's deposit (PDF), made for this request alone."""
    return printed(slips.own_slip(**seen(request, code), number=number))


@router.get("/tenders/{code}/lots/{number}/deposits/{uscc}/slip")
def kept_slip(request: HttpRequest, code: str, number: int, uscc: str) -> HttpResponse:
    """Print the slip of anybody's deposit for the centre (PDF), after closing; it is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    given = {"number": number, "uscc": uscc, "address": address}
    return printed(slips.kept_slip(**seen(request, code), **given))


@router.get("/tenders/{code}/refunds/{key}/slip")
def refund_slip(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Print the slip of money that went back (PDF): to me, or for the centre that paid it."""
    address = request.META.get("REMOTE_ADDR", "")
    return printed(slips.refund_slip(**seen(request, code), key=key, address=address))


def printed(slip: slips.Slip) -> HttpResponse:
    """Answer with the file."""
    return HttpResponse(slip.printed(), content_type="application/pdf")


@router.post("/tenders/{code}/lots/{number}/deposits/{uscc}/forfeit", response={201: Shape})
def forfeit(
    request: HttpRequest, code: str, number: int, uscc: str, body: ForfeitIn
) -> Status[Shape]:
    """Decide that a deposit is not given back."""
    made = forfeits.forfeit(**seen(request, code), number=number, uscc=uscc, **body.dict())
    return Status(201, queries.forfeit_plain(made))


@router.post("/tenders/{code}/lots/{number}/deposits/{uscc}/lift", response=Shape)
def lift_hold(request: HttpRequest, code: str, number: int, uscc: str, body: UndoIn) -> Shape:
    """Decide that a deposit that was held is given back."""
    given = seen(request, code)
    holds.lift_hold(**given, number=number, uscc=uscc, reason=body.reason)
    return queries.row_of(trading.tender_for(given["actor"], code, given["at"]), number, uscc)


@router.post("/tenders/{code}/claims/{key}/make", response=Shape)
def make_claim(request: HttpRequest, code: str, key: int, body: ClaimIn) -> Shape:
    """Note that the guarantor of a letter was asked to pay (the purchaser)."""
    return queries.claim_plain(claims.make_claim(**seen(request, code), key=key, on=body.on))


@router.post("/tenders/{code}/claims/{key}/answer", response=Shape)
def answer_claim(request: HttpRequest, code: str, key: int, body: ClaimAnswerIn) -> Shape:
    """Note how a claim ended: `answer` is pay, refuse or withdraw (the purchaser)."""
    made = claims.answer_claim(**seen(request, code), key=key, **body.dict())
    return queries.claim_plain(made)


@router.post("/tenders/{code}/forfeits/{key}/undo", response=Shape)
def undo_forfeit(request: HttpRequest, code: str, key: int, body: UndoIn) -> Shape:
    """Take such a decision back."""
    return queries.forfeit_plain(
        forfeits.undo_forfeit(**seen(request, code), key=key, reason=body.reason)
    )


@router.get("/refunds", response=list[dict[str, Any]])
def refunds_to_pay(request: HttpRequest) -> list[Shape]:
    """List what has to go back, by the day it is due."""
    policy.require(acting(request)[0], "refund.see")
    return [queries.refund_plain(refund) for refund in queries.refunds_to_pay()]


@router.post("/refunds/confirm", response=list[dict[str, Any]])
def confirm_refunds(request: HttpRequest, body: PaymentsIn) -> list[Shape]:
    """Confirm refunds by the bank's numbers, all or none."""
    actor, at = acting(request)
    payments = {payment.id: payment.bank_number for payment in body.payments}
    if len(payments) != len(body.payments):
        raise Invalid("refund.twice", _("同一笔退款出现了两次。"), field="payments")
    done = refunds.confirm_refunds(actor=actor, payments=payments, paid_on=body.paid_on, at=at)
    return [queries.refund_plain(refund) for refund in done]


@router.get("/tenders/{code}/securities", response=list[dict[str, Any]])
def securities_of(request: HttpRequest, code: str) -> list[Shape]:
    """List what contracts ask as performance security and what was lodged, as far as I may know."""
    actor, at = acting(request)
    tender = trading.tender_for(actor, code, at)
    rows = queries.securities_of(
        tender, lambda contract: policy.allows(actor, "security.see", contract)
    )
    return [row.as_plain() for row in rows]


@router.post("/tenders/{code}/lots/{number}/security", response={201: Shape})
def lodge_security(
    request: HttpRequest, code: str, number: int, body: Form[GuaranteeIn], file: File[UploadedFile]
) -> Status[Shape]:
    """Lodge a performance guarantee (multipart) before the contract is signed."""
    upload = Upload("other", file.name or "", file.read())
    lodged = securities.lodge_security(
        **seen(request, code), number=number, document=upload, **body.dict()
    )
    return Status(201, queries.secured(lodged.contract).as_plain())


@router.post("/tenders/{code}/lots/{number}/security/receive", response={201: Shape})
def receive_security(
    request: HttpRequest, code: str, number: int, body: TransferIn
) -> Status[Shape]:
    """Book a transfer as performance security, in full."""
    received = securities.receive_security(**seen(request, code), number=number, **body.dict())
    return Status(201, queries.secured(received.contract).as_plain())


@router.post("/tenders/{code}/lots/{number}/security/release", response=Shape)
def release_security(request: HttpRequest, code: str, number: int) -> Shape:
    """Say that the contract was performed and its security has to go back."""
    released = securities.release_security(**seen(request, code), number=number)
    return queries.secured(released.contract).as_plain()


@router.post("/tenders/{code}/lots/{number}/security/drop", response=Shape)
def drop_security(request: HttpRequest, code: str, number: int, body: DropIn) -> Shape:
    """Say that the contract will not be signed and its security has to go back."""
    dropped = securities.drop_security(**seen(request, code), number=number, **body.dict())
    return queries.secured(dropped.contract).as_plain()


@router.post("/tenders/{code}/lots/{number}/security/forfeit", response=Shape)
def forfeit_security(request: HttpRequest, code: str, number: int, body: DropIn) -> Shape:
    """Keep the security of a contract that is not performed."""
    kept = securities.forfeit_security(**seen(request, code), number=number, **body.dict())
    return queries.secured(kept.contract).as_plain()


@router.post("/tenders/{code}/lots/{number}/security/restore", response=Shape)
def restore_security(request: HttpRequest, code: str, number: int, body: UndoIn) -> Shape:
    """Take such a decision back."""
    kept = securities.restore_security(**seen(request, code), number=number, reason=body.reason)
    return queries.secured(kept.contract).as_plain()


@router.post("/tenders/{code}/lots/{number}/security/return", response=Shape)
def return_security(request: HttpRequest, code: str, number: int, body: BankIn) -> Shape:
    """Give a released security back, money by the bank's number."""
    done = securities.return_security(**seen(request, code), number=number, bank=body.bank)
    return queries.secured(done.contract).as_plain()
