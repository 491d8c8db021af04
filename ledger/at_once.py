"""A change and the facts that tell of it in one statement, on PostgreSQL: what holds for a rush of
acts waits for the database once, instead of once for the lock, the number, the fact and the commit.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Self

import psycopg
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from kernel.facts import Reach
from ledger import live
from ledger.facts import reach
from ledger.services import has_reactions

HAS_HEAD: Final = "EXISTS (SELECT 1 FROM ledger_head WHERE stream = {})"
"""What a change asks of the stream its fact goes to."""
STATEMENT: Final = (
    "WITH changed (stream) AS ({changed}),"
    " grown AS (UPDATE ledger_head AS head SET number = head.number + 1 FROM changed"
    " WHERE head.stream = changed.stream RETURNING head.stream, head.number)"
    " INSERT INTO ledger_entry (stream, number, kind, actor, tender, at, data, salt)"
    " SELECT told.stream, grown.number, told.kind, told.actor, told.tender, told.at,"
    " told.data::jsonb, told.salt FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[],"
    " %b::timestamptz[], %b::text[], %b::bytea[])"
    " AS told (stream, kind, actor, tender, at, data, salt)"
    " JOIN grown ON grown.stream = told.stream RETURNING stream"
)


@dataclass(frozen=True)
class Told:
    """A fact to be recorded; its data are JSON values already."""

    stream: str
    kind: str
    actor: str
    tender: str
    at: datetime
    data: Mapping[str, Any]


def record_with(changed: str, given: Sequence[Any], facts: Sequence[Told]) -> set[str]:
    """Make a change, and record of each stream it gives back the one fact that tells of it; give
    these streams.

    `changed` is an UPDATE that returns the streams of what it found as it expected it, and asks
    HAS_HEAD of each: where a head is missing its change would stay untold. However many rows it is
    for, its text stays the same, with a list for each column: the server plans it once. Durable
    when it returns, unless a transaction is open around it.
    """
    for fact in facts:
        if reach(fact.kind) is Reach.WITHHELD or has_reactions(fact.kind):
            raise ValueError(f"{fact.kind} is not told by its row alone")
    columns = map(list, zip(*map(_values, facts), strict=True))
    with _preparing() as cursor:
        cursor.execute(STATEMENT.format(changed=changed), [*given, *columns])
        streams = {row[0] for row in cursor.fetchall()}
    for stream in streams:
        transaction.on_commit(partial(live.announce, stream))
    return streams


class _Preparing(psycopg.Cursor[Any]):
    """A cursor whose statements the server keeps, with their plans, as long as the connection
    lasts; Django's own writes every value into a new text.
    """

    def execute(self, query: Any, params: Any = None, **_more: Any) -> Self:  # noqa: ANN401 - psycopg's
        return super().execute(query, params, prepare=True)


def _preparing() -> CursorWrapper:
    """Give such a cursor, wrapped as Django's own are."""
    connection.ensure_connection()
    cursor: Any = _Preparing(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)


def _values(fact: Told) -> tuple[Any, ...]:
    data = json.dumps(fact.data, ensure_ascii=False)
    salt = secrets.token_bytes(32)
    return (fact.stream, fact.kind, fact.actor, fact.tender, fact.at, data, salt)
