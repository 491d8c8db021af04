"""The recording of a room: real camera, lease, order, chain, and who may watch."""

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from bidding.models import OpeningSession
from ledger import press
from ledger import queries as ledger
from monitoring import camera, queries
from monitoring.models import Observation, Recording
from monitoring.services import observations, recordings
from monitoring.services.observations import Sight
from tests import supervised
from tests.papers import is_known_shape
from tests.supervised import Hall


def tick(until, seconds=90):
    """Do the due work as the loop does, until something holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        recordings.due(timezone.now())
        if until():
            return
        time.sleep(0.2)
    pytest.fail("it did not come to that")


@pytest.fixture
def soon(hall: Hall, settings, tmp_path) -> Hall:
    settings.VAR = tmp_path
    settings.ROOM_CAMERA = "synthetic"
    OpeningSession.objects.update(opens_at=timezone.now() + timedelta(seconds=90))
    yield hall.again()
    for process in recordings.RUNNING.values():
        camera.stop(process)
        process.wait(30)
    recordings.RUNNING.clear()


def kinds(hall: Hall) -> list[str]:
    facts = ledger.entries_since(hall.session.stream, 0)
    return [fact.kind for fact in facts if fact.kind.startswith("recording.")]


def test_the_room_is_recorded_from_two_minutes_before_until_the_end(soon: Hall, tmp_path):
    recordings.due(timezone.now() - timedelta(minutes=10))
    assert not Recording.objects.exists()
    tick(lambda: Recording.objects.filter(segments__sequence=1).exists())
    recording = Recording.objects.get()
    first, second = recording.segments.all()[:2]
    assert (first.media_ms, second.media_start_ms) == (2000, 2000)
    assert second.starts_at == first.ends_at
    assert abs(first.ends_at - first.arrived_at) < timedelta(seconds=1)
    assert first.chain == recordings.chain_of(first, "")
    assert second.chain == recordings.chain_of(second, first.chain)
    assert ledger.read_document(first.init_id)[4:8] == b"ftyp"

    OpeningSession.objects.update(state="failed", ended_at=timezone.now())
    tick(lambda: Recording.objects.filter(ended_at__isnull=False).exists())
    last = recording.segments.last()
    (ended,) = [
        e.data for e in ledger.entries_since(soon.session.stream, 0) if e.kind == "recording.ended"
    ]
    assert (ended["segments"], ended["chain"]) == (last.sequence + 1, last.chain)
    assert kinds(soon) == ["recording.started", "recording.ended"]
    assert recordings.RUNNING == {}


def test_two_processes_do_not_start_two_cameras(soon: Hall):
    at = timezone.now()
    recordings.due(at)
    recording = Recording.objects.get()
    assert recording.holder == recordings.OURSELVES
    assert not recordings.take_lease(recording=recording, at=at, holder="another")
    recordings.due(at)
    assert Recording.objects.count() == 1
    assert len(list((recordings.folder_of(recording)).glob("run*"))) == 1


def test_a_process_that_lost_the_lease_lets_its_camera_go(soon: Hall):
    at = timezone.now()
    recordings.due(at)
    recording = Recording.objects.get()
    process = recordings.RUNNING[recording.token]
    late = at + recordings.LEASE
    assert recordings.take_lease(recording=recording, at=late, holder="another")
    recordings.due(late + timedelta(seconds=1))
    assert recordings.RUNNING == {}
    process.wait(30)


def test_a_camera_belongs_to_the_room_the_tender_names(hall: Hall):
    recording = supervised.filmed(hall, hall.at)
    place = hall.session.tender.place
    assert queries.cameras_of(place) == [recording.camera]
    assert queries.cameras_of("第二开标室") == []


def test_no_camera_starts_where_none_is_set(hall: Hall, settings):
    settings.ROOM_CAMERA = ""
    OpeningSession.objects.update(opens_at=timezone.now())
    recordings.due(timezone.now())
    assert not Recording.objects.exists()


def test_what_was_filed_before_its_segment_is_bound_to_it_later(soon: Hall):
    mei = soon.world.actor(soon.serving[0], timezone.now())
    tick(lambda: Recording.objects.filter(segments__sequence=0).exists())
    at = timezone.now()
    observations.file_observation(
        actor=mei, **soon.where, category="normal", text="密封完好", sight=Sight(at), at=at
    )
    assert Observation.objects.get().segment is None
    tick(lambda: Observation.objects.get().segment is not None)
    found = Observation.objects.get()
    assert found.segment.starts_at <= at < found.segment.ends_at
    bound = [
        e for e in ledger.entries_since(soon.session.stream, 0) if e.kind == "observation.bound"
    ]
    assert [e.data["segment"] for e in bound] == [found.segment.document_id]


def printed(kind, subject, content):
    """Give what a paper says in place of its PDF: the making has its own test."""
    told = json.loads(press.canonical.encode(content))
    assert is_known_shape(kind, told)
    return press.page_of(kind, subject, told).encode()


def test_an_index_names_what_was_filmed_to_whoever_may_watch_it(hall: Hall, monkeypatch):
    monkeypatch.setattr(press, "made_apart", printed)
    recording = supervised.filmed(hall, hall.at)
    path = f"{hall.address}/recordings/index.pdf"
    assert hall.world.client("qian").get(path).status_code == 404
    OpeningSession.objects.update(state="ended", ended_at=hall.at)
    readers = {n for n in EVERYBODY if hall.world.client(n).get(path).status_code == 200}
    assert readers == (REVIEWERS | set(hall.serving)) & set(EVERYBODY)
    told = hall.world.client("qian").get(path).content.decode()
    last = recording.segments.order_by("sequence").last()
    assert (recording.camera.title in told, last.chain in told) == (True, True)
    viewed = [e for e in ledger.entries_since(hall.session.stream, 0) if "viewed" in e.kind]
    assert len(viewed) == len(readers) + 1


# --- who may watch ---

REVIEWERS = {"lin", "sun", "qian", "zhou", "zheng", "wang", "tang"}
EVERYBODY = (
    *("lin", "sun", "qian", "zhou", "zheng", "wang", "feng", "tang", "chen", "zhao", "hu"),
    *("wu", "mei", "bai", "kong", "ning", "he", "public"),
)


def addresses(hall: Hall, recording: Recording) -> list[str]:
    base = f"{hall.address}/video/{recording.token}"
    ends = (".m3u8", "/0.m4s", "/init-0.mp4", ".vtt", ".captions.vtt", ".chapters.vtt", ".json")
    return [base + end for end in ends]


def test_everybody_watches_live_and_only_those_with_a_duty_afterwards(hall: Hall):
    recording = supervised.filmed(hall, hall.at)
    paths = addresses(hall, recording)
    for name in EVERYBODY:
        client = hall.world.client(name)
        assert {client.get(path).status_code for path in paths} == {200}, name
    OpeningSession.objects.update(state="ended", ended_at=hall.at)
    for name in EVERYBODY:
        client = hall.world.client(name)
        expected = {200} if name in REVIEWERS | set(hall.serving) else {404}
        assert {client.get(path).status_code for path in paths} == expected, name
    viewed = [
        e for e in ledger.entries_since(hall.session.stream, 0) if e.kind == "recording.viewed"
    ]
    assert [e.data["viewer"] for e in viewed] == [
        f"person:{name}" for name in EVERYBODY if name in REVIEWERS | set(hall.serving)
    ]


def test_a_camera_that_is_not_public_is_never_public(hall: Hall):
    recording = supervised.filmed(hall, hall.at)
    recording.camera.visibility = "supervisor"
    recording.camera.save()
    path = addresses(hall, recording)[0]
    assert hall.world.client("public").get(path).status_code == 404
    assert hall.world.client("wang").get(path).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "content", "said"),
    [
        ("bytes=0-3", 206, b"fram", "bytes 0-3/11"),
        ("bytes=7-", 206, b"of 0", "bytes 7-10/11"),
        ("bytes=-4", 206, b"of 0", "bytes 7-10/11"),
        ("bytes=5-99", 206, b"s of 0", "bytes 5-10/11"),
        ("bytes=11-", 416, b"", "bytes */11"),
        ("bytes=-0", 416, b"", "bytes */11"),
        ("bytes=4-2", 416, b"", "bytes */11"),
        ("bytes=0-1,3-4", 200, b"frames of 0", None),
        ("lines=1-2", 200, b"frames of 0", None),
        ("bytes=-", 200, b"frames of 0", None),
        (f"bytes=0-{'9' * 5000}", 200, b"frames of 0", None),
    ],
)
def test_a_range_of_a_segment(hall: Hall, asked, status, content, said):
    recording = supervised.filmed(hall, hall.at)
    path = f"{hall.address}/video/{recording.token}/0.m4s"
    answer = hall.world.client("public").get(path, headers={"Range": asked})
    assert (answer.status_code, answer.content, answer.get("Content-Range")) == (
        status,
        content,
        said,
    )


def test_another_halls_token_and_absent_places_are_missing(hall: Hall):
    recording = supervised.filmed(hall, hall.at)
    client = hall.world.client("public")
    for path in (
        f"/halls/GP-0000/whole/video/{recording.token}.m3u8",
        f"{hall.address}/video/other.m3u8",
        f"{hall.address}/video/{recording.token}/99.m4s",
        f"{hall.address}/video/{recording.token}/init-7.mp4",
    ):
        assert client.get(path).status_code == 404


def test_an_altered_order_or_segment_breaks_the_chain(hall: Hall):
    recording = supervised.filmed(hall, hall.at)
    first, second = recording.segments.all()[:2]
    assert recordings.chain_of(second, first.chain) == second.chain
    second.document_id = first.document_id
    assert recordings.chain_of(second, first.chain) != second.chain
