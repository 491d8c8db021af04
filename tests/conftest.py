"""What every test gets: the rig's fixtures, and how hard the property tests try."""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.effort import IS_DEEP, examples
from tests.rig import migrated, tampering

pytest_plugins = [
    "tests.rig.databases",
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


def pytest_collection_finish() -> None:
    """Leave out what stays for ever, the tests and all they import, when rubbish is looked for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Give each worker a migrated database, and empty the record's tables between tests, which the
    database itself refuses.
    """
    tampering.let_tests_empty_tables()
    with ExitStack() as ends:
        with django_db_blocker.unblock():
            ends.enter_context(migrated.for_tests())
        yield
        with django_db_blocker.unblock():
            ends.close()
