"""What integration tests share: `world` is the cast in an empty database."""

import pytest

from accounts import kept
from bidding.views import hall_parts
from monitoring.views import hall as supervision
from tests import world as worlds


@pytest.fixture
def world(db: None) -> worlds.World:
    """The cast (tests/world.py), each with their role from `worlds.AT` on."""
    return worlds.cast()


@pytest.fixture(autouse=True)
def _no_page_of_another_test() -> None:
    """Keep no public page from one test to the next: their databases are not the same."""
    kept._pages.clear()
    hall_parts._rendered.cache_clear()
    supervision._for_everybody.cache_clear()
