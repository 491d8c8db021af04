"""Whatever moment the process dies at: no receipt is lost, and nothing is there twice."""

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from bidding.intake.application import Intake
from bidding.intake.writer import Writer
from bidding.queries import bids as queries
from tests import sealed
from tests import world as worlds
from tests.integration.bidding.intake.rush import BIDDERS, LOTS, STEPS, Rush
from tests.rig.site import Site

SEED = "from tests.integration.bidding.intake import rush; rush.{}"
POINTS = 40
AT = worlds.AT + timedelta(hours=1)


@pytest.fixture
def sqlite_site(new_site: Callable[..., Site]) -> Site:
    return new_site()


@pytest.fixture
def postgres_site(new_site: Callable[..., Site], postgres_database: str) -> Site:
    return new_site(DATABASE_URL=postgres_database)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_server_keeps_every_receipt_and_doubles_nothing(
    kind: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(f"{kind}_site")
    site.python(SEED.format(f"stage({str(site.var)!r})"))
    chains = json.loads((site.var / "rush.json").read_text())
    site.start()
    rush = Rush(site, chains, timezone.now() + timedelta(seconds=400))
    sending = threading.Thread(target=rush.run, daemon=True)
    sending.start()
    commits = STEPS * LOTS * len(BIDDERS)
    for share in (0.05, 0.35, 0.65):
        while len(rush.receipts) < share * commits and sending.is_alive():
            time.sleep(0.02)
        assert sending.is_alive()
        site.kill()
        site.start()
    sending.join(400)
    assert len(rush.receipts) == commits
    site.python(SEED.format(f"record({str(site.var)!r})"))
    held = json.loads((site.var / "held.json").read_text())
    assert [len(chain) for chain in held] == [STEPS] * LOTS * len(BIDDERS)
    assert {step["commit"]: step["receipt"] for chain in held for step in chain} == rush.receipts


class Crash:
    """Ends the process at the n-th write to disk or database, as a kill would."""

    def __init__(self, point: int) -> None:
        self.left = point

    def reached(self) -> None:
        if self.left == 0:
            os._exit(9)
        self.left -= 1

    def around(self, owner: Any, name: str) -> None:
        """Die before the call, or after it."""
        real = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            self.reached()
            answer = real(*given, **named)
            self.reached()
            return answer

        setattr(owner, name, call)


def submit(
    world: worlds.World, offer: sealed.Offer, objects: dict[str, bytes], request: dict[str, Any]
) -> tuple[int, Any]:
    """Upload and commit through a door of this process's own."""
    intake = Intake(Writer(), lambda: AT)
    door = sealed.Door(intake, sealed.token(world, "chen", worlds.AT))

    async def whole() -> tuple[int, Any]:
        for name, content in objects.items():
            for first, entry in enumerate(sealed.parts(content)):
                status, answer = await door.put(name, first, [entry])
                if status != 204:
                    assert answer["code"] == "intake.committed"
        return await door.commit(request)

    try:
        return asyncio.run(whole())
    finally:
        intake.stop()


def forked(act: Callable[[], object], crash: Crash | None = None) -> tuple[int, Any]:
    """Do the act in a forked process; give its exit code and, when it got through, what came of it.

    Each act has a process of its own, also the one that is not to die: its threads could else hold
    a lock of the C library at the next fork, whose child would then wait for it for ever.
    """
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        if crash is not None:
            for owner, name in ((os, "pwrite"), (os, "fdatasync"), (os, "fsync")):
                crash.around(owner, name)
            crash.around(type(connection._connections["default"]), "_commit")
        try:
            os.write(tell, json.dumps(act()).encode())
        except BaseException:  # noqa: BLE001 - the parent only sees the exit code
            os._exit(1)
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        came = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, json.loads(came) if came else None


def test_death_at_any_write_leaves_no_receipt_or_a_kept_bid(transactional_db: None) -> None:
    world = worlds.cast()
    tender = sealed.published(world, AT + timedelta(hours=1), lots=POINTS)
    died = 0
    for point in range(POINTS):
        lot = point + 1
        sealed.register(world, tender, "chen", lot)
        offer = sealed.Offer(tender, world.organisation_of("chen").uscc, lot)
        request = offer.seal(content=b"z" * 10)
        objects = dict(offer.objects)
        again = partial(submit, world, offer, objects, request)
        code, _answer = forked(again, Crash(point))
        if code == 0:
            break
        assert code == 9
        died += 1
        before = queries.steps_in_lot(tender.code, offer.uscc, lot)
        code, (status, answer) = forked(again)
        assert code == 0
        after = queries.steps_in_lot(tender.code, offer.uscc, lot)
        assert [step.receipt for step in after] == [answer["receipt"]]
        assert status == (200 if before else 201)
        assert after[: len(before)] == before
    assert 15 < died < POINTS
