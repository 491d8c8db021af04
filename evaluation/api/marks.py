"""Marks by the API: given, locked, and looked at again."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from pydantic import Field

from accounts.api import Closed, Word
from evaluation.api.door import E, given, router, standing_of
from evaluation.services import marking


class MarkIn(Closed):
    """One mark."""

    bid: int = Field(ge=1, lt=2**31)
    criterion: Word = Field(max_length=12)
    mark: Decimal
    comment: Word = Field("", max_length=300)


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
    criterion: Word = Field(max_length=12)
    reason: Word = Field(max_length=300)


class KeepIn(Closed):
    """Why one's own mark, far from the others', stands."""

    lot: int = Field(ge=1, le=9999)
    bid: int = Field(ge=1, lt=2**31)
    criterion: Word = Field(max_length=12)
    reason: Word = Field(max_length=300)


@router.post(f"{E}/marks")
def score(request: HttpRequest, code: str, body: MarksIn) -> dict[str, int]:
    """Save marks on one's own scorecard."""
    marks = [marking.Mark(**mark.dict()) for mark in body.marks]
    saved = marking.score_all(**given(request, code), lot=body.lot, marks=marks)
    return {"saved": len(saved)}


@router.post(f"{E}/marks/lock")
def lock_marks(request: HttpRequest, code: str, body: LotIn) -> dict[str, Any]:
    """Lock one's marks for a lot."""
    marking.lock_scorecard(**given(request, code), lot=body.lot)
    return standing_of(request, code)


@router.post(f"{E}/marks/reopen")
def reopen_marks(request: HttpRequest, code: str, body: ReopenIn) -> dict[str, Any]:
    """Open one of a member's locked marks again, with a reason."""
    marking.reopen_scorecard(**given(request, code), **body.dict())
    return standing_of(request, code)


@router.post(f"{E}/marks/keep")
def keep_mark(request: HttpRequest, code: str, body: KeepIn) -> dict[str, str]:
    """Keep one's own mark that stands far from the others', with a reason."""
    marking.keep_score(**given(request, code), **body.dict())
    return {"kept": body.criterion}
