"""The stages of an evaluation by the API: each ended by who leads it."""

from typing import Any

from django.http import HttpRequest

from evaluation.api.door import E, given, known, router, standing_of
from evaluation.services import committee, report, review, summary

CLOSING = {
    "start": committee.start,
    "close-qualification": review.close_qualification,
    "close-conformity": review.close_conformity,
    "summarise": summary.summarise,
    "draft-report": report.draft_report,
    "submit-report": report.submit_report,
}


@router.post(f"{E}/stage/{{step}}")
def stage_step(request: HttpRequest, code: str, step: str) -> dict[str, Any]:
    """End a stage: start, close-qualification, close-conformity, summarise, draft-report,
    submit-report.
    """
    known(CLOSING, step)(**given(request, code))
    return standing_of(request, code)
