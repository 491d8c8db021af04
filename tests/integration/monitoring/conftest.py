"""What the tests of monitoring share: a hall with two supervisors drawn."""

import pytest

from tests import supervised
from tests.world import World


@pytest.fixture
def hall(world: World) -> supervised.Hall:
    """A waiting hall with two supervisors drawn."""
    return supervised.hall(world)
