"""A recording over HTTP: playlist, segments, and the trail as tracks beside it."""

import re
from collections.abc import Callable

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.domain import OVER
from ledger import queries as ledger
from monitoring import metadata, queries
from monitoring.metadata import Mark, Piece, stamp
from monitoring.services import watching
from monitoring.services.watching import Recording
from monitoring.trail import Trail

ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
NUMBER = re.compile(r"0(?=\.\w+$)")
PLAYLIST = "application/vnd.apple.mpegurl"


@require_safe
def playlist(request: Request, code: str, stage: str, token: str) -> HttpResponse:
    """Give the HLS playlist: live while the hall is open, then for those who have a duty."""
    recording = watching.recording_for(actor=request.actor, code=code, stage=stage, token=token)
    if request.method == "GET":
        watching.note_viewing(actor=request.actor, recording=recording, at=request.at)
    written = metadata.playlist(
        queries.pieces_of(recording),
        Trail(recording.session).marks,
        init=_address("video_init", code, stage, token),
        segment=_address("video_segment", code, stage, token),
        ended=recording.ended_at is not None,
    )
    return _fresh(HttpResponse(written, content_type=PLAYLIST))


def _address(name: str, code: str, stage: str, token: str) -> str:
    return NUMBER.sub("{}", reverse(name, args=[code, stage, token, 0]))


@require_safe
def segment(request: Request, code: str, stage: str, token: str, sequence: int) -> HttpResponse:
    """Give one stretch of video."""
    recording = watching.recording_for(actor=request.actor, code=code, stage=stage, token=token)
    return _bytes(request, queries.segment(recording, sequence).document_id)


@require_safe
def init(request: Request, code: str, stage: str, token: str, run: int) -> HttpResponse:
    """Give the initialisation of a run of the camera."""
    recording = watching.recording_for(actor=request.actor, code=code, stage=stage, token=token)
    return _bytes(request, queries.first_of_run(recording, run).init_id)


def _bytes(request: Request, digest: str) -> HttpResponse:
    """Give a document whole or, when one range is asked for, that range (RFC 9110 14)."""
    content = ledger.read_document(digest)
    answer = HttpResponse(content, content_type="video/mp4")
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]):
        answer = _part(content, asked[1], asked[2])
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = f'"{digest}"'
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer


def _part(content: bytes, first: str, last: str) -> HttpResponse:
    size = len(content)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    answer = HttpResponse(content[start : end + 1], status=206, content_type="video/mp4")
    answer["Content-Range"] = f"bytes {start}-{end}/{size}"
    return answer


Writer = Callable[[Recording, list[Piece], Trail], str]


def _track(write: Writer) -> Callable[..., HttpResponse]:
    @require_safe
    def track(request: Request, code: str, stage: str, token: str) -> HttpResponse:
        recording = watching.recording_for(actor=request.actor, code=code, stage=stage, token=token)
        written = write(recording, queries.pieces_of(recording), Trail(recording.session))
        return _fresh(HttpResponse(written, content_type="text/vtt; charset=utf-8"))

    return track


def _noted(recording: Recording, pieces: list[Piece], trail: Trail) -> str:
    epoch = stamp(pieces[0].starts_at) if pieces else "-"
    return metadata.webvtt(pieces, trail.marks, note=f"{recording.token} {epoch}")


marks = _track(_noted)
captions = _track(lambda _recording, pieces, trail: metadata.captions(pieces, trail.facts))
chapters = _track(lambda _recording, pieces, trail: metadata.chapters(pieces, trail.phases))


@require_safe
def trail(request: Request, code: str, stage: str, token: str) -> HttpResponse:
    """Give the trail and the map between the clocks as JSON."""
    recording = watching.recording_for(actor=request.actor, code=code, stage=stage, token=token)
    found = Trail(recording.session)
    pieces = queries.pieces_of(recording)
    content = {
        "recording": recording.token,
        "camera": recording.camera.title,
        "live": recording.session.state not in OVER,
        "pieces": [_piece(piece) for piece in pieces],
        "gaps": [[stamp(a), stamp(b)] for a, b in metadata.gaps(pieces)],
        "phases": [_mark(mark, pieces) for mark in found.phases],
        "marks": [_mark(mark, pieces) for mark in found.marks],
    }
    return _fresh(JsonResponse(content, json_dumps_params={"ensure_ascii": False}))


def _piece(piece: Piece) -> dict[str, object]:
    return {
        "sequence": piece.sequence,
        "run": piece.run,
        "starts_at": stamp(piece.starts_at),
        "ends_at": stamp(piece.ends_at),
        "media_start_ms": piece.media_start_ms,
        "media_ms": piece.media_ms,
    }


def _mark(mark: Mark, pieces: list[Piece]) -> dict[str, object]:
    return {
        "id": mark.id,
        "at": stamp(mark.at),
        "until": stamp(mark.until) if mark.until else None,
        "kind": mark.kind,
        "title": mark.title,
        "media_ms": metadata.media_time(pieces, mark.at),
        **mark.details,
    }


def _fresh(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, max-age=1"
    return answer
