"""The one router of evaluation, and what every call of it begins and ends with."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from accounts.api import acting
from evaluation import queries
from evaluation.queries import overview
from kernel.errors import Missing
from kernel.text import gettext_noop as _

router = Router(tags=["evaluation"])
E = "/tenders/{code}/evaluation"


def given(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give what every service takes: who acts, on which tender, when."""
    actor, at = acting(request)
    queries.evaluation_for(actor, code)
    return {"actor": actor, "code": code, "at": at}


def standing_of(request: HttpRequest, code: str) -> dict[str, Any]:
    """Say where an evaluation stands: what most writes answer."""
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
    return standing_of(request, code)


def known(table: dict[str, Any], step: str) -> Any:  # noqa: ANN401 - a service
    """Give the service of a step, or say that there is no such step."""
    if step not in table:
        raise Missing("step.unknown", _("没有这一步。"))
    return table[step]
