"""What integration tests share: `world` is the cast in an empty database."""

import pytest

from accounts import kept
from bidding.services.auction import table
from bidding.views import auction_parts, hall_parts
from monitoring.views import hall as supervision
from tests import world as worlds

EITHER_DATABASE = {"db", "transactional_db", "database_kind"}
"""What a test asks for that goes by TEST_DB."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is the same whichever database TEST_DB names: one run of it is enough."""
    for item in items:
        asked = EITHER_DATABASE & set(getattr(item, "fixturenames", ()))
        if not asked and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.once)


@pytest.fixture
def world(db: None) -> worlds.World:
    """The cast (tests/world.py), each with their role from `worlds.AT` on."""
    return worlds.cast()


@pytest.fixture(autouse=True)
def _no_page_of_another_test() -> None:
    """Keep no public page and no auction from one test to the next: their databases are not the
    same.
    """
    kept._pages.clear()
    auction_parts._context.cache_clear()
    auction_parts._rendered.cache_clear()
    hall_parts._rendered.cache_clear()
    table._remembered.clear()
    table._codes.clear()
    supervision._for_everybody.cache_clear()
