"""Judging who registered for a sale, by the API: its own side's list, a taker's own standing."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import Closed, Text, Word, acting
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.api.door import router
from trading.api.drafts import seen
from trading.api.shown import tender_out
from trading.domain.qualifying import Standing
from trading.services import qualifying as judging

Shape = dict[str, Any]


class OpinionIn(Closed):
    """The conditions one who registered does not meet, each with the reason."""

    unmet: dict[Word, Text]


class ReadIn(Closed):
    """Which opinion was read: the `turns` of the list."""

    turns: int


class ReturnedIn(Closed):
    """Why an opinion is sent back, and which."""

    turns: int
    reason: Text


class TakerAnswerIn(Closed):
    """What somebody refused answers, once."""

    answer: Text


@router.get("/tenders/{code}/qualification", response=list[Shape])
def qualifying(request: HttpRequest, code: str) -> list[Shape]:
    """List who registered and how each stands, for those who may know; each look is recorded."""
    address = request.META.get("REMOTE_ADDR", "")
    found = judging.read_candidates(**seen(request, code), address=address)
    return [
        {
            "uscc": one.uscc,
            "name": one.name,
            "lots": list(one.lots),
            "turns": one.standing.turns,
            **_stands(one.standing),
        }
        for one in found
    ]


@router.get("/tenders/{code}/qualification/own", response=Shape)
def own_qualification(request: HttpRequest, code: str) -> Shape:
    """Tell my own organisation how it stands, as far as it is confirmed."""
    actor, at = acting(request)
    own = queries.own_standing(actor, queries.tender_for(actor, code, at), at)
    if own is None:
        raise Missing("taker.missing", _("没有这家单位的登记。"))
    return _stands(own)


@router.post("/tenders/{code}/qualification/answer", response={204: None})
def answer_taker(request: HttpRequest, code: str, body: TakerAnswerIn) -> Status[None]:
    """Answer, once, why my organisation meets the conditions after all."""
    services.answer_taker(**seen(request, code), answer=body.answer)
    return Status(204, None)


@router.post("/tenders/{code}/qualification/settle", response=Shape)
def settle_takers(request: HttpRequest, code: str) -> Shape:
    """Fix the list of those let in, once it is decided of everybody."""
    return tender_out(services.settle_takers(**seen(request, code)))


@router.put("/tenders/{code}/qualification/{supplier}", response={204: None})
def judge_taker(request: HttpRequest, code: str, supplier: str, body: OpinionIn) -> Status[None]:
    """Give the opinion which conditions one does not meet; none, and it meets all."""
    services.judge_taker(**seen(request, code), supplier=supplier, unmet=body.unmet)
    return Status(204, None)


@router.post("/tenders/{code}/qualification/{supplier}/confirm", response=Shape)
def confirm_taker(request: HttpRequest, code: str, supplier: str, body: ReadIn) -> Shape:
    """Confirm the opinion that was read; another since then is a conflict."""
    found = services.confirm_taker(**seen(request, code), supplier=supplier, turns=body.turns)
    return _stands(found)


@router.post("/tenders/{code}/qualification/{supplier}/return", response={204: None})
def return_taker(request: HttpRequest, code: str, supplier: str, body: ReturnedIn) -> Status[None]:
    """Send an opinion back with the reason."""
    services.return_taker(
        **seen(request, code), supplier=supplier, reason=body.reason, turns=body.turns
    )
    return Status(204, None)


def _stands(standing: Standing) -> Shape:
    return {
        "state": standing.state,
        "unmet": dict(standing.unmet),
        "answer": standing.answer,
        "answer_until": standing.answer_until,
    }
