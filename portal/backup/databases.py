"""Copy the database whole while it is used, and put a copy into an empty one."""

import os
import subprocess
import time
from contextlib import closing
from pathlib import Path
from sqlite3 import OperationalError, connect
from typing import Final, Protocol

from django.conf import settings
from django.db import connection
from psycopg import connect as postgres

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

PEOPLE: Final = "accounts_user"
ATTEMPTS: Final = 10
PAUSE_SECONDS: Final = 0.2


class Database(Protocol):
    """One kind of database: its copy's name, and how to make, check for people, and put back."""

    copy: str

    def dump(self, target: Path) -> None:
        """Write a consistent copy of the database as it is at one instant."""

    def refuse_if_used(self) -> None:
        """Refuse a database that holds people, or that another process has open."""

    def load(self, copy: Path) -> None:
        """Put a copy in place, all of it or nothing."""


class Sqlite:
    """SQLite: its own backup interface, which a running server does not notice."""

    copy = "database.sqlite3"

    def __init__(self) -> None:
        self.path = Path(str(settings.DATABASES["default"]["NAME"]))

    def dump(self, target: Path) -> None:
        """Copy page by page from one snapshot, then close it into one file."""
        with (
            closing(connect(f"file:{self.path}?mode=ro", uri=True)) as source,
            closing(connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")

    def refuse_if_used(self) -> None:
        """Ask for the file alone: whoever has it open makes that fail."""
        connection.close()
        if not self.path.exists():
            return
        with closing(connect(self.path, timeout=1)) as present:
            try:
                present.execute("PRAGMA journal_mode=DELETE")
            except OperationalError:
                raise in_use() from None
            found = present.execute(
                "SELECT 1 FROM sqlite_master WHERE name = ?", [PEOPLE]
            ).fetchone()
            if found and present.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone():
                raise not_empty()

    def load(self, copy: Path) -> None:
        """Check the copy's pages, then let it take the name."""
        with closing(connect(copy)) as fresh:
            if fresh.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Invalid("backup.damaged", _("“%(name)s”已损坏或被替换。"), name=copy.name)
        copy.replace(self.path)


class Postgres:
    """PostgreSQL: pg_dump and pg_restore, of the server's version or a newer one."""

    copy = "database.dump"

    def _run(self, program: str, *words: str) -> None:
        """Run a client program; the password goes by the environment, which `ps` does not show."""
        given = connection.get_connection_params()
        own = {
            "PGHOST": given.get("host"),
            "PGPORT": given.get("port"),
            "PGUSER": given.get("user"),
            "PGPASSWORD": given.get("password"),
            "PGDATABASE": given.get("dbname"),
        }
        folder = Path(settings.POSTGRES_PROGRAMS) if settings.POSTGRES_PROGRAMS else Path()
        try:
            done = subprocess.run(  # noqa: S603 - a program of the administrator's choice
                [str(folder / program), "--no-password", *words],
                env=os.environ | {name: str(value) for name, value in own.items() if value},
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            message = _(
                "找不到 %(program)s。请安装 PostgreSQL 客户端，或用 POSTGRES_PROGRAMS 指明其目录。"
            )
            raise Invalid("backup.program", message, program=program) from None
        if done.returncode:
            message = _("%(program)s 没有成功：%(reason)s")
            reason = done.stderr.strip()[:500]
            raise Invalid("backup.program_failed", message, program=program, reason=reason)

    def dump(self, target: Path) -> None:
        """Dump from one snapshot in the compressed form pg_restore reads."""
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def refuse_if_used(self) -> None:
        """Look for people, and for other sessions; our own pool's take a moment to end."""
        if PEOPLE in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
                if cursor.fetchone():
                    raise not_empty()
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
        for _attempt in range(ATTEMPTS):
            if not self._others():
                return
            time.sleep(PAUSE_SECONDS)
        raise in_use()

    def _others(self) -> bool:
        """Ask by a connection outside the pool, which opens more than one when it begins."""
        given = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        with postgres(**{name: given[name] for name in names if given.get(name)}) as alone:
            found = alone.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' LIMIT 1"
            ).fetchone()
        return found is not None

    def load(self, copy: Path) -> None:
        """Restore in one transaction, over the empty tables if there are any."""
        self._run(
            "pg_restore",
            "--single-transaction",
            "--exit-on-error",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            f"--dbname={connection.get_connection_params().get('dbname')}",
            str(copy),
        )


def in_use() -> Conflict:
    """Refuse to put a database under a running server."""
    return Conflict("restore.in_use", _("数据库正被其他进程使用。请先停止所有服务和 worker。"))


def not_empty() -> Conflict:
    """Refuse to write over a platform that people use."""
    return Conflict("restore.not_empty", _("这个数据库已有用户，不会被覆盖。请恢复到空的数据库。"))


def present() -> Database:
    """Give the database this installation is set to."""
    return Postgres() if connection.vendor == "postgresql" else Sqlite()
