"""The API of evaluation: every step by the same services as the pages."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router
from pydantic import Field

from accounts.api import OPEN, Closed, acting
from evaluation import downloads, queries
from evaluation.domain import EXPLAIN_MINUTES
from evaluation.queries import drawing, overview, questions, result
from evaluation.services import clarifying, committee, marking, prices, reading, report, review
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries as trading

if TYPE_CHECKING:
    from evaluation.models import BidClarification

router = Router(tags=["evaluation"])
E = "/tenders/{code}/evaluation"


class PoolIn(Closed):
    """Which experts may be drawn, and who the purchaser sends."""

    speciality: str = Field(max_length=40)
    owner_rep: str = Field("", max_length=30)


class NonceIn(Closed):
    """The number of whoever did not commit the seed."""

    nonce: str = Field(max_length=128)


class AppointIn(Closed):
    """Whom the purchaser sends instead."""

    username: str = Field(max_length=30)


class ReasonIn(Closed):
    """Why somebody steps aside."""

    reason: str = Field(max_length=300)


class VoteIn(Closed):
    """Whom a member wants to lead."""

    seat: int = Field(ge=1, le=999)


class OpinionIn(Closed):
    """An opinion on one clause."""

    clause: str = Field(max_length=40)
    passed: bool
    reason: str = Field("", max_length=300)
    page: str = Field("", max_length=40)


class JudgeIn(Closed):
    """One's opinions on a bid, all or none."""

    bid: int = Field(ge=1, lt=2**31)
    opinions: list[OpinionIn] = Field(max_length=200)


class MarkIn(Closed):
    """One mark."""

    bid: int = Field(ge=1, lt=2**31)
    criterion: str = Field(max_length=12)
    mark: Decimal
    comment: str = Field("", max_length=300)


class MarksIn(Closed):
    """Marks of one lot, all or none."""

    lot: int = Field(ge=1, le=9999)
    marks: list[MarkIn] = Field(max_length=2000)


class LotIn(Closed):
    """The lot whose marks are locked."""

    lot: int = Field(ge=1, le=9999)


class ReopenIn(Closed):
    """Whose locked mark is opened again, and why."""

    lot: int = Field(ge=1, le=9999)
    seat: int = Field(ge=1, le=999)
    bid: int = Field(ge=1, lt=2**31)
    criterion: str = Field(max_length=12)
    reason: str = Field(max_length=300)


class KeepIn(Closed):
    """Why one's own mark, far from the others', stands."""

    lot: int = Field(ge=1, le=9999)
    bid: int = Field(ge=1, lt=2**31)
    criterion: str = Field(max_length=12)
    reason: str = Field(max_length=300)


class AskIn(Closed):
    """What a bidder is asked to make clear."""

    bid: int = Field(ge=1, lt=2**31)
    ground: str = Field(max_length=12)
    place: str = Field(max_length=120)
    text: str = Field(max_length=2000)
    minutes: int = Field(EXPLAIN_MINUTES, ge=1, le=9999)


class JudgeAnswerIn(Closed):
    """A member's opinion whether an answer stays within the bid."""

    clarification: int = Field(ge=1, le=9999)
    within: bool
    reason: str = Field(max_length=300)


class ClarifyIn(Closed):
    """A bidder's written clarification, confirmed as its own."""

    clarification: int = Field(ge=1, le=9999)
    text: str = Field(max_length=5000)
    confirmed: bool


class DecisionIn(Closed):
    """A member's opinion on an unusually low price."""

    review: int = Field(ge=1, lt=2**31)
    accepted: bool
    reason: str = Field(max_length=300)


class ExplanationIn(Closed):
    """A bidder's written explanation."""

    review: int = Field(ge=1, lt=2**31)
    text: str = Field(max_length=5000)


class CorrectionIn(Closed):
    """A bidder's answer to a correction."""

    review: int = Field(ge=1, lt=2**31)
    accepted: bool


class SignIn(Closed):
    """A member's signature, with dissent if there is any."""

    dissent: str = Field("", max_length=2000)


def _given(request: HttpRequest, code: str) -> dict[str, Any]:
    actor, at = acting(request)
    queries.evaluation_for(actor, code)
    return {"actor": actor, "code": code, "at": at}


def _standing(request: HttpRequest, code: str) -> dict[str, Any]:
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    shown = overview.sees_bidders(actor, evaluation)
    return {
        "state": evaluation.state,
        "size": evaluation.size,
        "seats": [
            {"number": s.number, "title": s.title, "kind": s.kind, "state": s.state, "lead": s.lead}
            for s in overview.seat_lines(actor, evaluation)
        ],
        "bids": [
            {
                "id": line.bid.pk,
                "lot": lot.number,
                "bidder": line.bid.bidder.name,
                "price": line.price,
                "valid": not line.out,
            }
            for lot, lines in (overview.bid_lines(actor, evaluation) if shown else [])
            for line in lines
        ],
    }


@router.get(E)
def standing(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give where an evaluation stands, as far as one may know."""
    return _standing(request, code)


@router.post(f"{E}/pool")
def freeze_pool(request: HttpRequest, code: str, body: PoolIn) -> dict[str, Any]:
    """Freeze the pool and commit to a seed."""
    committee.freeze_pool(**_given(request, code), **body.dict())
    return _standing(request, code)


@router.post(f"{E}/draw")
def draw_experts(request: HttpRequest, code: str, body: NonceIn) -> dict[str, Any]:
    """Draw the committee with one's own number."""
    committee.draw_experts(**_given(request, code), **body.dict())
    return _standing(request, code)


@router.get(f"{E}/draw", auth=OPEN)
def read_draw(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give everything needed to repeat the draw, once the report is handed in."""
    actor, at = acting(request)
    trading.tender_for(actor, code, at)
    proof = drawing.draw_proof(code)
    return {
        "candidates": list(proof.pool),
        "list_digest": proof.digest,
        "commit": proof.commit,
        "seed": proof.seed,
        "nonce": proof.nonce,
        "purpose": proof.purpose,
        "drawn": list(proof.drawn),
        "holds": all(proof.checks.values()),
    }


@router.post(f"{E}/representative")
def appoint_owner(request: HttpRequest, code: str, body: AppointIn) -> dict[str, Any]:
    """Send another representative of the purchaser."""
    committee.appoint_owner(**_given(request, code), **body.dict())
    return _standing(request, code)


SEAT_STEPS = {
    "accept": committee.accept_seat,
    "sign-in": committee.sign_in,
    "pledge": committee.pledge,
}
LEAVING = {"decline": committee.decline_seat, "recuse": committee.recuse}
CLOSING = {
    "start": committee.start,
    "close-qualification": review.close_qualification,
    "close-conformity": review.close_conformity,
    "summarise": prices.summarise,
    "draft-report": report.draft_report,
    "submit-report": report.submit_report,
}


@router.post(f"{E}/seat/{{step}}")
def seat_step(request: HttpRequest, code: str, step: str) -> dict[str, Any]:
    """Take a step of one's own seat: accept, sign-in, pledge."""
    _known(SEAT_STEPS, step)(**_given(request, code))
    return _standing(request, code)


@router.post(f"{E}/leave/{{step}}")
def leave(request: HttpRequest, code: str, step: str, body: ReasonIn) -> dict[str, str]:
    """Leave one's seat: decline or recuse; another is drawn."""
    _known(LEAVING, step)(**_given(request, code), **body.dict())
    return {"left": step}


@router.post(f"{E}/stage/{{step}}")
def stage_step(request: HttpRequest, code: str, step: str) -> dict[str, Any]:
    """End a stage: start, close-qualification, close-conformity, summarise, draft-report,
    submit-report.
    """
    _known(CLOSING, step)(**_given(request, code))
    return _standing(request, code)


def _known(table: dict[str, Any], step: str) -> Any:  # noqa: ANN401 - a service
    if step not in table:
        raise Missing("step.unknown", _("没有这一步。"))
    return table[step]


@router.post(f"{E}/lead")
def vote_lead(request: HttpRequest, code: str, body: VoteIn) -> dict[str, Any]:
    """Vote for the lead."""
    committee.vote_lead(**_given(request, code), **body.dict())
    return _standing(request, code)


@router.post(f"{E}/opinions")
def judge_bid(request: HttpRequest, code: str, body: JudgeIn) -> dict[str, Any]:
    """Give one's opinions on a bid in the present review."""
    opinions = [review.Opinion(**opinion.dict()) for opinion in body.opinions]
    review.judge_bid(**_given(request, code), bid=body.bid, opinions=opinions)
    return {"saved": len(opinions)}


@router.get(f"{E}/bids/{{bid}}/files/{{place}}", response={200: None})
def read_bid_file(request: HttpRequest, code: str, bid: int, place: int) -> StreamingHttpResponse:
    """Download one file of an opened bid; every look is on record."""
    address = request.META.get("REMOTE_ADDR", "")
    given = _given(request, code) | {"bid": bid, "place": place}
    return downloads.sent(reading.read_bid_file(**given, address=address))


@router.post(f"{E}/marks")
def score(request: HttpRequest, code: str, body: MarksIn) -> dict[str, int]:
    """Save marks on one's own scorecard."""
    marks = [marking.Mark(**given.dict()) for given in body.marks]
    saved = marking.score_all(**_given(request, code), lot=body.lot, marks=marks)
    return {"saved": len(saved)}


@router.post(f"{E}/marks/lock")
def lock_marks(request: HttpRequest, code: str, body: LotIn) -> dict[str, Any]:
    """Lock one's marks for a lot."""
    marking.lock_scorecard(**_given(request, code), lot=body.lot)
    return _standing(request, code)


@router.post(f"{E}/marks/reopen")
def reopen_marks(request: HttpRequest, code: str, body: ReopenIn) -> dict[str, Any]:
    """Open one of a member's locked marks again, with a reason."""
    marking.reopen_scorecard(**_given(request, code), **body.dict())
    return _standing(request, code)


@router.post(f"{E}/marks/keep")
def keep_mark(request: HttpRequest, code: str, body: KeepIn) -> dict[str, str]:
    """Keep one's own mark that stands far from the others', with a reason."""
    marking.keep_score(**_given(request, code), **body.dict())
    return {"kept": body.criterion}


@router.get(f"{E}/clarifications")
def read_clarifications(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give what bidders were asked about their bids, with their answers, to whoever may read it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    return [
        {"bid": made.bid_id, "bidder": made.bid.bidder.name, **_clarification(made)}
        for made in questions.clarifications_for(actor, evaluation)
    ]


def _clarification(made: "BidClarification") -> dict[str, Any]:
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
        "reason": made.reason,
    }


@router.post(f"{E}/clarifications")
def ask_clarification(request: HttpRequest, code: str, body: AskIn) -> dict[str, Any]:
    """Ask one bidder to make its bid clear."""
    given = body.dict()
    bid = given.pop("bid")
    question = clarifying.Question(**given)
    made = clarifying.ask_clarification(**_given(request, code), bid=bid, question=question)
    return {"clarification": made.number, "due_at": made.due_at}


@router.post(f"{E}/clarifications/opinion")
def judge_clarification(request: HttpRequest, code: str, body: JudgeAnswerIn) -> dict[str, str]:
    """Give one's opinion whether an answer stays within the bid."""
    made = clarifying.judge_clarification(**_given(request, code), **body.dict())
    return {"state": made.state}


@router.post(f"{E}/low-prices")
def decide_low_price(request: HttpRequest, code: str, body: DecisionIn) -> dict[str, str]:
    """Give one's opinion on an unusually low price."""
    found = prices.decide_low_price(**_given(request, code), **body.dict())
    return {"decision": found.decision}


@router.post(f"{E}/report/signature")
def sign_report(request: HttpRequest, code: str, body: SignIn) -> dict[str, Any]:
    """Sign the report."""
    report.sign_report(**_given(request, code), **body.dict())
    return _standing(request, code)


@router.get(f"{E}/cases/{{lot}}")
def read_case(request: HttpRequest, code: str, lot: int) -> dict[str, Any]:
    """Give the case of a lot, as the tool `evaluate` takes it."""
    actor, _at = acting(request)
    evaluation = queries.evaluation_for(actor, code)
    if not result.reads_report(actor, evaluation):
        raise Missing("report.not_yet", _("评审报告提交后方可查看。"))
    return result.case_of_lot(evaluation, lot)


@router.get("/tenders/{code}/committee-questions")
def read_questions(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what the committee asks one's own organisation."""
    actor, _at = acting(request)
    asked = questions.asked_of(actor, code)
    return {
        "clarifications": [_clarification(made) for made in asked.clarifications],
        "prices": [
            {
                "review": made.pk,
                "kind": made.kind,
                "lot": made.bid.lot.number,
                "finding": made.finding,
                "due_at": made.due_at,
                "answered_at": made.answered_at,
                "decision": made.decision,
            }
            for made in asked.reviews
        ],
    }


@router.post("/tenders/{code}/committee-questions/clarification")
def answer_clarification(request: HttpRequest, code: str, body: ClarifyIn) -> dict[str, str]:
    """Answer a clarification, once, confirmed as one's own."""
    actor, at = acting(request)
    made = clarifying.answer_clarification(actor=actor, code=code, at=at, **body.dict())
    return {"state": made.state}


@router.post("/tenders/{code}/committee-questions/price")
def explain(request: HttpRequest, code: str, body: ExplanationIn) -> dict[str, str]:
    """Explain an unusually low price."""
    actor, at = acting(request)
    questions.asked_of(actor, code)
    prices.explain_low_price(actor=actor, code=code, at=at, **body.dict())
    return {"saved": "yes"}


@router.post("/tenders/{code}/committee-questions/correction")
def answer_correction(request: HttpRequest, code: str, body: CorrectionIn) -> dict[str, str]:
    """Confirm or refuse a correction of one's price."""
    actor, at = acting(request)
    questions.asked_of(actor, code)
    found = prices.answer_correction(actor=actor, code=code, at=at, **body.dict())
    return {"decision": found.decision}
