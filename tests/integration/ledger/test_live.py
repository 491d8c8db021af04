"""Watchers get what they missed, then every fact once, as the same bytes; the slow are cut."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from ledger import live, services

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
STREAM = "opening.T-1.whole"
PATIENCE = 60.0
"""How long anything may take that has to come; a busy machine is no fault of the hub's."""


@pytest.fixture(autouse=True)
def hub(monkeypatch):
    fresh = live.Hub()
    monkeypatch.setattr(live, "HUB", fresh)
    return fresh


@sync_to_async
def fact(kind="opening.counted", **data):
    with transaction.atomic():
        services.record(stream=STREAM, kind=kind, actor="system", at=AT, tender="T-1", **data)


async def told(watching, seconds=PATIENCE):
    payload = await asyncio.wait_for(anext(watching), seconds)
    return [(frame["number"], frame["kind"]) for frame in json.loads(payload)]


async def seen(holds):
    """Look until it holds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


async def listening(hub, watchers=1):
    """Wait until that many watchers have read what they missed and wait for what happens."""

    def all_wait():
        present = [w for channel in hub.channels.values() for w in channel.watchers]
        return len(present) == watchers and all(w.queue._getters for w in present)

    await seen(all_wait)


async def test_a_watcher_gets_what_it_missed_as_one_frame_then_what_happens(hub):
    await fact()
    await fact("opening.announced")
    watching = hub.watch(STREAM, 0)
    assert await told(watching) == [(1, "opening.counted"), (2, "opening.announced")]
    coming = asyncio.ensure_future(told(watching))
    await listening(hub)
    await fact("opening.listed")
    assert await coming == [(3, "opening.listed")]
    await watching.aclose()
    assert hub.channels == {}


async def test_all_watchers_get_the_very_same_bytes(hub):
    one, two = hub.watch(STREAM, None), hub.watch(STREAM, None)
    first, second = asyncio.ensure_future(anext(one)), asyncio.ensure_future(anext(two))
    await listening(hub, 2)
    await fact(count=3)
    assert await asyncio.wait_for(first, PATIENCE) is await asyncio.wait_for(second, PATIENCE)
    await one.aclose()
    await two.aclose()


async def test_a_fact_from_another_process_is_found_by_the_poll(hub, monkeypatch):
    monkeypatch.setattr(live, "POLL_SECONDS", 0.05)
    watching = hub.watch(STREAM, None)
    coming = asyncio.ensure_future(told(watching))
    await listening(hub)
    monkeypatch.setattr(live, "announce", lambda _stream: None)
    await fact()
    assert await coming == [(1, "opening.counted")]
    await watching.aclose()


async def test_a_watcher_that_does_not_read_is_cut_and_the_others_go_on():
    channel, slow, quick = live.Channel(STREAM, 0), live.Watcher(), live.Watcher()
    channel.watchers = {slow, quick}
    for _ in range(live.QUEUE + 1):
        await fact()
        await channel.refresh()
        assert quick.queue.get_nowait() is not None
    assert channel.watchers == {quick}


async def test_a_stream_that_may_not_be_watched_does_not_exist(monkeypatch):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"path": "/live/evaluation.T-1", "headers": [], "query_string": b""}
    await live.events(scope, None, send)
    assert sent[0]["status"] == 404


async def test_events_carry_the_number_to_come_back_with():
    await fact()
    sent, gone = [], asyncio.Event()

    async def send(message):
        sent.append(message)
        if len(sent) == 3:
            gone.set()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {"path": f"/live/{STREAM}", "headers": [], "query_string": b"since=0"}
    serving = asyncio.ensure_future(live.events(scope, receive, send))
    await asyncio.wait_for(gone.wait(), PATIENCE)
    await fact()
    await asyncio.wait_for(serving, PATIENCE)
    assert sent[2]["body"].startswith(b'id: 1\ndata: [{"stream":"opening.T-1.whole"')


async def test_who_leaves_ends_the_stream_at_once_not_at_the_next_heartbeat(hub, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 10 * PATIENCE)
    begun, gone = asyncio.Event(), asyncio.Event()

    async def send(_message):
        begun.set()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {"path": f"/live/{STREAM}", "headers": [], "query_string": b""}
    serving = asyncio.ensure_future(live.events(scope, receive, send))
    await asyncio.wait_for(begun.wait(), PATIENCE)
    await listening(hub)
    assert list(hub.channels) == [STREAM]
    gone.set()
    await asyncio.wait_for(serving, PATIENCE)
    assert hub.channels == {}


async def test_a_dropped_line_is_taken_up_after_the_last_event_it_saw():
    for kind in ("opening.counted", "opening.announced", "opening.listed"):
        await fact(kind)
    sent, gone = [], asyncio.Event()

    async def send(message):
        sent.append(message)
        if len(sent) == 3:
            gone.set()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    headers = [(b"last-event-id", b"1")]
    scope = {"path": f"/live/{STREAM}", "headers": headers, "query_string": b"since=0"}
    await asyncio.wait_for(live.events(scope, receive, send), PATIENCE)
    frames = json.loads(sent[2]["body"].partition(b"data: ")[2])
    assert [frame["number"] for frame in frames] == [2, 3]


async def test_the_last_frame_brings_the_fragments_to_who_asked_for_them_once_a_language(
    hub, monkeypatch
):
    rendered = []

    def parts(stream, kinds, number, language):
        rendered.append((stream, tuple(kinds), number, language))
        return {"/part/": f"<p>{language}</p>"}

    monkeypatch.setattr(live, "import_string", lambda _name: parts)
    watching = [hub.watch(STREAM, None, one) for one in ("en", "en", "zh-hans", "")]
    coming = [asyncio.ensure_future(anext(one)) for one in watching]
    await listening(hub, 4)
    await fact()
    english, again, chinese, plain = await asyncio.wait_for(asyncio.gather(*coming), PATIENCE)
    assert english is again
    assert json.loads(english)[-1]["parts"] == {"/part/": "<p>en</p>"}
    assert json.loads(chinese)[-1]["parts"] == {"/part/": "<p>zh-hans</p>"}
    assert "parts" not in json.loads(plain)[-1]
    assert sorted(rendered) == [
        (STREAM, ("opening.counted",), 1, "en"),
        (STREAM, ("opening.counted",), 1, "zh-hans"),
    ]
    for one in watching:
        await one.aclose()


async def test_a_burst_of_facts_is_told_together(hub, monkeypatch):
    monkeypatch.setattr(live, "PAUSE_SECONDS", 3.0)
    # The poll looks whatever the pause: between the two facts it would tell the first alone.
    monkeypatch.setattr(live, "POLL_SECONDS", PATIENCE)
    watching = hub.watch(STREAM, None)
    coming = asyncio.ensure_future(told(watching))
    await listening(hub)
    await fact()
    assert await coming == [(1, "opening.counted")]
    await fact("opening.announced")
    await fact("opening.listed")
    assert await told(watching) == [(2, "opening.announced"), (3, "opening.listed")]
    await watching.aclose()


async def test_a_fact_queued_while_the_missed_ones_are_read_is_told_once(hub):
    await fact()
    channel, watcher = live.Channel(STREAM, 0), live.Watcher()
    channel.watchers = {watcher}
    await channel.refresh()
    watching = hub._told(channel, watcher, 0)
    assert await told(watching) == [(1, "opening.counted")]
    await fact("opening.announced")
    await channel.refresh()
    assert await told(watching) == [(2, "opening.announced")]
    await watching.aclose()


async def test_a_watcher_that_comes_with_a_gap_gets_what_lies_in_it(hub):
    channel, watcher = live.Channel(STREAM, 0), live.Watcher()
    watching = hub._told(channel, watcher, 0)
    coming = asyncio.ensure_future(told(watching))
    await seen(lambda: watcher.queue._getters)
    await fact()
    await fact("opening.announced")
    channel.number, channel.watchers = 1, {watcher}
    await channel.refresh()
    assert await coming == [(1, "opening.counted"), (2, "opening.announced")]
    await watching.aclose()


async def test_a_server_that_leaves_ends_every_stream_after_what_was_told(hub):
    watching = [hub.watch(STREAM, None) for _ in range(2)]
    coming = [asyncio.ensure_future(told(one)) for one in watching]
    await listening(hub, 2)
    await fact()
    assert await asyncio.gather(*coming) == [[(1, "opening.counted")]] * 2
    ends = [asyncio.ensure_future(anext(one, "over")) for one in watching]
    await listening(hub, 2)
    hub.close()
    assert await asyncio.wait_for(asyncio.gather(*ends), PATIENCE) == ["over", "over"]
    assert (hub.open, hub.channels) == (0, {})


async def test_who_comes_while_the_server_leaves_is_ended_too(hub, monkeypatch):
    may_read = asyncio.Event()
    last_number = live.last_number

    async def slow(stream):
        await may_read.wait()
        return await last_number(stream)

    monkeypatch.setattr(live, "last_number", slow)
    coming = asyncio.ensure_future(anext(hub.watch(STREAM, None), "over"))
    await seen(lambda: hub.open == 1)
    hub.close()
    assert hub.open == 1
    may_read.set()
    assert await asyncio.wait_for(coming, PATIENCE) == "over"
    assert (hub.open, hub.channels) == (0, {})
