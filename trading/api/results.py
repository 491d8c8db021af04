"""The winner, the result, challenges and contracts by the API."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Status, UploadedFile

from accounts import limits
from accounts.api import acting
from accounts.domain import BIDDER
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.api.bodies import (
    AcceptanceIn,
    ChallengeAnswerIn,
    ChallengeIn,
    ContractEndIn,
    DisqualifyIn,
    PassOverIn,
    PaymentIn,
    PriorityAnswerIn,
    ReasonIn,
    VoidIn,
    WinnersIn,
)
from trading.api.door import router
from trading.api.draft_bodies import DecisionIn, NonceIn
from trading.api.drafts import seen
from trading.api.shown import acceptance_out, challenge_out, contract_out, notice_out, tender_out
from trading.domain.files import Upload
from trading.domain.separation import Ballot
from trading.domain.settlement import Given

Shape = dict[str, Any]


@router.get("/tenders/{code}/candidates", response=list[dict[str, Any]])
def candidates(request: HttpRequest, code: str) -> list[Shape]:
    """List the candidates of every lot, by rank where they have one, for the purchasing side."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    policy.require(actor, "tender.read_draft", found)
    return [
        {
            "lot": lot.number,
            "candidates": queries.without_order(lot) if found.award_way else lot.candidates,
            "passed_over": queries.passed_over(lot),
        }
        for lot in found.lots.all()
    ]


@router.post("/tenders/{code}/award/confirm", response=Shape)
def confirm_winner(request: HttpRequest, code: str, body: WinnersIn) -> Shape:
    """Decide the winner of every open lot, in rank order."""
    choices = {chosen.lot: (chosen.supplier, chosen.reason) for chosen in body.winners}
    if len(choices) != len(body.winners):
        raise Invalid("award.lots", _("请为每个未废标的采购包确定中标人。"), field="winners")
    grounds = {chosen.lot: chosen.ground for chosen in body.winners}
    given = seen(request, code)
    return tender_out(services.confirm_winner(**given, choices=choices, grounds=grounds))


@router.post("/tenders/{code}/lots/{number}/decision", response={201: Shape})
def decide_award(request: HttpRequest, code: str, number: int, body: DecisionIn) -> Status[Shape]:
    """Record how the award committee decided on a lot, where evaluation and award are apart."""
    given = body.dict()
    ballots = [Ballot(**{**one, "choices": tuple(one["choices"])}) for one in given.pop("ballots")]
    lot = services.decide_award(**seen(request, code), number=number, ballots=ballots, **given)
    return Status(201, queries.decision_told(lot))


@router.post("/tenders/{code}/lots/{number}/decision/draw", response={201: Shape})
def draw_award(request: HttpRequest, code: str, number: int, body: NonceIn) -> Status[Shape]:
    """Draw the winner of a lot (a notary or the regulator)."""
    lot = services.draw_award(**seen(request, code), number=number, nonce=body.nonce)
    return Status(201, queries.decision_told(lot))


@router.get("/tenders/{code}/award/minutes", response=list[dict[str, Any]])
def decision_minutes(request: HttpRequest, code: str) -> list[Shape]:
    """Give what each member of the award committee said; each look is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    return services.read_minutes(**seen(request, code), address=address)


@router.get("/tenders/{code}/priority", response=list[dict[str, Any]])
def inquiries(request: HttpRequest, code: str) -> list[Shape]:
    """List the questions put to holders of a right of first refusal that I may read."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    return [queries.inquiry_plain(row) for row in queries.inquiries_for(actor, found)]


@router.post("/tenders/{code}/lots/{number}/priority", response=Shape)
def answer_priority(request: HttpRequest, code: str, number: int, body: PriorityAnswerIn) -> Shape:
    """Take a lot at the price that was formed, or waive (a holder that was asked)."""
    given = seen(request, code)
    return queries.inquiry_plain(services.answer_priority(**given, number=number, **body.dict()))


@router.post("/tenders/{code}/lots/{number}/pass-over", response={201: Shape})
def pass_over(request: HttpRequest, code: str, number: int, body: PassOverIn) -> Status[Shape]:
    """Pass over whoever was to have a lot: decide anew among the rest, or tender anew."""
    return Status(
        201, notice_out(services.pass_over(**seen(request, code), number=number, **body.dict()))
    )


@router.post("/tenders/{code}/lots/{number}/disqualify", response={201: Shape})
def disqualify_bidder(
    request: HttpRequest, code: str, number: int, body: DisqualifyIn
) -> Status[Shape]:
    """Put a bidder of a lot out that is found out after the evaluation (the authority)."""
    given = seen(request, code)
    return Status(
        201, notice_out(services.disqualify_bidder(**given, number=number, **body.dict()))
    )


@router.post("/tenders/{code}/lots/{number}/void", response=Shape)
def void_lot(request: HttpRequest, code: str, number: int, body: VoidIn) -> Shape:
    """Void the result of a lot whose contract is not signed (the authority)."""
    given = seen(request, code)
    queries.voidable_lot(queries.tender_for(given["actor"], code, given["at"]), number)
    lot = services.void_lot(**given, number=number, **body.dict())
    return {"lot": lot.number, "state": lot.state, "reason": lot.failure}


@router.post("/tenders/{code}/award/candidates", response={201: Shape})
def publish_candidates(request: HttpRequest, code: str) -> Status[Shape]:
    """Show the ranked candidates to the public."""
    return Status(201, notice_out(services.publish_candidates(**seen(request, code))))


@router.post("/tenders/{code}/award/report", response=Shape)
def report_award(request: HttpRequest, code: str) -> Shape:
    """Note that the regulator has the written report of the award."""
    return tender_out(services.report_award(**seen(request, code)))


@router.post("/tenders/{code}/award/publish", response={201: Shape})
def publish_result(request: HttpRequest, code: str) -> Status[Shape]:
    """Publish the result and send notice and letters."""
    return Status(201, notice_out(services.publish_result(**seen(request, code))))


@router.get("/tenders/{code}/challenges", response=list[dict[str, Any]])
def challenges(request: HttpRequest, code: str) -> list[Shape]:
    """List the challenges I may read; the centre's staff learn only that they were raised."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    marks = queries.challenge_marks_for(actor, found)
    if marks is not None:
        return [asdict(mark) for mark in marks]
    rows = queries.challenges_visible_to(actor).filter(tender=found).order_by("-filed_at")
    return [challenge_out(row) for row in rows]


@router.post("/tenders/{code}/challenges", response={201: Shape})
def file_challenge(request: HttpRequest, code: str, body: ChallengeIn) -> Status[Shape]:
    """File a challenge, or what anybody may object to."""
    given = seen(request, code)
    if not given["actor"].organisations(BIDDER):
        limits.consume(request, "objection")
    filed = services.file_challenge(**given, **body.dict())
    return Status(201, challenge_out(filed))


@router.post("/tenders/{code}/challenges/{number}/accept", response=Shape)
def accept_challenge(request: HttpRequest, code: str, number: str) -> Shape:
    """Take a challenge up."""
    return challenge_out(services.accept_challenge(**seen(request, code), number=number))


@router.post("/tenders/{code}/challenges/{number}/reject", response=Shape)
def reject_challenge(request: HttpRequest, code: str, number: str, body: ReasonIn) -> Shape:
    """Refuse a challenge that does not hold its form."""
    given = seen(request, code)
    return challenge_out(services.reject_challenge(**given, number=number, reason=body.reason))


@router.post("/tenders/{code}/challenges/{number}/answer", response=Shape)
def answer_challenge(
    request: HttpRequest, code: str, number: str, body: ChallengeAnswerIn
) -> Shape:
    """Answer a challenge."""
    given = seen(request, code)
    return challenge_out(services.answer_challenge(**given, number=number, **body.dict()))


@router.post("/tenders/{code}/challenges/{number}/withdraw", response=Shape)
def withdraw_challenge(request: HttpRequest, code: str, number: str) -> Shape:
    """Take my challenge back."""
    return challenge_out(services.withdraw_challenge(**seen(request, code), number=number))


@router.get("/tenders/{code}/contracts", response=list[dict[str, Any]])
def contracts(request: HttpRequest, code: str) -> list[Shape]:
    """List the contracts of a tender."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    return [contract_out(contract) for contract in queries.contracts_for(actor, found)]


@router.post("/tenders/{code}/contracts/{number}/payments", response={201: Shape})
def record_payment(request: HttpRequest, code: str, number: int, body: PaymentIn) -> Status[Shape]:
    """Record a payment of the price that reached the exchange's account."""
    payment = Given(**body.dict())
    made = services.record_payment(**seen(request, code), number=number, payment=payment)
    return Status(201, contract_out(made.contract))


@router.post("/tenders/{code}/certify", response=Shape)
def certify_tender(request: HttpRequest, code: str) -> Shape:
    """Certify the deals of a sale that is paid as agreed."""
    return tender_out(services.certify_tender(**seen(request, code)))


@router.post("/tenders/{code}/contracts/{number}/sign", response=Shape)
def sign_contract(request: HttpRequest, code: str, number: int, file: File[UploadedFile]) -> Shape:
    """Record the signed contract of a lot (multipart: file)."""
    upload = Upload("contract_draft", file.name or "", file.read())
    return contract_out(
        services.sign_contract(**seen(request, code), number=number, document=upload)
    )


@router.post("/tenders/{code}/contracts/{number}/publish", response={201: Shape})
def publish_contract(request: HttpRequest, code: str, number: int) -> Status[Shape]:
    """Publish a signed contract."""
    return Status(201, notice_out(services.publish_contract(**seen(request, code), number=number)))


@router.post("/tenders/{code}/contracts/{number}/file", response=Shape)
def file_contract(request: HttpRequest, code: str, number: int) -> Shape:
    """File a contract with the finance department."""
    return contract_out(services.file_contract(**seen(request, code), number=number))


@router.post("/tenders/{code}/contracts/{number}/accept", response={201: Shape})
def accept_contract(
    request: HttpRequest, code: str, number: int, body: AcceptanceIn
) -> Status[Shape]:
    """Record the report on what was delivered: a line for every item and standard, in order."""
    made = services.accept_contract(**seen(request, code), number=number, report=body.given())
    return Status(201, acceptance_out(made))


@router.post("/tenders/{code}/contracts/{number}/end", response=Shape)
def end_contract(
    request: HttpRequest,
    code: str,
    number: int,
    body: Form[ContractEndIn],
    file: File[UploadedFile | None] = None,
) -> Shape:
    """Record that a contract ended without being performed (multipart; file: optional)."""
    upload = Upload("contract_draft", file.name or "", file.read()) if file else None
    ended = services.end_contract(
        **seen(request, code), number=number, given=body.given(), document=upload
    )
    return contract_out(ended)


@router.post("/tenders/{code}/archive", response=Shape)
def archive_tender(request: HttpRequest, code: str) -> Shape:
    """Close the file."""
    return tender_out(services.archive_tender(**seen(request, code)))
