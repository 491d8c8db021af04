"""Who may watch a recording; a look at one that is over is itself a fact (monitoring.md 6.3)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from bidding.domain import OVER
from bidding.models import OpeningSession
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from monitoring import policy, queries
from monitoring.models import Recording
from monitoring.services.recordings import tell

__all__ = ["Recording", "note_viewing", "recording_for", "recordings_for"]


def recording_for(*, actor: Actor, code: str, stage: str, token: str) -> Recording:
    """Give a recording the actor may watch; for anybody else there is none."""
    found = queries.recording(code, stage, token)
    if not policy.allows(actor, "recording.watch", found):
        raise Missing("recording.missing", _("没有这段录像。"))
    return found


def recordings_for(*, actor: Actor, session: OpeningSession) -> list[Recording]:
    """Give the recordings of a session that the actor may watch."""
    found = list(queries.recordings_of(session))
    return [recording for recording in found if policy.allows(actor, "recording.watch", recording)]


@transaction.atomic
def note_viewing(*, actor: Actor, recording: Recording, at: datetime) -> None:
    """Record that somebody looked at a recording after the opening."""
    if recording.session.state in OVER:
        tell(recording, "recording.viewed", at, viewer=actor.ref)
