"""What is printed of an opening's supervision: the index of its recordings, and what a supervisor
raised with the answers to it (rulebook 6.1, 6.2). Made when asked for, kept nowhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from bidding.domain import OVER
from bidding.models import OpeningSession
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from monitoring import metadata, queries
from monitoring.domain import CATEGORIES, OBSERVATION
from monitoring.metadata import Mark
from monitoring.models import Observation, Recording
from monitoring.trail import Trail
from trading import queries as trading

NO_INDEX: Final = _("没有可供您调阅的录像目录；开标结束后由有调阅职责的人下载。")
SAID: Final = {
    "answer": _("答复"),
    "contest": _("不认可答复"),
    "rule": _("裁定"),
    "accept": _("认可答复"),
}


def _about(session: OpeningSession, at: datetime) -> dict[str, Any]:
    tender = session.tender
    return {
        **trading.paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "stage": session.stage,
        "place": tender.place,
        "printed_at": at,
    }


@translation.override(settings.LANGUAGE_CODE)
def recording_index(
    session: OpeningSession, found: Sequence[Recording], at: datetime
) -> dict[str, Any]:
    """Give what was recorded of an opening that is over, with the second at which each thing
    happened (M87 art. 39); `found` are the recordings that whoever asks may watch.
    """
    if session.state not in OVER or not found:
        raise Missing("recording.no_index", NO_INDEX)
    marks = Trail(session).marks
    return {**_about(session, at), "recordings": [_recording(made, marks) for made in found]}


def _recording(recording: Recording, marks: list[Mark]) -> dict[str, Any]:
    pieces = queries.pieces_of(recording)
    last = recording.segments.order_by("sequence").last()
    placed = [(mark, metadata.media_time(pieces, mark.at)) for mark in marks]
    return {
        "camera": recording.camera.code,
        "room": recording.camera.room,
        "called": recording.camera.title,
        "started_at": recording.started_at,
        "ended_at": recording.ended_at or "",
        "segments": len(pieces),
        "length": metadata.clock(sum(piece.media_ms for piece in pieces)),
        "gaps": [{"from": begin, "until": end} for begin, end in metadata.gaps(pieces)],
        "chain": last.chain if last else "",
        "marks": [
            {"at": mark.at, "second": metadata.clock(place), "title": mark.title}
            for mark, place in placed
            if place is not None
        ],
    }


@translation.override(settings.LANGUAGE_CODE)
def observation_sheet(found: Observation, at: datetime) -> dict[str, Any]:
    """Give what a supervisor raised, at which instant of which recording, and what was said to it;
    as everybody may read it.
    """
    supervisor, segment = found.supervision.supervisor, found.segment
    return {
        **_about(found.supervision.session, at),
        "number": found.number,
        "supervisor": supervisor.person.name,
        "letter": supervisor.letter_number or "",
        "category": CATEGORIES[found.category],
        "text": found.text,
        "observed_at": found.observed_at,
        "is_live": found.seen == "live",
        "step": ledger.title_of(found.fact_kind) if found.fact_kind else "",
        "fact": found.fact_number,
        "camera": segment.recording.camera.title if segment else "",
        "second": metadata.clock(found.media_ms) if found.media_ms is not None else "",
        "segment": segment.document_id if segment else "",
        "filed_at": found.filed_at,
        "due_at": found.due_at,
        "state": OBSERVATION.titles[found.state],
        "supersedes": found.supersedes.number if found.supersedes else "",
        "replies": [
            {
                "kind": SAID[reply.kind],
                "by": reply.author.name,
                "text": reply.text,
                "at": reply.at,
            }
            for reply in found.replies.select_related("author").order_by("at", "pk")
        ],
    }
