"""The door itself: four small requests, each decided once and answered after COMMIT."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from accounts import queries as accounts
from accounts.queries import IntakeBearer
from bidding import gate
from bidding.intake import objects, requests
from bidding.intake.desk import Desk, no_token
from bidding.intake.line import LOST, Busy, Fault, busy, fault, where
from bidding.intake.places import Places
from bidding.intake.requests import Gone, Receive, Scope
from bidding.intake.writer import WRITER, Writer
from bidding.queries import bids as queries
from bidding.services import bids
from bidding.services import objects as stored
from bidding.services.bids import Accepted
from bidding.services.examining import Submission
from kernel.errors import DomainError, Missing
from kernel.text import gettext_noop as _

Send = Callable[[dict[str, Any]], Awaitable[None]]
Body = dict[str, Any] | list[dict[str, Any]] | None
Answer = tuple[int, Body]
T = TypeVar("T")

IN_FLIGHT: Final = 16
READERS: Final = {"sqlite": 1, "postgresql": 4}  # beside a file, threads only fight for the GIL
UPLOADS: Final = (64, 32)
COMMITS: Final = (512, 64)
"""How many are inside at once, and how many of one organisation."""
COMMIT_BYTES: Final = 64 * 1024 * 1024
LONGEST_TOKEN: Final = 1024

logger = logging.getLogger(__name__)


class Intake:
    """The application with its writer, its threads and its clock."""

    def __init__(
        self, writer: Writer = WRITER, clock: Callable[[], datetime] = timezone.now
    ) -> None:
        self.writer = writer
        self.clock = clock
        self.desk = Desk(writer)
        # A commit never stands in line behind uploads, nor behind those who only ask.
        self.disk = ThreadPoolExecutor(IN_FLIGHT, "intake-disk")
        self.readers = ThreadPoolExecutor(READERS[connection.vendor], "intake-reader")
        self.deciding: set[asyncio.Task[Answer]] = set()
        self.uploads = Places(*UPLOADS, UPLOADS[0] * requests.PART_LIMIT)
        self.commits = Places(*COMMITS, COMMIT_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request under /intake/."""
        gate.KEEPER.watch()
        try:
            status, answer = await self._answer(scope, receive)
        except DomainError as refusal:
            status, answer = refusal.status, refusal_body(refusal)
        except Gone:
            return
        except Exception as failure:  # noqa: BLE001 - what the server would log could quote a bid
            logger.error("intake: a request failed: %s", where(failure))  # noqa: TRY400 - as above
            status, answer = Fault.status, refusal_body(fault())
        await respond(send, status, answer)

    def stop(self) -> None:
        """Decide what is inside and end the threads."""
        self.desk.stop()
        self.writer.stop()
        gate.KEEPER.stop()
        for pool in (self.disk, self.readers):
            pool.shutdown()

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        token = token_of(scope)
        place = scope["path"].removeprefix("/intake/").split("/")
        match [scope["method"], *place]:
            case ["PUT", "objects", name, first]:
                return await self._put(token, scope, receive, (name, first))
            case ["GET", "objects", name]:
                requests.object_name(name)
                return await self._read(token, lambda owner: queries.progress_of(name, owner))
            case ["POST", "commits"]:
                return await self._commit(token, scope, receive)
            case ["GET", "receipts"]:
                asked = parse_qs(scope["query_string"].decode("latin-1")).get("tender", [""])
                tender = requests.tender_code(asked[0])
                return await self._read(token, lambda owner: queries.receipts_of(tender, owner))
        raise Missing("intake.missing", _("没有这个接口。"))

    async def _read(self, token: str, work: Callable[[str], Body]) -> Answer:
        at = self.clock()
        return 200, await self._in(self.readers, lambda: work(_bearer(token, at).uscc))

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Do something in a thread that may wait for disk or database."""
        return await asyncio.get_running_loop().run_in_executor(pool, _giving_back(work))

    async def _put(
        self, token: str, scope: Scope, receive: Receive, place: tuple[str, str]
    ) -> Answer:
        with self.uploads.taken(claimed(token, self.clock()), requests.PART_LIMIT):
            body = await requests.read_body(scope, receive, requests.PART_LIMIT)
            digests = requests.header(scope, b"x-digests")
            at = self.clock()
            await self._in(
                self.disk,
                lambda: self._store(
                    requests.upload(_bearer(token, at).uscc, *place, digests, body), at
                ),
            )
        return 204, None

    def _store(self, upload: stored.Upload, at: datetime) -> None:
        """Make an upload durable: bytes first, then the row, all under the object's file lock."""
        stored.check_digests(upload)
        _release()
        try:
            with objects.locked(upload.name) as descriptor:
                entries = stored.missing_entries(upload)
                _release()
                objects.write(descriptor, entries)
                if entries:
                    self._register(upload, entries, at)
        except OSError as full:
            logger.error("intake: an upload was not written: %s", full.strerror)  # noqa: TRY400 - a path would name the object
            raise busy() from full

    def _register(self, upload: stored.Upload, entries: dict[int, bytes], at: datetime) -> None:
        durable = self.writer.submit(
            lambda: stored.register_parts(upload=upload, entries=entries, at=at)
        )
        durable.result()

    async def _commit(self, token: str, scope: Scope, receive: Receive) -> Answer:
        owner = claimed(token, self.clock())
        body = await requests.read_body(scope, receive, requests.COMMIT_LIMIT)
        at = gate.GATE.enter(self.clock)
        gate.KEEPER.arrived()
        # Shielded: a client that goes away must not take a registered arrival with it undecided.
        deciding = asyncio.ensure_future(self._decide(token, owner, body, at))
        self.deciding.add(deciding)
        deciding.add_done_callback(self.deciding.discard)
        return await asyncio.shield(deciding)

    async def _decide(self, token: str, owner: str, body: bytes, at: datetime) -> Answer:
        try:
            with self.commits.taken(owner, len(body)):
                accepted = await self._decided(token, requests.submission(body), at)
        finally:
            gate.GATE.leave(at)
        return 200 if accepted.repeated else 201, {
            "receipt": accepted.receipt,
            "accepted_at": accepted.at.isoformat(timespec="milliseconds"),
            "commit": accepted.commit,
        }

    async def _decided(self, token: str, submission: Submission, at: datetime) -> Accepted:
        try:
            decision = self.desk.submit(token, submission, at)
            accepted: Accepted = await asyncio.wrap_future(decision)
        except DomainError as refusal:
            if refusal.code != "bid.too_late":
                raise
            found = await self._note_late(token, submission, at)
            if found is None:
                raise
            accepted = found
        return accepted

    async def _note_late(self, token: str, submission: Submission, at: datetime) -> Accepted | None:
        def registered() -> tuple[str, list[int]]:
            owner = _bearer(token, at).uscc
            return owner, queries.registered_lots(submission.tender, owner)

        owner, lots = await self._in(self.readers, registered)
        if submission.lot not in lots:
            return None
        noted = self.writer.submit(
            lambda: bids.record_late(owner=owner, submission=submission, at=at)
        )
        found: Accepted | None = await asyncio.wrap_future(noted)
        return found


def _giving_back(work: Callable[[], T]) -> Callable[[], T]:
    """Give the thread's database connection back afterwards, and say "again" when it failed."""

    def run() -> T:
        try:
            return work()
        except LOST as failure:
            connection.close()
            raise busy() from failure
        finally:
            _release()

    return run


def _release() -> None:
    """Give this thread's connection back to the pool before it waits for anything else.

    Whoever keeps one while it waits for the writer can keep the writer from ever getting its own.
    """
    if connection.vendor == "postgresql":  # pooled; a file is better kept open
        connection.close()


def token_of(scope: Scope) -> str:
    """Give the token a request came under; none, or a far too long one, is refused."""
    scheme, _space, value = requests.header(scope, b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(value) <= LONGEST_TOKEN:
        raise no_token()
    return value


def claimed(token: str, at: datetime) -> str:
    """Give the organisation a token names; a forged one costs no place, no body and no query."""
    owner = accounts.intake_claim(token, at)
    if owner is None:
        raise no_token()
    return owner


def _bearer(token: str, at: datetime) -> IntakeBearer:
    """Give who knocks and for which organisation, as long as that person still acts for it."""
    bearer = accounts.intake_bearer(token, at)
    if bearer is None:
        raise no_token()
    return bearer


def refusal_body(refusal: DomainError) -> dict[str, Any]:
    """Write a refusal: its code, its sentence, its facts."""
    facts = {
        key: value if isinstance(value, str | int | bool) else str(value)
        for key, value in refusal.facts.items()
    }
    message = refusal.text(gettext(refusal.message))
    return {"code": refusal.code, "message": message, "facts": facts}


async def respond(send: Send, status: int, answer: Body) -> None:
    """Send a JSON answer that nobody keeps."""
    body = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if status == Busy.status:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


application = Intake()
