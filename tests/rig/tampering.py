"""Lift the database's own guard of the record, as somebody who owns the database could.

Tests need it for two things: to empty the tables between them, and to see that tampering is told.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

MADE_BY_MIGRATE = {"auth_permission", "django_content_type"}
"""What no test writes, and what costs half a second to make again."""


@contextmanager
def unguarded(tables: Collection[str] | None = None) -> Iterator[None]:
    """Let rows of the record (or of some tables of it) be changed inside, in one transaction; what
    is refused comes back.
    """
    lift = _lifted_postgres if connection.vendor == "postgresql" else _lifted_sqlite
    with transaction.atomic(), connection.cursor() as cursor, lift(cursor, tables):
        yield


@contextmanager
def _lifted_postgres(cursor: Any, some: Collection[str] | None) -> Iterator[None]:
    cursor.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgname LIKE '%_keep_%'"
    )
    tables = [name for (name,) in cursor.fetchall() if some is None or name in some]
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with a check still due is not altered
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # rows may go before those that point at them
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _lifted_sqlite(cursor: Any, some: Collection[str] | None) -> Iterator[None]:
    cursor.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master"
        " WHERE type = 'trigger' AND name LIKE '%_keep_%'"
    )
    triggers = [found for found in cursor.fetchall() if some is None or found[1] in some]
    for name, _table, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _name, _table, sql in triggers:
        cursor.execute(sql)


def let_tests_empty_tables() -> None:
    """Let the tables a test has committed to be emptied after it, the record's with all others.

    Django's own flush truncates a hundred tables, most of them empty, and asks for every permission
    of every model anew: a second for each test.
    """
    TransactionTestCase._fixture_teardown = _emptied


def _emptied(test: TransactionTestCase) -> None:
    assert list(test._databases_names(include_mirrors=False)) == ["default"]
    held = _held()
    with unguarded(held), connection.cursor() as cursor:
        for table in held:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables


def _held() -> list[str]:
    """Give the tables that hold rows."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"  # noqa: S608 - as above
        for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


@cache
def _tables() -> tuple[str, ...]:
    known = connection.introspection.django_table_names(only_existing=True)
    return tuple(sorted(set(known) - MADE_BY_MIGRATE))
