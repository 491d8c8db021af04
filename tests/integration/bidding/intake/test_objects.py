"""Uploads: each entry once, at its place, durable before it counts."""

import asyncio
import os
from hashlib import sha256

from bidding.intake import objects, requests
from bidding.models import StoredPart
from bidding.sealing.stream import HEAD, SEALED_CHUNK
from tests.integration.bidding.intake.conftest import Place
from tests.sealed import b64, digests, parts


def stream(chunks: int = 3) -> tuple[str, list[bytes]]:
    content = os.urandom(HEAD + (chunks - 1) * SEALED_CHUNK + 1000)
    return b64(os.urandom(32)), parts(content)


async def test_upload_is_on_disk_and_reported_as_ranges(place: Place) -> None:
    door = await place.run(place.door)
    name, entries = stream(4)
    assert await door.put(name, 0, entries[:2]) == (204, None)
    assert await door.put(name, 4, entries[4:]) == (204, None)
    status, answer = await door.call("GET", f"/intake/objects/{name}")
    assert (status, answer) == (
        200,
        {"have": [[0, 1], [4, 4]], "bytes": HEAD + SEALED_CHUNK + 1000},
    )
    assert await door.put(name, 2, entries[2:4]) == (204, None)
    assert objects.path_of(name).read_bytes() == b"".join(entries)
    stored = await place.run(
        lambda: [bytes(p.digest) for p in StoredPart.objects.filter(stored=name).order_by("index")]
    )
    assert stored == [sha256(entry).digest() for entry in entries]


async def test_unknown_object_has_nothing_yet(place: Place) -> None:
    door = await place.run(place.door)
    name, _ = stream()
    status, answer = await door.call("GET", f"/intake/objects/{name}")
    assert (status, answer) == (200, {"have": [], "bytes": 0})


async def test_same_upload_again_and_overlapping_ones_change_nothing(place: Place) -> None:
    door = await place.run(place.door)
    name, entries = stream(4)
    sent = [(0, entries[:3]), (0, entries[:3]), (1, entries[1:4]), (2, entries[2:])]
    answers = await asyncio.gather(*(door.put(name, first, part) for first, part in sent))
    assert answers == [(204, None)] * 4
    assert objects.path_of(name).read_bytes() == b"".join(entries)


async def test_other_bytes_at_a_stored_place_are_refused_and_the_first_stay(place: Place) -> None:
    door = await place.run(place.door)
    name, entries = stream(2)
    other = os.urandom(SEALED_CHUNK)
    both = await asyncio.gather(
        *(door.put(name, 1, [entry]) for entry in (entries[1], other) for _ in range(4))
    )
    refused = [answer["code"] for status, answer in both if status == 409]
    assert refused == ["intake.part_differs"] * 4
    on_disk = objects.path_of(name).read_bytes()[HEAD : HEAD + SEALED_CHUNK]
    part = await place.run(StoredPart.objects.get, stored=name, index=1)
    assert sha256(on_disk).digest() == bytes(part.digest)


async def test_committed_object_takes_nothing_more(place: Place) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal(content=b"y" * 300_000)
    kept = dict(offer.objects)
    await door.submit(offer, request)
    for name, content in kept.items():
        entries = parts(content)
        for first, sent in ((0, entries[:1]), (len(entries), [b"z" * 100])):
            status, answer = await door.put(name, first, sent)
            assert (status, answer["code"]) == (409, "intake.committed")
        assert objects.path_of(name).read_bytes() == content


async def test_another_owners_object_does_not_exist(place: Place) -> None:
    door, other = await place.run(place.door), await place.run(place.door, "zhao")
    name, entries = stream()
    await door.put(name, 0, entries[:1])
    for answer in (
        await other.call("GET", f"/intake/objects/{name}"),
        await other.put(name, 1, entries[1:2]),
        await other.put(name, 0, entries[:1]),
    ):
        assert (answer[0], answer[1]["code"]) == (404, "intake.object_missing")


async def test_garbled_and_misplaced_uploads_are_refused(place: Place) -> None:
    door = await place.run(place.door)
    name, entries = stream()
    path, body = f"/intake/objects/{name}", entries[1]
    good = digests([body]).encode()
    cases = [
        (f"{path}/1", body, digests([entries[0]]).encode(), 422, "intake.digest"),
        (f"{path}/1", body, b"", 422, "intake.digests"),
        (f"{path}/1", body, good + b"," + good, 422, "intake.digests"),
        (f"{path}/1", body, b"%%", 422, "seal.binary"),
        (f"{path}/1", b"", good, 422, "intake.size"),
        (f"{path}/1", body[:15], good, 422, "intake.size"),
        (f"{path}/0", body[:67], good, 422, "intake.size"),
        (f"{path}/01", body, good, 422, "intake.index"),
        (f"{path}/-1", body, good, 422, "intake.index"),
        (f"{path}/16385", body, good, 422, "intake.index"),
        (f"{path}/99999999999", body, good, 422, "intake.index"),
        ("/intake/objects/short/1", body, good, 422, "intake.name"),
        (f"/intake/objects/{'..%2f' * 9}/1", body, good, 422, "intake.name"),
        (f"{path}/1/2", body, good, 404, "intake.missing"),
        (f"{path}/1", b"x" * (HEAD + 16 * SEALED_CHUNK + 1), good, 413, "intake.too_large"),
    ]
    for target, content, header, expected, code in cases:
        status, answer = await door.call("PUT", target, content, headers=[(b"x-digests", header)])
        assert (status, answer["code"]) == (expected, code), target
    assert not objects.path_of(name).exists()


async def test_announced_length_over_the_limit_is_refused_before_reading(place: Place) -> None:
    door = await place.run(place.door)
    name, _ = stream()

    async def never() -> dict:
        raise AssertionError("the body was read")

    status, answer = await door.call(
        "PUT",
        f"/intake/objects/{name}/1",
        headers=[(b"content-length", b"99999999999")],
        receive=never,
    )
    assert (status, answer["code"]) == (413, "intake.too_large")


async def test_trickling_client_is_sent_away_and_others_are_served(
    place: Place, monkeypatch
) -> None:
    monkeypatch.setattr(requests, "IDLE_SECONDS", 0.3)
    door = await place.run(place.door)
    name, entries = stream()

    async def trickle() -> dict:
        await asyncio.sleep(60)
        return {}

    slow = [
        asyncio.ensure_future(door.call("PUT", f"/intake/objects/{name}/1", receive=trickle))
        for _ in range(20)
    ]
    await asyncio.sleep(0)
    assert await door.put(name, 1, entries[1:2]) == (204, None)
    answers = await asyncio.gather(*slow)
    assert {(status, answer["code"]) for status, answer in answers} == {(408, "intake.too_slow")}


async def test_full_disk_gives_no_acknowledgement_and_a_retry_works(
    place: Place, monkeypatch
) -> None:
    door = await place.run(place.door)
    name, entries = stream()
    real = os.pwrite

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    status, answer = await door.put(name, 0, entries)
    assert (status, answer["code"]) == (503, "intake.busy")
    assert await place.run(StoredPart.objects.count) == 0
    monkeypatch.setattr(os, "pwrite", real)
    assert await door.put(name, 0, entries) == (204, None)
