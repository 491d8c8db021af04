"""Second competitions among those shortlisted, and what low offers are asked about, by the API."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import acting
from trading import queries, services
from trading.api.door import router
from trading.api.draft_bodies import CompetitionIn, ExplanationIn, PriceDecisionIn
from trading.api.drafts import seen
from trading.api.shown import price_question_out, tender_out

Shape = dict[str, Any]


@router.post("/tenders/{code}/lots/{number}/competitions", response={201: Shape})
def open_competition(
    request: HttpRequest, code: str, number: int, body: CompetitionIn
) -> Status[Shape]:
    """Begin a competition among those shortlisted for a lot of a framework."""
    made = services.open_competition(**seen(request, code), number=number, **body.dict())
    return Status(201, tender_out(made))


@router.get("/tenders/{code}/low-prices", response=list[Shape])
def low_prices(request: HttpRequest, code: str) -> list[Shape]:
    """List the low offers one may know were asked about: one's own, or all to its side."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    return [price_question_out(one) for one in queries.questions_for(actor, found)]


@router.post("/tenders/{code}/low-prices/{number}/explanation", response=Shape)
def explain_price(request: HttpRequest, code: str, number: int, body: ExplanationIn) -> Shape:
    """Give the reasons for one's own low offer."""
    given = {**seen(request, code), "number": number, "explanation": body.explanation}
    return price_question_out(services.explain_price(**given))


@router.post("/tenders/{code}/low-prices/{number}/{supplier}/decision", response=Shape)
def decide_price(
    request: HttpRequest, code: str, number: int, supplier: str, body: PriceDecisionIn
) -> Shape:
    """Say whether a low offer was shown to be sound."""
    given = {**seen(request, code), "number": number, "supplier": supplier, **body.dict()}
    return price_question_out(services.decide_price(**given))
