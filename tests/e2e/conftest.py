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

CROWDED = (
    "test_consultation",
    "test_whole_story",
    "test_recovery",
    "test_construction",
    "test_two_stages",
    "test_failures",
    "test_hall_steps",
)
"""The stories in which many people keep a page open at once, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the crowded stories and begin with the longest: `./run test` plays them one after the
    other beside the rest, for two crowds at once are more than two cores carry.
    """
    order = {name: place for place, name in enumerate(CROWDED)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    for item in items:
        if item.path.stem in order:
            item.add_marker(pytest.mark.crowded)


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
