"""Which database a test of the integration meets in `./run test`.

What commits for itself, races or is killed is where databases differ: it meets both. Every other
test meets the one its name draws, so that both see each package from many sides in half the time.
`./run deep` lets every test meet both.
"""

from zlib import crc32

import pytest

SQLITE, POSTGRES = "on_sqlite", "on_postgres"
BOTH = (SQLITE, POSTGRES)


def commits(item: pytest.Item) -> bool:
    """Whether a test ends its transactions for real, or runs servers that do."""
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or not {
        "transactional_db",
        "database_kind",
        "new_site",
    }.isdisjoint(getattr(item, "fixturenames", ()))


def databases_of(item: pytest.Item) -> tuple[str, ...]:
    """Give the marks of the databases a test is to meet."""
    if item.get_closest_marker("once"):
        return (SQLITE,)
    return BOTH if commits(item) else (BOTH[crc32(item.nodeid.encode()) % 2],)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test of the integration with its databases."""
    for item in items:
        if "integration" in item.path.parts:
            for mark in databases_of(item):
                item.add_marker(mark)
