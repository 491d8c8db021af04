"""Lift the database's own guard of the record, as somebody who owns the database could.

Tests need it for two things: to empty the tables between them, and to see that tampering is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows of the record be changed inside, in one transaction; what is refused comes back."""
    lift = _lifted_postgres if connection.vendor == "postgresql" else _lifted_sqlite
    with transaction.atomic(), connection.cursor() as cursor, lift(cursor):
        yield


@contextmanager
def _lifted_postgres(cursor: Any) -> Iterator[None]:
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgname LIKE '%_keep_%'"
    )
    tables = [name for (name,) in cursor.fetchall()]
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with a check still due is not altered
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _lifted_sqlite(cursor: Any) -> Iterator[None]:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_keep_%'"
    )
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        cursor.execute(sql)


def let_tests_empty_tables() -> None:
    """Let the flush after a test that commits take the record's rows with all others."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with unguarded():
            plain(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush
