"""Procurement intentions by the API."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Status
from pydantic import Field

from accounts.api import OPEN, Closed, Text, Word, acting
from trading.api.door import router
from trading.domain.intentions import Intended
from trading.queries import intentions as intended
from trading.services import intending

if TYPE_CHECKING:
    from trading.models import Intention

PAGE = 100


class IntentionIn(Closed):
    """What a purchaser means to buy, for how much, and in which month (any day of it)."""

    title: Word = Field(max_length=160)
    needs: Text = Field(max_length=2000)
    budget: Decimal = Field(max_digits=16, decimal_places=2)
    expected_on: date
    note: Text = Field("", max_length=300)


class NewIntentionIn(IntentionIn):
    """The same, with the credit code of the purchaser for whoever acts for several."""

    purchaser: Text = Field("", max_length=18)


def intention_out(made: "Intention") -> dict[str, Any]:
    """Give an intention as the API shows it."""
    return {
        "code": made.code,
        "purchaser": {"name": made.purchaser.name, "uscc": made.purchaser.uscc},
        "title": made.title,
        "needs": made.needs,
        "budget": f"{made.budget:.2f}",
        "expected": f"{made.expected_on:%Y-%m}",
        "note": made.note,
        "published_at": made.published_at,
    }


@router.get("/intentions", response=list[dict[str, Any]], auth=OPEN)
def intentions(request: HttpRequest) -> list[dict[str, Any]]:
    """List the newest intentions: published ones, and drafts of one's own organisation."""
    actor, _at = acting(request)
    return [intention_out(made) for made in intended.intentions_for(actor)[:PAGE]]


@router.get("/intentions/{code}", response=dict[str, Any], auth=OPEN)
def intention(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give one intention."""
    actor, _at = acting(request)
    return intention_out(intended.intention_for(actor, code))


@router.post("/intentions", response={201: dict[str, Any]})
def draft_intention(request: HttpRequest, body: NewIntentionIn) -> Status[dict[str, Any]]:
    """Write down what one's own organisation means to buy."""
    actor, at = acting(request)
    said = body.dict()
    given = {"purchaser": said.pop("purchaser"), "intended": Intended(**said)}
    made = intending.draft_intention(actor=actor, **given, at=at)
    return Status(201, intention_out(made))


@router.put("/intentions/{code}", response=dict[str, Any])
def change_intention(request: HttpRequest, code: str, body: IntentionIn) -> dict[str, Any]:
    """Change a draft of one's own organisation."""
    actor, at = acting(request)
    intended.intention_for(actor, code)
    said = Intended(**body.dict())
    return intention_out(intending.change_intention(actor=actor, code=code, intended=said, at=at))


@router.post("/intentions/{code}/publish", response=dict[str, Any])
def publish_intention(request: HttpRequest, code: str) -> dict[str, Any]:
    """Tell the public."""
    actor, at = acting(request)
    intended.intention_for(actor, code)
    return intention_out(intending.publish_intention(actor=actor, code=code, at=at))
