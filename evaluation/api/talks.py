"""The talks by the API: rounds and last quotes asked for by the lead, answers by each supplier."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import Closed, Text, acting
from evaluation import queries
from evaluation.api.door import E, given, router, standing_of
from evaluation.domain import EXPLAIN_MINUTES
from evaluation.queries import overview, questions
from evaluation.queries import paneling as panels
from evaluation.queries import talks as found
from evaluation.services import paneling, talks

if TYPE_CHECKING:
    from evaluation.models import Turn


class RoundIn(Closed):
    """What each supplier is asked by itself (by bid), and what changes for all."""

    questions: dict[int, Text] = Field(default_factory=dict)
    change: Text = Field("", max_length=2000)
    minutes: int = Field(EXPLAIN_MINUTES, ge=1, le=9999)


class QuotesIn(Closed):
    """How long suppliers have for their last quote."""

    minutes: int = Field(EXPLAIN_MINUTES, ge=1, le=9999)


class SaidIn(Closed):
    """What a member says of the document, or of one supplier's solution."""

    agrees: bool
    reason: Text = Field("", max_length=300)


class SolutionsIn(Closed):
    """What a member says of every solution, by bid."""

    votes: dict[int, SaidIn]


class TurnIn(Closed):
    """A supplier's written answer of a round."""

    turn: int = Field(ge=1, lt=2**31)
    text: Text = Field(max_length=5000)


class LeaveIn(Closed):
    """The lot a supplier leaves the talks about."""

    lot: int = Field(ge=1, le=9999)


def turn_out(made: "Turn") -> dict[str, Any]:
    """Give a turn as its readers see it."""
    return {
        "turn": made.pk,
        "round": made.round.number,
        "lot": made.bid.lot.number,
        "change": made.round.change,
        "question": made.question,
        "due_at": made.round.due_at,
        "answer": made.answer,
        "answered_at": made.answered_at,
    }


@router.get(f"{E}/rounds")
def read_rounds(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give all that was asked and answered, to whoever may read it; no supplier may."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    if not questions.reads_clarifications(actor, evaluation):
        return []
    return [
        {"bid": turn.bid_id, "bidder": turn.bid.bidder.name, **turn_out(turn)}
        for made in found.rounds_of(evaluation)
        for turn in made.turns.all()
    ]


@router.post(f"{E}/rounds")
def open_round(request: HttpRequest, code: str, body: RoundIn) -> dict[str, Any]:
    """Open a round of talks."""
    made = talks.open_round(**given(request, code), **body.dict())
    return {"round": made.number, "due_at": made.due_at}


@router.get(f"{E}/document")
def read_document(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what the panel says of the document; nothing where it has none to confirm."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    shown = overview.sees_bidders(actor, evaluation)
    return (panels.document_told(actor, evaluation) if shown else None) or {}


@router.post(f"{E}/document")
def judge_document(request: HttpRequest, code: str, body: SaidIn) -> dict[str, Any]:
    """Confirm the document, or ask for it to be mended."""
    paneling.judge_document(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.get(f"{E}/solutions")
def read_solutions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give how the members voted on each solution, once all have; no supplier may read it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    if not questions.reads_clarifications(actor, evaluation):
        return []
    return [
        {
            **{name: one[name] for name in ("bid", "bidder", "goes_on")},
            "votes": [
                {name: vote[name] for name in ("seat", "agrees", "reason")} for vote in one["votes"]
            ],
        }
        for one in panels.solutions_told(evaluation)
    ]


@router.post(f"{E}/solutions")
def vote_solutions(request: HttpRequest, code: str, body: SolutionsIn) -> dict[str, Any]:
    """Say of every solution whether one recommends it."""
    said = {bid: paneling.Said(one.agrees, one.reason) for bid, one in body.votes.items()}
    paneling.vote_solutions(**given(request, code), given=said)
    return standing_of(request, code)


@router.post(f"{E}/quotes")
def request_quotes(request: HttpRequest, code: str, body: QuotesIn) -> dict[str, datetime]:
    """Ask all suppliers that are left for one last quote."""
    made = talks.request_quotes(**given(request, code), **body.dict())
    return {"closes_at": made.tender.quote_window.closes_at}


@router.get("/tenders/{code}/talks")
def read_own_talks(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what the panel asks one's own organisation."""
    actor, _at = acting(request)
    talk = found.talk_of(actor, code)
    return {
        "state": talk.tender.state,
        "turns": [turn_out(turn) for turn in talk.turns],
        "quotes_close_at": talk.closes_at,
        "quotes_for": sorted(talk.quotes),
    }


@router.post("/tenders/{code}/talks/answer")
def answer_turn(request: HttpRequest, code: str, body: TurnIn) -> dict[str, str]:
    """Answer what one's own organisation is asked, once."""
    actor, at = acting(request)
    talks.answer_turn(actor=actor, code=code, at=at, **body.dict())
    return {"saved": "yes"}


@router.post("/tenders/{code}/talks/leave")
def leave_talks(request: HttpRequest, code: str, body: LeaveIn) -> dict[str, str]:
    """Leave the talks before one's last quote."""
    actor, at = acting(request)
    bid = talks.leave(actor=actor, code=code, at=at, **body.dict())
    return {"state": bid.state}
