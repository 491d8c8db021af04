"""Whatever write the process dies at: no answered bid is lost, none is there twice, and the server
that comes back goes on with the time it was away given back.
"""

import json
from collections.abc import Callable

import pytest

from tests.effort import IS_DEEP
from tests.rig.site import Site

PLAY = (
    "from tests.integration.bidding.auction import crashing; crashing.die_everywhere({!r}, {}, {})"
)
STRIDE = 1 if IS_DEEP else 12
FIRST = {"sqlite": 0, "postgres": 0 if IS_DEEP else 6}
"""Where the deaths begin: in a usual run each database dies at points of its own."""
POINTS = 90
"""At least so many writes and commits there are from the opening to the price handed on."""


@pytest.fixture
def sqlite_site(new_site: Callable[..., Site]) -> Site:
    return new_site()


@pytest.fixture
def postgres_site(new_site: Callable[..., Site], postgres_database: str) -> Site:
    return new_site(DATABASE_URL=postgres_database)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_death_at_any_write_of_an_auction_loses_no_bid_and_doubles_none(
    kind: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(f"{kind}_site")
    site.python(PLAY.format(str(site.var), FIRST[kind], STRIDE), seconds=500)
    died = json.loads((site.var / "died.json").read_text())
    assert died * STRIDE >= POINTS
