"""Clients that lie, dribble or flood a real server, while another bidder hands in."""

import json
import socket
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.integration.bidding.intake.rush import Rush
from tests.rig.site import Site
from tests.sealed import b64, digests

pytestmark = pytest.mark.timeout(600)
SEED = "from tests.integration.bidding.intake import rush; rush.stage({!r})"
NAME = b64(b"n" * 32)


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    found = new_site()
    found.python(SEED.format(str(found.var)))
    return found.start()


def knock(site: Site, text: bytes) -> socket.socket:
    line = socket.create_connection(("localhost", site.port), timeout=10)
    line.sendall(text)
    return line


def put(token: str, length: int, entries: list[bytes], *more: str) -> bytes:
    lines = [
        f"PUT /intake/objects/{NAME}/1 HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        f"Content-Length: {length}",
        f"X-Digests: {digests(entries)}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def status_of(line: socket.socket) -> int:
    return int(line.recv(4096).split()[1])


def test_liars_and_dribblers_disturb_nobody(site: Site) -> None:
    chains = json.loads((site.var / "rush.json").read_text())
    token, entry = chains[0]["token"], b"e" * 1000
    liars = [knock(site, put(token, 262_160, [entry]) + entry) for _ in range(40)]
    dribblers = [knock(site, b"PUT /intake/objects/x HTTP/1.1\r\nHost: loc") for _ in range(40)]
    begun, patience = time.monotonic(), 40 * site.slowness
    rush = Rush(site, chains[:2], timezone.now() + timedelta(seconds=patience))
    rush.run(workers=2)
    assert len(rush.receipts) == sum(len(chain["steps"]) for chain in chains[:2])
    assert time.monotonic() - begun < patience
    for line in liars + dribblers:
        line.close()
    short = knock(site, put(token, 500, [entry], "Connection: close") + entry)
    assert status_of(short) == 422
    short.close()
    huge = knock(site, put(token, 4_194_700, [entry]) + b"0" * 4_194_700)
    assert status_of(huge) == 413
    huge.close()
    seen = site.python(
        "from bidding.models import StoredObject;"
        f"print(StoredObject.objects.filter(name={NAME!r}).count())"
    )
    assert seen.split()[-1] == "0"
