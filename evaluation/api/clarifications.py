"""Clarifications of bids by the API: asked, read, and judged by the committee."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import Closed, Text, Word, acting
from evaluation import queries
from evaluation.api.door import E, given, router
from evaluation.domain import EXPLAIN_MINUTES
from evaluation.queries import questions
from evaluation.services import answering, clarifying

if TYPE_CHECKING:
    from evaluation.models import BidClarification, PriceReview


class AskIn(Closed):
    """What a bidder is asked to make clear."""

    bid: int = Field(ge=1, lt=2**31)
    ground: Word = Field(max_length=12)
    place: Word = Field(max_length=120)
    text: Text = Field(max_length=2000)
    minutes: int = Field(EXPLAIN_MINUTES, ge=1, le=9999)


class JudgeAnswerIn(Closed):
    """A member's opinion whether an answer stays within the bid."""

    clarification: int = Field(ge=1, le=9999)
    within: bool
    reason: Word = Field(max_length=300)


def clarification_out(made: "BidClarification") -> dict[str, Any]:
    """Give a clarification as its readers see it."""
    return {
        "clarification": made.number,
        "lot": made.bid.lot.number,
        "state": made.state,
        "ground": made.ground,
        "place": made.place,
        "question": made.question,
        "due_at": made.due_at,
        "answer": made.answer,
        "answered_at": made.answered_at,
        "files": files_out(made),
        "reason": made.reason,
    }


def price_review_out(made: "PriceReview") -> dict[str, Any]:
    """Give what was asked about a price as its readers see it."""
    return {
        "review": made.pk,
        "kind": made.kind,
        "lot": made.bid.lot.number,
        "finding": made.finding,
        "due_at": made.due_at,
        "answer": made.answer,
        "answered_at": made.answered_at,
        "files": files_out(made),
        "decision": made.decision,
    }


def files_out(made: "BidClarification | PriceReview") -> list[dict[str, Any]]:
    """Name the files beside an answer; `number` is asked for to download one."""
    return [{"number": kept.pk, **answering.named(kept)} for kept in made.files.all()]


@router.get(f"{E}/clarifications")
def read_clarifications(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give what bidders were asked about their bids, with their answers, to whoever may read it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    return [
        {"bid": made.bid_id, "bidder": made.bid.bidder.name, **clarification_out(made)}
        for made in questions.clarifications_for(actor, evaluation)
    ]


@router.get(f"{E}/price-reviews")
def read_price_reviews(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give what bidders were asked about their prices, with their explanations, to whoever may
    read those.
    """
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    return [
        {"bid": made.bid_id, "bidder": made.bid.bidder.name, **price_review_out(made)}
        for made in questions.price_reviews_for(actor, evaluation)
    ]


@router.post(f"{E}/clarifications")
def ask_clarification(request: HttpRequest, code: str, body: AskIn) -> dict[str, Any]:
    """Ask one bidder to make its bid clear."""
    question = clarifying.Question(**body.dict(exclude={"bid"}))
    made = clarifying.ask_clarification(**given(request, code), bid=body.bid, question=question)
    return {"clarification": made.number, "due_at": made.due_at}


@router.post(f"{E}/clarifications/opinion")
def judge_clarification(request: HttpRequest, code: str, body: JudgeAnswerIn) -> dict[str, str]:
    """Give one's opinion whether an answer stays within the bid."""
    made = clarifying.judge_clarification(**given(request, code), **body.dict())
    return {"state": made.state}
