"""Sheets of supervision as PDF, made for whoever may have them when asked for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.queries import opening
from ledger import press
from monitoring import queries
from monitoring.services import sheets, watching


@login_required
@never_cache
@require_safe
def recording_index(request: Request, code: str, stage: str) -> HttpResponse:
    """Give the index of an opening's recordings to those who may watch them; that they looked is
    recorded as it is of the video.
    """
    session = opening.session_for(code, stage)
    found = watching.recordings_for(actor=request.actor, session=session)
    content = sheets.recording_index(session, found, request.at)
    for recording in found:
        watching.note_viewing(actor=request.actor, recording=recording, at=request.at)
    return _pdf(press.made_apart("recording_index", f"{code}.{stage}", content), f"{code}-{stage}")


@login_required
@never_cache
@require_safe
def observation_sheet(request: Request, number: str) -> HttpResponse:
    """Give what a supervisor raised with its answers; observations are public."""
    found = queries.observation(number)
    content = sheets.observation_sheet(found, request.at)
    return _pdf(press.made_apart("observation_sheet", number, content), number)


def _pdf(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer
