"""Record the opening room: start the camera with the hall, register every segment, end with the
hall.

A segment is registered with its instants, its digest and its order; each chain value covers all
before it, so that cutting, swapping or altering a segment shows (monitoring.md 6.6). The camera is
a child of the process that holds the recording's lease; when that process dies another takes over
after the lease, starts the camera in a new run, and the gap is there to see.
"""

import hashlib
import secrets
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bidding.domain import OVER, UNDER_WAY
from bidding.models import OpeningSession
from ledger.canonical import timestamp
from ledger.services import Document, record, store_document
from monitoring import camera, metadata, queries
from monitoring.models import Camera, Observation, Recording, Segment

BEFORE: Final = timedelta(minutes=2)
LEASE: Final = timedelta(seconds=6)
PATIENCE: Final = timedelta(seconds=8)
DRIFT: Final = timedelta(seconds=1)
EACH_TICK: Final = 20
SEGMENTS_A_MINUTE: Final = 60 // camera.SEGMENT_SECONDS
OURSELVES: Final = secrets.token_urlsafe(16)
RUNNING: dict[str, "subprocess.Popen[bytes]"] = {}


def due(at: datetime) -> int:
    """Start cameras of halls about to open, register what was written, end those of ended halls."""
    started = sum(start_recordings(session=session, at=at) for session in _about_to_open(at))
    return started + sum(_tend(recording, at) for recording in _open_recordings())


def _about_to_open(at: datetime) -> list[OpeningSession]:
    soon = OpeningSession.objects.filter(state__in=UNDER_WAY, opens_at__lte=at + BEFORE)
    return list(soon.filter(recordings=None).select_related("tender"))


def _open_recordings() -> list[Recording]:
    found = Recording.objects.filter(ended_at=None)
    return list(found.select_related("session__tender", "camera"))


# --- start ---


def start_recordings(*, session: OpeningSession, at: datetime) -> int:
    """Begin a recording for each camera of the room, or for the installation's own camera."""
    devices = queries.cameras_of(session.tender.place) or _own_camera()
    return sum(_start(session, device, at) for device in devices)


def _own_camera() -> list[Camera]:
    """Give the camera of rooms that have none of their own, where the settings name one."""
    if not settings.ROOM_CAMERA:
        return []
    source = settings.ROOM_CAMERA
    own, _made = Camera.objects.update_or_create(
        code="room",
        defaults={"source": source},
        create_defaults={"source": source, "room": "", "title": "开标室全景"},
    )
    return [own]


@transaction.atomic
def _start(session: OpeningSession, device: Camera, at: datetime) -> int:
    recording, made = Recording.objects.get_or_create(
        session=session,
        camera=device,
        defaults={"token": secrets.token_urlsafe(16), "started_at": at},
    )
    if made:
        told = {"camera": device.code, "title": device.title}
        tell(recording, "recording.started", at, **told)
    return int(made)


def tell(recording: Recording, kind: str, at: datetime, **data: object) -> None:
    """Record a fact of a recording in the stream of its opening."""
    session = recording.session
    record(
        stream=session.stream,
        kind=kind,
        actor="system",
        at=at,
        tender=session.tender.code,
        recording=recording.token,
        **data,
    )


# --- keep ---


def _tend(recording: Recording, at: datetime) -> int:
    """Do the next small thing for a recording; never wait for a camera."""
    if not take_lease(recording=recording, at=at):
        _drop(recording)
        return 0
    over = recording.session.state in OVER
    if not over:
        _keep_running(recording)
    stopped = over and _has_stopped(recording, at)
    done = register_segments(recording=recording, at=at)
    if stopped and not done:
        end_recording(recording=recording, at=at)
    return done


def take_lease(*, recording: Recording, at: datetime, holder: str = OURSELVES) -> bool:
    """Hold a recording's camera, or learn that another process does."""
    if recording.holder == holder and (recording.leased_until or at) > at + LEASE / 2:
        return True
    free = Q(leased_until=None) | Q(leased_until__lte=at) | Q(holder=holder)
    found = Recording.objects.filter(free, pk=recording.pk, ended_at=None)
    return bool(found.update(holder=holder, leased_until=at + LEASE))


def folder_of(recording: Recording) -> Path:
    """Give the folder a recording's camera writes to."""
    return Path(settings.VAR) / "camera" / recording.token


def _runs(recording: Recording) -> list[Path]:
    return sorted(folder_of(recording).glob("run*"))


def _keep_running(recording: Recording) -> None:
    process = RUNNING.get(recording.token)
    if process is None or process.poll() is not None:
        run = folder_of(recording) / f"run{len(_runs(recording)):03d}"
        RUNNING[recording.token] = camera.start(recording.camera.source, run)


def _drop(recording: Recording) -> None:
    """Let go of a camera that another process holds by now."""
    process = RUNNING.pop(recording.token, None)
    if process is not None:
        camera.stop(process)


def let_go() -> None:
    """Ask every camera of this process to end: the process is about to."""
    while RUNNING:
        _token, process = RUNNING.popitem()
        camera.stop(process)


def _has_stopped(recording: Recording, at: datetime) -> bool:
    """Ask our camera to end, and tell whether it has; one that does not listen is killed."""
    process = RUNNING.get(recording.token)
    if process is not None and process.poll() is None:
        camera.stop(process)
        if recording.session.ended_at and at > recording.session.ended_at + PATIENCE:
            process.kill()
        return False
    RUNNING.pop(recording.token, None)
    return True


# --- register ---


def register_segments(*, recording: Recording, at: datetime) -> int:
    """Register the finished segments that are not yet, in order, each with its digest."""
    last = recording.segments.order_by("-sequence").first()
    reached = (last.run, last.place) if last else (-1, -1)
    found = [
        (run, item)
        for run, folder in enumerate(_runs(recording))
        if run >= reached[0]
        for item in camera.written(folder)
        if (run, item.place) > reached
    ]
    for run, item in found[:EACH_TICK]:
        _register(recording, run, item, at)
    return len(found)


@transaction.atomic
def _register(recording: Recording, run: int, item: camera.Written, at: datetime) -> None:
    before = recording.segments.order_by("-sequence").first()
    arrived = datetime.fromtimestamp(item.path.stat().st_mtime, UTC)
    starts_at = _starts_at(before, run, item, arrived)
    segment = Segment(
        recording=recording,
        sequence=0 if before is None else before.sequence + 1,
        run=run,
        place=item.place,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(milliseconds=item.media_ms),
        arrived_at=arrived,
        media_start_ms=0 if before is None else before.media_start_ms + before.media_ms,
        media_ms=item.media_ms,
        init=_kept(item.path.parent / camera.INIT, at),
        document=_kept(item.path, at),
    )
    segment.chain = chain_of(segment, before.chain if before else "")
    segment.save()
    _bind_observations(segment, at)
    if segment.sequence % SEGMENTS_A_MINUTE == SEGMENTS_A_MINUTE - 1:
        tell(recording, "recording.chained", at, **head_of(segment))


def _starts_at(
    before: Segment | None, run: int, item: camera.Written, arrived: datetime
) -> datetime:
    """Give the instant of a segment's first frame, to the millisecond.

    The file was finished when its last frame had arrived. Within a run frames follow each other at
    a constant rate, so the start is where the last one ended, unless the camera stalled.
    """
    length = timedelta(milliseconds=item.media_ms)
    by_arrival = _to_millisecond(arrived - length)
    if before is None:
        return by_arrival
    follows = before.run == run and before.place + 1 == item.place
    if follows and abs(by_arrival - before.ends_at) <= DRIFT:
        return before.ends_at
    return max(by_arrival, before.ends_at)


def _to_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _kept(path: Path, at: datetime) -> Document:
    return store_document(content=path.read_bytes(), media_type="video/mp4", at=at)


def _bind_observations(segment: Segment, at: datetime) -> None:
    """Name the segment in what was filed before it was registered; said in a fact of its own."""
    waiting = Observation.objects.filter(
        supervision__session=segment.recording.session,
        segment=None,
        observed_at__gte=segment.starts_at,
        observed_at__lt=segment.ends_at,
    )
    for observation in waiting:
        observation.segment = segment
        observation.media_ms = metadata.media_time(
            [queries.piece(segment)], observation.observed_at
        )
        observation.clock_uncertainty_ms = queries.uncertainty_ms(segment)
        observation.save(update_fields=["segment", "media_ms", "clock_uncertainty_ms"])
        told = {"number": observation.number, "segment": segment.document_id}
        tell(segment.recording, "observation.bound", at, **told, sequence=segment.sequence)


def chain_of(segment: Segment, before: str) -> str:
    """Hash a segment's place, instants and digests over the chain of all before it."""
    leaf = "|".join(
        [
            str(segment.sequence),
            timestamp(segment.starts_at),
            timestamp(segment.ends_at),
            str(segment.media_start_ms),
            str(segment.media_ms),
            segment.init_id,
            segment.document_id,
        ]
    )
    return hashlib.sha256(f"{before}|{leaf}".encode()).hexdigest()


def head_of(segment: Segment) -> dict[str, object]:
    """Give the head of a chain as a fact names it: up to where, how many segments, the hash."""
    return {
        "segments": segment.sequence + 1,
        "until": segment.ends_at,
        "chain": segment.chain,
    }


# --- end ---


@transaction.atomic
def end_recording(*, recording: Recording, at: datetime) -> Recording:
    """End a recording; its working folder goes, its segments are kept by digest."""
    last = recording.segments.order_by("-sequence").first()
    recording.ended_at = at
    recording.save(update_fields=["ended_at"])
    tell(recording, "recording.ended", at, **(head_of(last) if last else {"segments": 0}))
    transaction.on_commit(lambda: shutil.rmtree(folder_of(recording), ignore_errors=True))
    return recording
