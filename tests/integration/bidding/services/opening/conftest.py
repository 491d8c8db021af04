"""What the tests of an opening share: `hall`, where three have sealed a bid."""

import pytest

from tests import openings
from tests.world import World


@pytest.fixture
def hall(world: World) -> openings.Hall:
    """A hall before its deadline, with the bids of Chen, Zhao and Hu."""
    return openings.sealed_bids(world)
