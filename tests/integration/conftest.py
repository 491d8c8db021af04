"""What integration tests share: `world` is the cast in an empty database."""

import pytest

from tests import world as worlds


@pytest.fixture
def world(db: None) -> worlds.World:
    """The cast (tests/world.py), each with their role from `worlds.AT` on."""
    return worlds.cast()
