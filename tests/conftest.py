"""What every test gets: the rig's fixtures, and how hard the property tests try."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import IS_DEEP, examples
from tests.rig import tampering

pytest_plugins = [
    "tests.rig.postgres",
    "tests.rig.valkey",
    "tests.rig.s3",
    "tests.rig.order",
    "tests.rig.site",
    "tests.rig.browser",
]

# CI draws the same examples each time: a test that fails there fails here too.
settings.register_profile("usual", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.register_profile(
    "deep",
    deadline=None,
    max_examples=examples(),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deep" if IS_DEEP else "usual")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the golden texts of papers be written anew, for people to read the difference."""
    said = "write the texts of tests/vectors/papers anew"
    parser.addoption("--renew-papers", action="store_true", dest="renew_papers", help=said)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser stories last: Playwright keeps the event loop that async tests need."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Empty the record's tables between tests, which the database itself refuses."""
    tampering.let_tests_empty_tables()
