"""The hub: tells the watchers of a stream after commit.

One hub per process. A stream with watchers is read once per change, its frames are serialised once,
and the same bytes go to every watcher's bounded queue; a watcher that falls behind is cut and comes
back with the last number it saw. The poke after commit, the bus between processes and a slow poll
all only say "look": what is told always comes from the database, so no frame can be lost or made up
(performance.md section 1).

A watcher that names a language gets, with the last frame of each payload, the public fragments of
the page that these facts changed (settings.LIVE_PARTS): rendered once for all, and nobody asks.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string

from ledger.connections import reading

logger = logging.getLogger(__name__)

QUEUE = 64
POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.1
"""A burst of facts is told at most ten times a second, several frames together."""
HEARTBEAT_SECONDS = 15.0
BUS_CHANNEL = "yangguang.live"
PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2}  # a bus that hangs holds up no writer
LONGEST_NUMBER = 16
COMMENT = b": \n\n"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Told:
    """Frames written once, with the first and the last number among them."""

    first: int
    last: int
    payload: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """The same with the fragments that changed, by language."""

    def in_language(self, language: str) -> bytes:
        """Give what a watcher is told who asked for fragments in a language, or for none."""
        return self.parts.get(language, self.payload)


class Watcher:
    """One watcher's queue; it is cut when the queue is full."""

    def __init__(self, language: str = "") -> None:
        self.language = language
        self.queue: asyncio.Queue[Told | None] = asyncio.Queue(QUEUE)

    def tell(self, told: Told) -> bool:
        """Queue frames; False when the watcher has fallen behind and was cut."""
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.end()
            return False
        return True

    def end(self) -> None:
        """Let the stream end after what is queued; of a full queue the oldest is given up."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Channel:
    """The watchers of one stream in this process."""

    def __init__(self, stream: str, number: int) -> None:
        self.stream = stream
        self.number = number
        self.watchers: set[Watcher] = set()
        self.reading = asyncio.Lock()
        self.is_due = False
        self.told_at = 0.0

    async def settle(self) -> None:
        """Tell what is new, with what else comes before the last telling was a moment ago."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self.told_at + PAUSE_SECONDS - clock()))
        self.is_due = False
        await self.refresh()
        self.told_at = clock()

    async def refresh(self) -> None:
        """Read what is new, once, and tell everybody the same bytes."""
        async with self.reading:
            frames = await frames_since(self.stream, self.number)
            if not frames:
                return
            self.number = frames[-1]["number"]
            languages = {one.language for one in self.watchers if one.language}
            told = await dressed(self.stream, frames, languages)
            for watcher in tuple(self.watchers):
                if not watcher.tell(told):
                    self.watchers.discard(watcher)


class Hub:
    """All watched streams of this process."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.background: set[asyncio.Task[None]] = set()
        self.open = 0
        self.is_closed = False

    def poke(self, stream: str) -> None:
        """Say from any thread that a stream has something new."""
        if self.loop is not None and stream in self.channels and not self.loop.is_closed():
            # In a context of its own: the request that recorded the fact is over before it is told.
            alone = Context()
            self.loop.call_soon_threadsafe(self._start_refresh, stream, context=alone)

    def _start_refresh(self, stream: str) -> None:
        channel = self.channels.get(stream)
        if channel is not None and not channel.is_due:
            channel.is_due = True
            self._keep(asyncio.ensure_future(channel.settle()))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def start(self) -> None:
        """Bind to the running loop and start the poll, and the bus when one is set."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop, self.channels = loop, {}
        self._keep(asyncio.ensure_future(self._poll()))
        if settings.VALKEY_URL:
            self._keep(asyncio.ensure_future(self._listen()))

    async def _poll(self) -> None:
        """Catch what another process without a bus wrote."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            # A database that is away for a while must not end the poll for good.
            with contextlib.suppress(OSError, DatabaseError):
                for channel in await self._behind():
                    await channel.refresh()

    async def _behind(self) -> list[Channel]:
        """Give the channels whose stream has moved on: asked of all at once, because anybody may
        watch as many streams as there are names.
        """
        heads = await last_numbers(tuple(self.channels))
        channels = tuple(self.channels.values())
        return [one for one in channels if heads.get(one.stream, 0) > one.number]

    async def _listen(self) -> None:
        from redis import asyncio as redis  # noqa: PLC0415 - only installations with a bus need it

        while True:
            try:
                async with redis.from_url(settings.VALKEY_URL) as client, client.pubsub() as bus:
                    await bus.subscribe(BUS_CHANNEL)
                    async for message in bus.listen():
                        if message["type"] == "message":
                            self._start_refresh(message["data"].decode())
            except redis.RedisError:
                logger.warning("live bus lost, polling meanwhile")
                await asyncio.sleep(POLL_SECONDS)

    def close(self) -> None:
        """End every stream, also of those just coming, so that the server can leave; watchers come
        back by themselves. `open` says how many have not ended yet.
        """
        self.is_closed = True
        for channel in tuple(self.channels.values()):
            for watcher in tuple(channel.watchers):
                watcher.end()
        for task in tuple(self.background):
            task.cancel()

    async def watch(
        self, stream: str, since: int | None, language: str = ""
    ) -> AsyncGenerator[bytes | None, None]:
        """Yield payloads of a stream after `since` (None: from now); None is a heartbeat."""
        self.start()
        self.open += 1
        watcher = Watcher(language)
        try:
            channel = await self._join(stream, watcher)
            async for payload in self._told(channel, watcher, since):
                yield payload
        finally:
            self.open -= 1
            self._leave(stream, watcher)

    async def _join(self, stream: str, watcher: Watcher) -> Channel:
        if stream not in self.channels:
            number = await last_number(stream)
            self.channels.setdefault(stream, Channel(stream, number))
        channel = self.channels[stream]
        channel.watchers.add(watcher)
        if self.is_closed:
            watcher.end()
        return channel

    def _leave(self, stream: str, watcher: Watcher) -> None:
        channel = self.channels.get(stream)
        if channel is not None:
            channel.watchers.discard(watcher)
            if not channel.watchers:
                del self.channels[stream]

    async def _told(
        self, channel: Channel, watcher: Watcher, since: int | None
    ) -> AsyncIterator[bytes | None]:
        """Yield every number once: what was queued while the missed frames were being read is in
        both, and of very many missed only the first are read at once.
        """
        reached = channel.number if since is None else since
        language = watcher.language
        while missed := await frames_since(channel.stream, reached):
            reached = missed[-1]["number"]
            yield (await dressed(channel.stream, missed, {language})).in_language(language)
        while True:
            try:
                told = await asyncio.wait_for(watcher.queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield None
                continue
            if told is None:
                return
            if told.last > reached:
                if told.first != reached + 1:
                    missed = await frames_since(channel.stream, reached)
                    told = await dressed(channel.stream, missed, {language})
                reached = told.last
                yield told.in_language(language)


HUB = Hub()


def announce(stream: str) -> None:
    """Tell this process's hub and, by the bus, the other processes'; called after commit."""
    HUB.poke(stream)
    if settings.VALKEY_URL:
        import redis  # noqa: PLC0415 - only installations with a bus need it

        try:
            with redis.from_url(settings.VALKEY_URL, **PATIENCE) as client:
                client.publish(BUS_CHANNEL, stream)
        except redis.RedisError:
            logger.warning("live bus lost: other processes will see %s by polling", stream)


async def dressed(stream: str, frames: list[dict[str, Any]], languages: set[str]) -> Told:
    """Write frames once for all, and once a language with the fragments they changed."""
    parts = {one: await parts_of(stream, frames, one) for one in languages if one}
    *earlier, last = frames
    return Told(
        first=frames[0]["number"],
        last=last["number"],
        payload=serialise(frames),
        parts={one: serialise([*earlier, last | {"parts": p}]) for one, p in parts.items() if p},
    )


@reading
def parts_of(stream: str, frames: list[dict[str, Any]], language: str) -> dict[str, str]:
    """Render the public fragments of the stream's page that these facts changed, by address."""
    render = import_string(settings.LIVE_PARTS)
    kinds = [frame["kind"] for frame in frames]
    found: dict[str, str] = render(stream, kinds, frames[-1]["number"], language)
    return found


def serialise(frames: list[dict[str, Any]]) -> bytes:
    """Write frames once, as one JSON array."""
    return json.dumps(frames, ensure_ascii=False, separators=(",", ":")).encode()


@reading
def frames_since(stream: str, number: int) -> list[dict[str, Any]]:
    """Read the frames of a stream after a number."""
    from ledger import queries  # noqa: PLC0415 - queries import models, which need the app registry

    return [queries.frame(entry) for entry in queries.entries_since(stream, number)]


@reading
def last_number(stream: str) -> int:
    """Read the number of the stream's newest fact."""
    from ledger import queries  # noqa: PLC0415 - as above

    return queries.last_number(stream)


@reading
def last_numbers(streams: Sequence[str]) -> dict[str, int]:
    """Read the numbers of the newest facts of several streams."""
    from ledger import queries  # noqa: PLC0415 - as above

    return queries.last_numbers(streams)


async def events(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: server-sent events of one stream at /live/<stream>?since=<number>.

    The event id is the last number of the payload, so a browser that reconnects by itself misses
    nothing.
    """
    stream = unquote(scope["path"].removeprefix("/live/"))
    if not await import_string(settings.LIVE_MAY_WATCH)(scope, stream):
        await _answer(send, 404, b'{"code":"live.missing"}')
        return
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    # Daphne writes the head with the first bytes: without any, a browser thinks it has no line.
    await send({"type": "http.response.body", "body": COMMENT, "more_body": True})
    # Whichever ends first ends the other: who has left is not waited for until the next heartbeat.
    telling = asyncio.ensure_future(_stream(stream, scope, send))
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        done, _waiting = await asyncio.wait({telling, gone}, return_when=asyncio.FIRST_COMPLETED)
        if telling in done:
            telling.result()
    finally:
        for task in (telling, gone):
            task.cancel()
        await asyncio.gather(telling, gone, return_exceptions=True)


async def _stream(stream: str, scope: Scope, send: Send) -> None:
    # Closed by hand: left to the garbage collector, the watcher would stay in the hub meanwhile.
    async with contextlib.aclosing(HUB.watch(stream, _since(scope), _language(scope))) as payloads:
        await _send_all(payloads, send)


async def _send_all(payloads: AsyncIterator[bytes | None], send: Send) -> None:
    async for payload in payloads:
        body = COMMENT if payload is None else _event(payload)
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@lru_cache(maxsize=64)
def _event(payload: bytes) -> bytes:
    """Write an event; all watchers of a language share the one that was written first."""
    number = json.loads(payload)[-1]["number"]
    return b"id: %d\ndata: %s\n\n" % (number, payload)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _since(scope: Scope) -> int | None:
    headers = dict(scope["headers"])
    query = _query(scope)
    resumed = headers.get(b"last-event-id", b"").decode("ascii", "replace")
    given = resumed or query.get("since", [""])[0]
    is_number = given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER
    return int(given) if is_number else None


def _language(scope: Scope) -> str:
    """Give the language in which fragments are asked for, one we speak; or none."""
    asked = _query(scope).get("parts", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else ""


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("ascii", "replace"))


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
