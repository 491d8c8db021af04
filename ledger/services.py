"""The only writers of facts and documents."""

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.module_loading import import_string

from kernel.facts import Reach
from ledger import canonical, live
from ledger.facts import reach
from ledger.models import Document, Entry, Head, document_path

__all__ = ["Document", "Entry", "record", "record_each", "store_document"]

logger = logging.getLogger(__name__)


@cache
def _reactions() -> Mapping[str, Any]:
    table: Mapping[str, Any] = import_string(settings.LEDGER_REACTIONS)
    return table


def has_reactions(kind: str) -> bool:
    """Tell whether higher apps react to facts of a kind."""
    return bool(_reactions().get(kind))


def record(
    *, stream: str, kind: str, actor: str, at: datetime, tender: str = "", **data: object
) -> Entry:
    """Record one fact in its stream, inside the transaction of the change itself.

    Tells the watchers after commit, and runs the reactions of higher apps before it. Withheld kinds
    are refused: they go through `ledger.private.withhold`.
    """
    return record_each(stream=stream, kind=kind, actor=actor, at=at, tender=tender, each=[data])[0]


def record_each(
    *,
    stream: str,
    kind: str,
    actor: str,
    at: datetime,
    tender: str = "",
    each: Sequence[Mapping[str, object]],
) -> list[Entry]:
    """Record several facts of one kind, each with a number of its own, in this order."""
    if reach(kind) is Reach.WITHHELD:
        raise ValueError(f"{kind} is withheld until closing")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of its change")
    last = _next_number(stream, len(each))
    entries = Entry.objects.bulk_create(
        Entry(
            stream=stream,
            number=number,
            kind=kind,
            actor=actor,
            tender=tender,
            at=at,
            data=canonical.to_plain(dict(data)),
            salt=secrets.token_bytes(32),
        )
        for number, data in enumerate(each, last - len(each) + 1)
    )
    for react in _reactions().get(kind, ()):
        for entry in entries:
            react(entry)
    transaction.on_commit(lambda: live.announce(stream))
    return entries


def _next_number(stream: str, more: int) -> int:
    """Take the stream's next numbers and give the last of them; the head row stays locked until
    the transaction ends.
    """
    last = _grow(stream, more)
    if last is None:
        Head.objects.bulk_create([Head(stream=stream)], ignore_conflicts=True)
        last = _grow(stream, more)
    if last is None:
        raise RuntimeError(f"the head of {stream} is gone")
    return last


# Django's update() gives no row back; asking again would be one more round trip for every fact.
_GROW = "UPDATE ledger_head SET number = number + %s WHERE stream = %s RETURNING number"


def _grow(stream: str, more: int) -> int | None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_GROW, [more, stream])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def store_document(*, content: bytes, media_type: str, at: datetime) -> Document:
    """Keep the bytes under their digest; the same bytes again give the same document."""
    digest = hashlib.sha256(content).hexdigest()
    name = document_path(digest)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    document, _made = Document.objects.get_or_create(
        digest=digest,
        defaults={
            "sm3": hashlib.new("sm3", content).hexdigest(),
            "size": len(content),
            "media_type": media_type,
            "stored_at": at,
        },
    )
    return document
