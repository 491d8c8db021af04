"""Fixtures for tests that want PostgreSQL whatever the rest runs on."""

import uuid
from collections.abc import Iterator

import pytest

from tests.rig.postgres_server import PostgresServer, UnavailableError, shared_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run; skips, saying why, where none can be had."""
    try:
        yield shared_server()
    except UnavailableError as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = f"t{uuid.uuid4().hex}"
    yield postgres.create(name)
    postgres.drop(name)
