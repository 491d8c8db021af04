"""What the deadline rush measures inside a site: it prints one JSON line."""

import asyncio
import json
import os
import statistics
import uuid
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from time import perf_counter, process_time
from typing import Any

from django.utils import timezone

from bidding.intake.application import Intake
from bidding.intake.requests import submission as submission_of
from bidding.sealing import parse_core, parse_wraps, verify_commit
from bidding.sealing.receipt import Receipt, sign_receipt
from bidding.sealing.stream import HEAD, SEALED_CHUNK
from bidding.services.bids import receipt_signer
from ledger import private
from tests import sealed, world

MIB = 1024 * 1024
PART = 16


def tell(found: object) -> None:
    """Print what was found, for the process that measures."""
    print(json.dumps(found))  # noqa: T201 - read by the process that measures


def prepare(bidders: int) -> list[tuple[str, str]]:
    """Seal and store everything, and give each bidder's token and commit."""
    now = timezone.now()
    cast = world.cast(now - timedelta(hours=1))
    tender = sealed.published(cast, now + timedelta(hours=3))
    requests = []
    for _ in range(bidders):
        person, organisation = sealed.newcomer(now - timedelta(hours=1))
        sealed.register_organisation(tender, organisation, person)
        offer = sealed.Offer(tender, organisation.uscc)
        request = offer.seal()
        sealed.store(offer, now)
        requests.append((sealed.token_of(person, organisation, now), json.dumps(request)))
    return requests


def prepared(bidders: int) -> None:
    """Leave a site ready for a rush over HTTP."""
    tell(prepare(bidders))


def commits(bidders: int, clients: int, together: int) -> None:
    """A rush of clients that each wait for their receipt; then many commits at one instant."""
    intake = Intake()
    requests = prepare(bidders + together)
    warm, rest, last = requests[:8], requests[8:bidders], requests[bidders:]
    asyncio.run(_send(intake, warm, len(warm)))
    begun, spent = perf_counter(), process_time()
    took = asyncio.run(_send(intake, rest, clients))
    seconds, cpu = perf_counter() - begun, process_time() - spent
    at_once = asyncio.run(_send(intake, last, len(last)))
    intake.stop()
    tell(
        {
            "rate": len(rest) / seconds,
            "p99": _p99(took),
            "at_once_p99": _p99(at_once),
            "cpu": cpu / len(rest),
            "floor": _floor(requests[0][1].encode()),
        }
    )


def _p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


async def _send(intake: Intake, requests: list[tuple[str, str]], clients: int) -> list[float]:
    took: list[float] = []
    waiting = iter(requests)

    async def client() -> None:
        for token, request in waiting:
            begun = perf_counter()
            door = sealed.Door(intake, token)
            status, answer = await door.call("POST", "/intake/commits", request.encode())
            assert status == 201, answer
            took.append(perf_counter() - begun)

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


def _floor(body: bytes) -> float:
    """The processor time of what no commit can do without: parsing, one signature checked, one
    made, and one row sealed and opened.
    """

    def once() -> None:
        given = submission_of(body)
        [stage] = given.stages
        core = parse_core.__wrapped__(stage.core)
        parse_wraps(stage.wraps, core)
        verify_commit(given.commit, given.signature, core.sub_pk)
        digest = sha256(given.commit).digest()
        sign_receipt(Receipt(given.tender, digest, timezone.now()), receipt_signer())
        row = uuid.uuid4()
        private._row_key().decrypt(bytes(12), _sealed(body, row), row.bytes)

    def _sealed(plain: bytes, row: uuid.UUID) -> bytes:
        return private._row_key().encrypt(bytes(12), plain, row.bytes)

    return _each(once, 200)


def _each(act: Callable[[], Any], times: int) -> float:
    begun = process_time()
    for _ in range(times):
        act()
    return (process_time() - begun) / times


def uploads(parts: int) -> None:
    """Send a body of `parts` uploads of 4 MiB, one after the other."""
    now = timezone.now()
    cast = world.cast(now - timedelta(hours=1))
    intake = Intake()
    door = sealed.Door(intake, sealed.token(cast, "chen", now))
    entries = [os.urandom(SEALED_CHUNK) for _ in range(PART)]
    whole = sum(map(len, entries)) / MIB
    name = sealed.b64(os.urandom(32))
    headers = [(b"x-digests", sealed.digests(entries).encode())]
    body = b"".join(entries)

    async def send() -> None:
        assert await door.put(name, 0, [os.urandom(HEAD)]) == (204, None)
        for number in range(parts):
            path = f"/intake/objects/{name}/{1 + number * PART}"
            assert await door.call("PUT", path, body, headers=headers) == (204, None)

    begun, spent = perf_counter(), process_time()
    asyncio.run(send())
    seconds, cpu = perf_counter() - begun, process_time() - spent
    intake.stop()
    hashing = _each(lambda: [sha256(entry).digest() for entry in entries], max(parts, 16))
    tell(
        {
            "rate": parts * whole / seconds,
            "by_cpu": parts * whole / cpu,
            "sha256": whole / hashing,
        }
    )
