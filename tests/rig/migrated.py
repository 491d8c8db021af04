"""A database as `migrate` leaves an empty one: made once, then copied for every worker and site.

It is made by the very command an operator runs, and anew whenever any code of ours has changed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from tests.rig.processes import ROOT

KEPT = ROOT / "var" / "test-databases"
FILE = "yangguang.sqlite3"
PACKAGES = sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
MAKE = (sys.executable, "manage.py", "migrate", "--noinput", "-v", "0")


@cache
def key() -> str:
    """Name the state of the code a database is made from."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]


def put_sqlite(place: Path) -> None:
    """Put a migrated file at a place of the caller's own."""
    made = KEPT / f"{key()}.sqlite3"
    with _alone():
        if not made.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(dir=KEPT) as var:
                _migrate(YANGGUANG_VAR=var)
                assert [*Path(var).glob(f"{FILE}*")] == [Path(var) / FILE]  # nothing lies beside it
                (Path(var) / FILE).replace(made)
        shutil.copy(made, place)


def put_postgres(server: str, name: str) -> None:
    """Make a migrated database on the server whose maintenance database is given."""
    made = f"migrated_{key()}"
    with psycopg.connect(server, autocommit=True) as asking:
        # The server's own lock, for a file would make those wait who ask another server.
        asking.execute("SELECT pg_advisory_lock(hashtext(%s))", [made])
        question = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not asking.execute(question, [made]).fetchone():
            half = f"half_{made}"
            asking.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
            asking.execute(f'CREATE DATABASE "{half}"')
            with tempfile.TemporaryDirectory() as var:
                address = urlunsplit(urlsplit(server)._replace(path=f"/{half}"))
                _migrate(YANGGUANG_VAR=var, DATABASE_URL=address)
            asking.execute(f'ALTER DATABASE "{half}" RENAME TO "{made}"')
        asking.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        asking.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')


@contextmanager
def for_tests() -> Iterator[None]:
    """Let Django's connection lead to a migrated database of this process's own."""
    name = connection.creation._get_test_db_name()
    connection.close()
    if connection.vendor == "sqlite":
        put_sqlite(Path(name))
    else:
        put_postgres(os.environ["DATABASE_URL"], name)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrate(**given: str) -> None:
    """Run the command as a machine does on which nothing else is set."""
    unset = {"DATABASE_URL", "VALKEY_URL", "S3_BUCKET", "DEBUG", "DEMO", "PACE"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    env = kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | given
    done = subprocess.run(MAKE, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"manage.py migrate:\n{done.stdout}{done.stderr}")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make the file: the others wait for it and copy."""
    KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
