"""Record the opening room: start the camera with the hall, register every segment, end with the
hall.

A segment is registered with its instants, its digest and its order; each chain value covers all
before it, so that cutting, swapping or altering a segment shows (monitoring.md 6.6). The camera is
a child of the process that does the due work; when that process dies the camera is started again
and the gap is there to see.
"""

import hashlib
import secrets
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bidding.models import OpeningSession
from ledger.canonical import timestamp
from ledger.services import Document, record, store_document
from monitoring import camera
from monitoring.models import Camera, Recording, Segment

BEFORE = timedelta(minutes=2)
RUNNING: dict[str, "subprocess.Popen[bytes]"] = {}


def due(at: datetime) -> int:
    """Start cameras of halls about to open, register what was written, end those of ended halls."""
    return _start_due(at) + _register_due(at)


def _start_due(at: datetime) -> int:
    waiting = OpeningSession.objects.filter(opens_at__lte=at + BEFORE, recordings=None)
    started = 0
    for session in waiting.exclude(state__in=("ended", "failed")):
        for device in Camera.objects.filter(room=session.tender.place):
            start_recording(session=session, device=device, at=at)
            started += 1
    return started


@transaction.atomic
def start_recording(*, session: OpeningSession, device: Camera, at: datetime) -> Recording:
    """Begin one camera's recording of a session."""
    recording = Recording.objects.create(
        session=session, camera=device, token=secrets.token_urlsafe(16), started_at=at
    )
    record(
        stream=session.stream,
        kind="recording.started",
        actor="system",
        at=at,
        tender=session.tender.code,
        camera=device.code,
        title=device.title,
        recording=recording.token,
    )
    return recording


def folder_of(recording: Recording) -> Path:
    """Give the folder a recording's camera writes to."""
    return Path(settings.VAR) / "camera" / recording.token


def _register_due(at: datetime) -> int:
    done = 0
    for recording in Recording.objects.filter(ended_at=None).select_related("session", "camera"):
        over = recording.session.state in {"ended", "failed"}
        if over:
            _stop(recording)
        else:
            _keep_running(recording)
        done += register_segments(recording=recording, at=at)
        if over:
            end_recording(recording=recording, at=at)
    return done


def _keep_running(recording: Recording) -> None:
    process = RUNNING.get(recording.token)
    if process is None or process.poll() is not None:
        runs = len(list(folder_of(recording).glob("run*")))
        RUNNING[recording.token] = camera.start(
            recording.camera.source, folder_of(recording) / f"run{runs:03d}"
        )


def _stop(recording: Recording) -> None:
    process = RUNNING.pop(recording.token, None)
    if process is not None and process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def register_segments(*, recording: Recording, at: datetime) -> int:
    """Register the finished segments that are not yet, in order, each with its digest."""
    registered = recording.segments.count()
    found = [
        (run, item)
        for run in sorted(folder_of(recording).glob("run*"))
        for item in camera.written(run)
    ]
    for run, item in found[registered:]:
        _register(recording, run, item, at)
    return max(0, len(found) - registered)


@transaction.atomic
def _register(recording: Recording, run: Path, item: camera.Written, at: datetime) -> Segment:
    before = recording.segments.order_by("-sequence").first()
    if recording.init is None:
        recording.init = _kept(run / camera.INIT, at)
        recording.save(update_fields=["init"])
    document = _kept(item.path, at)
    # The arrival clock is what counts: the last frame arrived when the file was finished.
    arrived = datetime.fromtimestamp(item.path.stat().st_mtime, UTC)
    starts_at = arrived - timedelta(milliseconds=item.media_ms)
    if before is not None and item.sequence > 0:
        starts_at = before.ends_at
    media_start = 0 if before is None else before.media_start_ms + before.media_ms
    segment = Segment(
        recording=recording,
        sequence=0 if before is None else before.sequence + 1,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(milliseconds=item.media_ms),
        media_start_ms=media_start,
        media_ms=item.media_ms,
        document=document,
    )
    segment.chain = chain_of(segment, before.chain if before else "")
    segment.save()
    record(
        stream=recording.session.stream,
        kind="recording.segment",
        actor="system",
        at=at,
        tender=recording.session.tender.code,
        recording=recording.token,
        sequence=segment.sequence,
        starts_at=segment.starts_at,
        digest=document.digest,
        chain=segment.chain,
    )
    return segment


def _kept(path: Path, at: datetime) -> Document:
    return store_document(content=path.read_bytes(), media_type="video/mp4", at=at)


def chain_of(segment: Segment, before: str) -> str:
    """Hash a segment's place, instants and digest over the chain of all before it."""
    leaf = "|".join(
        [
            str(segment.sequence),
            timestamp(segment.starts_at),
            timestamp(segment.ends_at),
            str(segment.media_start_ms),
            segment.document.digest,
        ]
    )
    return hashlib.sha256(f"{before}|{leaf}".encode()).hexdigest()


@transaction.atomic
def end_recording(*, recording: Recording, at: datetime) -> Recording:
    """End a recording; its working folder goes, its segments are kept by digest."""
    recording.ended_at = at
    recording.save(update_fields=["ended_at"])
    last = recording.segments.order_by("-sequence").first()
    record(
        stream=recording.session.stream,
        kind="recording.ended",
        actor="system",
        at=at,
        tender=recording.session.tender.code,
        recording=recording.token,
        segments=recording.segments.count(),
        chain=last.chain if last else "",
    )
    transaction.on_commit(lambda: shutil.rmtree(folder_of(recording), ignore_errors=True))
    return recording
