"""The API of how content those served are."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Status

from accounts.api import OPEN, Closed, Word, acting
from kernel.calendar import local_date
from monitoring import rated
from monitoring.api.door import router
from monitoring.services import ratings


class MarkIn(Closed):
    """A mark from 1 to 5 for a service."""

    service: Word
    mark: int


@router.post("/tenders/{code}/ratings", response={201: None})
def rate_service(request: HttpRequest, code: str, body: MarkIn) -> Status[None]:
    """Rate a service one was served by, once; who gave which mark is kept nowhere."""
    actor, at = acting(request)
    ratings.rate_service(actor=actor, code=code, service=body.service, mark=body.mark, at=at)
    return Status(201, None)


@router.get("/satisfaction", response=list[dict[str, Any]], auth=OPEN)
def satisfaction(request: HttpRequest) -> list[dict[str, Any]]:
    """Give by market and service how many answered and, of enough, how content they were."""
    found = rated.told(local_date(acting(request)[1]))
    return [{**asdict(one), "mean": one.mean and str(one.mean)} for one in found]
