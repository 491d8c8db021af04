"""The sealing element beside a small platform, and a bidder at it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import BrowserContext

from ledger import note
from tests.e2e.navigators.sealer import Sealer
from tests.e2e.sealing_pages import SealingSite, serve
from tests.vectors.sealing import make as v


@pytest.fixture
def sealing_site() -> Iterator[SealingSite]:
    """A platform of this test's own that takes bids in two stages."""
    log = note.Signer("centre.example/log", Ed25519PrivateKey.generate())
    policy = v.policy_bytes("joint", ("technical", "price"), recovery=True)
    made = SealingSite(policy, v.DOC, log)
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def sealer(
    new_context: Callable[..., BrowserContext], sealing_site: SealingSite, tmp_path: Path
) -> Iterator[Sealer]:
    """A bidder at the page; an error nobody caught fails the test."""
    made = Sealer(new_context(), sealing_site, tmp_path)
    yield made
    assert made.problems == []
