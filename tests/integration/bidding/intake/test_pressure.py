"""What a rush, a flood or a poisoned commit never does to a bidder: keep it waiting, or lose it."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from bidding import gate
from bidding.intake import desk, writer
from bidding.intake.application import Intake
from bidding.intake.line import LIMIT, Busy, Line, Room, together
from bidding.intake.places import Places
from bidding.intake.writer import Writer
from bidding.models import StoredPart
from bidding.queries import bids as queries
from bidding.services import examining
from tests import sealed
from tests.integration.bidding.intake.conftest import CLOSES_AT, MOST, Place, seen, until

MS = timedelta(milliseconds=1)


@dataclass
class Job:
    number: int
    answer: "Future[Any]" = field(default_factory=Future)


async def ready(place: Place, name: str = "chen") -> tuple[sealed.Door, dict[str, Any]]:
    """A door and a commit whose objects are uploaded."""
    door, offer = await place.run(place.door, name), place.offer(name)
    request = offer.seal()
    await door.upload(offer.objects)
    return door, request


@contextmanager
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Keep the desk in its first group until the event is set."""
    go_on, real = threading.Event(), desk.examined

    def wait(knocks: Any) -> Any:
        go_on.wait(60)
        return real(knocks)

    monkeypatch.setattr(desk, "examined", wait)
    try:
        yield go_on
    finally:
        go_on.set()


async def test_more_uploads_than_connections_leave_one_to_the_writer(place: Place) -> None:
    doors = [await place.run(place.door, name) for name in ("chen", "zhao")]
    names = [sealed.b64(os.urandom(32)) for _ in range(48)]
    begun = time.monotonic()
    uploads = (doors[i % 2].put(name, 1, [b"e" * 900]) for i, name in enumerate(names))
    assert await asyncio.gather(*uploads) == [(204, None)] * len(names)
    assert time.monotonic() - begun < MOST
    assert await place.run(StoredPart.objects.count) == len(names)


async def test_one_object_sent_many_times_at_once_is_stored_once(place: Place) -> None:
    door = await place.run(place.door)
    name = sealed.b64(os.urandom(32))
    begun = time.monotonic()
    answers = await asyncio.gather(*(door.put(name, 1, [b"e" * 900]) for _ in range(30)))
    assert answers == [(204, None)] * 30
    assert time.monotonic() - begun < MOST
    assert await place.run(StoredPart.objects.count) == 1


async def test_commit_that_breaks_the_desk_is_told_so_alone(
    place: Place, monkeypatch: Any, caplog: Any
) -> None:
    chen, zhao = await ready(place), await ready(place, "zhao")
    owner, real = place.offer("zhao").uscc, examining._chain_key

    def breaks(submission: Any, *given: Any) -> bytes:
        if submission.signature == queries.strict.binary(zhao[1]["signature"]):
            raise ZeroDivisionError(owner)
        return real(submission, *given)

    monkeypatch.setattr(examining, "_chain_key", breaks)
    first, second = await asyncio.gather(zhao[0].commit(zhao[1]), chen[0].commit(chen[1]))
    assert (first[0], first[1]["code"]) == (500, "intake.fault")
    assert second[0] == 201
    assert "ZeroDivisionError" in caplog.text
    assert owner not in caplog.text
    assert gate.GATE.is_clear(CLOSES_AT)


@pytest.mark.parametrize("code", ["\0", "XA-GP-2026-0001\0", "\n"])
async def test_code_no_database_takes_is_refused_before_the_desk(place: Place, code: str) -> None:
    door, request = await ready(place)
    status, answer = await door.commit(request | {"tender": code})
    assert (status, answer["code"]) == (422, "seal.value")


async def test_commit_made_to_keep_the_parser_busy_is_refused_at_once(place: Place) -> None:
    door, request = await ready(place)
    status, answer = await door.commit(request | {"x-more": [{}] * 2000})
    assert (status, answer["code"]) == (422, "intake.elaborate")


async def test_forged_token_takes_no_place_and_no_body(place: Place) -> None:
    door = sealed.Door(place.intake, "forged")

    async def never() -> dict[str, Any]:
        raise AssertionError("the body was read")

    for method, path in (("POST", "/intake/commits"), ("PUT", f"/intake/objects/{'n' * 43}/1")):
        status, answer = await door.call(method, path, receive=never)
        assert (status, answer["code"]) == (403, "intake.token")


async def test_flood_of_one_organisation_leaves_room_for_another(
    place: Place, monkeypatch: Any
) -> None:
    chen, zhao = await ready(place), await ready(place, "zhao")
    place.intake.commits.share = 4
    with stalled(monkeypatch) as go_on:
        flood = [asyncio.ensure_future(zhao[0].commit(zhao[1])) for _ in range(20)]
        await seen(lambda: sum(each.done() for each in flood) == 16)
        good = asyncio.ensure_future(chen[0].commit(chen[1]))
        await seen(lambda: place.intake.commits.inside.total() == 5)
        go_on.set()
        statuses = [status for status, _ in await asyncio.gather(*flood)]
    assert (await good)[0] == 201
    assert sorted(statuses) == [200] * 3 + [201] + [503] * 16
    assert place.intake.commits.inside == {}
    assert gate.GATE.is_clear(CLOSES_AT)


def test_places_are_bounded_in_all_for_one_and_by_bytes() -> None:
    places = Places(3, 2, 100)
    with places.taken("a", 10), places.taken("a", 10):
        with pytest.raises(Busy), places.taken("a", 10):
            pass
        with pytest.raises(Busy), places.taken("b", 81):
            pass
        with places.taken("b", 80), pytest.raises(Busy), places.taken("c", 0):
            pass
    assert (places.inside, places.bytes) == ({}, 0)


async def test_arrival_in_time_counts_however_long_it_stands_before_the_desk(
    place: Place, monkeypatch: Any
) -> None:
    chen, zhao = await ready(place), await ready(place, "zhao")
    place.now = CLOSES_AT - MS
    with stalled(monkeypatch) as go_on:
        first = asyncio.ensure_future(chen[0].commit(chen[1]))
        await seen(lambda: place.intake.commits.inside.total() == 1)
        second = asyncio.ensure_future(zhao[0].commit(zhao[1]))  # stands in line
        await seen(lambda: place.intake.commits.inside.total() == 2)
        place.now = CLOSES_AT + timedelta(seconds=30)
        assert not await place.run(gate.all_decided, CLOSES_AT, place.now)
        go_on.set()
        stamps = [answer["accepted_at"] for _, answer in (await first, await second)]
    assert stamps == [(CLOSES_AT - MS).isoformat(timespec="milliseconds")] * 2
    assert gate.GATE.is_clear(CLOSES_AT)


async def test_other_processes_see_who_stands_before_the_desk(
    place: Place, monkeypatch: Any
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL serves several processes")
    door, request = await ready(place)
    place.now = CLOSES_AT - MS
    after = CLOSES_AT + timedelta(seconds=30)
    with stalled(monkeypatch) as go_on:
        answer = asyncio.ensure_future(door.commit(request))
        await until(lambda: place.run(lambda: not gate._others_decided(CLOSES_AT, after)))
        go_on.set()
        assert (await answer)[0] == 201
    await until(lambda: place.run(gate._others_decided, CLOSES_AT, after))


@pytest.fixture
def keeper(place: Place) -> Iterator[gate.Keeper]:
    """A keeper of another process, looked through by hand, just before the deadline."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL serves several processes")
    made = gate.Keeper(gate.Gate(), lambda: place.now)
    place.now = CLOSES_AT - timedelta(seconds=1)
    with ThreadPoolExecutor(1) as thread:  # whose connection is the keeper's
        made.look = lambda look=made.look: thread.submit(look).result()  # type: ignore[method-assign]
        yield made
        thread.submit(made.hold.forget).result()


def test_closing_waits_for_a_process_too_slow_to_show_who_came(
    place: Place, keeper: gate.Keeper
) -> None:
    after = CLOSES_AT + timedelta(seconds=30)
    keeper.look()
    stamp = keeper.gate.enter(lambda: CLOSES_AT - MS)  # and nothing of it is shown
    assert not gate._others_decided(CLOSES_AT, after)
    place.now = after
    keeper.look()
    assert not gate._others_decided(CLOSES_AT, after)
    keeper.gate.leave(stamp)
    keeper.look()
    assert gate._others_decided(CLOSES_AT, after)


def test_deadline_on_the_second_holds_nobody_up_who_comes_after(
    place: Place, keeper: gate.Keeper
) -> None:
    place.now = CLOSES_AT
    keeper.look()
    assert gate._others_decided(CLOSES_AT, CLOSES_AT + gate.SETTLE)
    assert not gate._others_decided(CLOSES_AT + MS, CLOSES_AT + 2 * gate.SETTLE)


def test_a_process_that_loses_the_database_shows_again_who_is_inside(
    place: Place, keeper: gate.Keeper
) -> None:
    after = CLOSES_AT + timedelta(seconds=30)
    keeper.gate.enter(lambda: CLOSES_AT - MS)
    keeper.look()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [gate._CLASS, int(CLOSES_AT.timestamp()) - 1],
        )
    assert gate._others_decided(CLOSES_AT, after)
    place.now = after
    keeper.look()  # finds its connection broken
    keeper.look()
    assert not gate._others_decided(CLOSES_AT, after)


async def test_lost_database_is_told_to_all_and_the_next_try_is_decided(
    place: Place, monkeypatch: Any
) -> None:
    door, request = await ready(place)

    def lost(*_: object) -> None:
        raise OperationalError

    for owner, name in ((desk, "examined"), (writer, "_outcomes")):
        with monkeypatch.context() as broken:
            broken.setattr(owner, name, lost)
            status, answer = await door.commit(request)
        assert (status, answer["code"]) == (503, "intake.busy")
    assert (await door.commit(request))[0] == 201


async def test_fault_after_the_writing_loses_no_answer_and_the_thread_lives(
    place: Place, monkeypatch: Any
) -> None:
    door, request = await ready(place)
    real = writer.tell
    with monkeypatch.context() as broken:
        broken.setattr(writer, "tell", lambda *_: 1 / 0)
        status, answer = await door.commit(request)
    assert writer.tell is real
    assert (status, answer["code"]) == (503, "intake.busy")
    assert (await door.commit(request))[0] == 200
    assert len(await place.run(queries.live_steps, place.tender.code)) == 1


async def test_stop_decides_who_stands_in_line_and_refuses_who_comes_later(
    place: Place, monkeypatch: Any
) -> None:
    door, request = await ready(place)
    with stalled(monkeypatch) as go_on:
        inside = asyncio.ensure_future(door.commit(request))
        await seen(lambda: place.intake.commits.inside.total() == 1)
        stopping = asyncio.ensure_future(asyncio.to_thread(place.intake.stop))
        await seen(lambda: place.intake.desk.line.is_over)
        late = await door.commit(request)
        go_on.set()
        assert (await inside)[0] == 201
        await stopping
    assert (late[0], late[1]["code"]) == (503, "intake.busy")
    next_door = sealed.Door(Intake(Writer(), lambda: place.now), door.token)
    assert (await next_door.commit(request))[0] == 200
    next_door.intake.stop()


def test_full_line_refuses_and_still_stops() -> None:
    go_on = threading.Event()
    served: list[int] = []

    def serve(group: Any) -> None:
        go_on.wait(60)
        served.extend(job.number for job in group)

    line: Line[Job] = Line("full", serve, Room(8))
    line.join(Job(0))
    while not line.is_empty():
        time.sleep(0.01)
    for number in range(LIMIT):
        line.join(Job(number + 1))
    with pytest.raises(Busy):
        line.join(Job(-1))
    stopping = threading.Thread(target=line.stop)
    stopping.start()
    go_on.set()
    stopping.join(MOST)
    assert served == list(range(LIMIT + 1))


def test_one_poisoned_item_costs_a_group_little() -> None:
    works: list[int] = []

    def work(items: Any) -> list[int]:
        works.append(len(items))
        return [1 // item for item in items]

    outcomes = together(work, [1] * 40 + [0] + [1] * 23)
    assert [outcome for outcome in outcomes if outcome != 1] == [outcomes[40]]
    assert isinstance(outcomes[40], ZeroDivisionError)
    assert len(works) == 13
