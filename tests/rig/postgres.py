"""Fixtures for tests that want PostgreSQL whatever the rest runs on."""

import os
import uuid
from collections.abc import Iterator

import pytest

from tests.rig import migrated
from tests.rig.postgres_server import PostgresServer, UnavailableError, shared_server


@pytest.fixture(scope="session")
def database_kind() -> str:
    """Name the database that TEST_DB asks for; for tests that begin servers of their own."""
    return os.environ.get("TEST_DB", "sqlite")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run; where none can be had it skips, saying why, but not in
    CI, which has to try everything.
    """
    try:
        yield shared_server()
    except UnavailableError as reason:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL: {reason}")
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    name = f"t{uuid.uuid4().hex}"
    migrated.put_postgres(postgres.url, name)
    yield postgres.database_url(name)
    postgres.drop(name)
