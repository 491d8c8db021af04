"""A rush on a served site: many chains sealed beforehand, sent by threads that never give up."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from bidding.queries import bids as queries
from tests import sealed
from tests import world as worlds
from tests.rig.site import Site

LOTS = 3
BIDDERS = ("chen", "zhao", "hu")
STEPS = 3


def stage(folder: str, minutes: float = 60) -> None:
    """Fill the site with a tender and write what the clients will send; runs inside the site."""
    now = timezone.now()
    world = worlds.cast(now - timedelta(hours=1))
    tender = sealed.published(world, now + timedelta(minutes=minutes), lots=LOTS)
    for name in BIDDERS:
        for lot in range(1, LOTS + 1):
            sealed.register(world, tender, name, lot)
    chains = [
        {"token": sealed.token(world, name, now), "steps": _chain(world, tender, name, lot)}
        for name in BIDDERS
        for lot in range(1, LOTS + 1)
    ]
    Path(folder, "rush.json").write_text(json.dumps(chains))


def _chain(world: worlds.World, tender: Any, name: str, lot: int) -> list[dict[str, Any]]:
    """Seal a chain of commits; each names the one before by the hash of its bytes."""
    offer = sealed.Offer(tender, world.organisation_of(name).uscc, lot)
    steps: list[dict[str, Any]] = []
    prev = None
    for number in range(STEPS):
        request = offer.seal(prev, price=f"{700_000 + number}.00", content=b"x" * 300_000)
        objects = {name: sealed.b64(content) for name, content in offer.objects.items()}
        offer.objects.clear()
        steps.append({"request": request, "objects": objects})
        commit = queries.strict.binary(request["commit"])
        prev = sealed.sha256(commit).digest()
    return steps


def record(folder: str) -> None:
    """Write what the site holds: every accepted commit with its receipt; runs inside the site."""
    steps = queries.live_steps("XA-GP-2026-0001")
    found = []
    for step in steps:
        chain = queries.steps_in_lot("XA-GP-2026-0001", step.owner, step.lot)
        found.append([{"commit": s.hash.hex(), "receipt": s.receipt} for s in chain])
    Path(folder, "held.json").write_text(json.dumps(found))


class Rush:
    """The clients of a rush; each chain is sent in order, each request until it is answered."""

    def __init__(self, site: Site, chains: list[dict[str, Any]], until: datetime) -> None:
        self.site = site
        self.chains = chains
        self.until = until
        self.receipts: dict[str, str] = {}
        self.kept = threading.Lock()

    def run(self, workers: int = 6) -> None:
        """Send everything."""
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(self._send, self.chains))

    def _send(self, chain: dict[str, Any]) -> None:
        for step in chain["steps"]:
            for name, encoded in step["objects"].items():
                self._upload(chain["token"], name, queries.strict.binary(encoded))
            body = json.dumps(step["request"]).encode()
            status, answer = self._ask(chain["token"], "POST", "/intake/commits", body, {})
            assert status in {200, 201}, answer
            with self.kept:
                self.receipts[answer["commit"]] = answer["receipt"]

    def _upload(self, token: str, name: str, content: bytes) -> None:
        entries = sealed.parts(content)
        for first in range(len(entries)):
            part = entries[first : first + 1]
            headers = {"X-Digests": sealed.digests(part)}
            path = f"/intake/objects/{name}/{first}"
            status, answer = self._ask(token, "PUT", path, part[0], headers)
            # An upload whose answer was lost, or that another sent too, may be bound by now.
            assert status == 204 or answer["code"] == "intake.committed", answer

    def _ask(
        self, token: str, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, Any]:
        given = {"Authorization": f"Bearer {token}", **headers}
        while timezone.now() < self.until:
            try:
                line = http.client.HTTPConnection("localhost", self.site.port, timeout=20)
                line.request(method, path, body, given)
                answer = line.getresponse()
                content = answer.read()
                line.close()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if answer.status in {500, 503}:
                time.sleep(0.1)
                continue
            return answer.status, json.loads(content) if content else None
        raise TimeoutError(path)
