"""Read facts, documents and proofs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from kernel.errors import Missing
from kernel.facts import Reach
from kernel.text import gettext_noop as _
from ledger import canonical
from ledger.facts import kinds, reach
from ledger.models import (
    Document,
    Entry,
    Head,
    PrivateTree,
    document_path,
)
from ledger.proofs import latest_checkpoint, proof_of

__all__ = [
    "document",
    "done_by",
    "entries_since",
    "fact_of_paper",
    "facts_of",
    "first_fact",
    "frame",
    "last_number",
    "last_numbers",
    "latest_checkpoint",
    "private_tree",
    "proof_of",
    "public_fact",
    "public_facts_in_log",
    "public_facts_of",
    "public_kinds",
    "read_document",
    "title_of",
]
TOGETHER = 500


def entries_since(stream: str, number: int, limit: int = 1024) -> list[Entry]:
    """Give the facts of a stream after a number, oldest first."""
    return list(Entry.objects.filter(stream=stream, number__gt=number).order_by("number")[:limit])


def last_number(stream: str) -> int:
    """Give the number of the stream's newest fact, 0 when there is none."""
    return Head.objects.filter(stream=stream).values_list("number", flat=True).first() or 0


def last_numbers(streams: Sequence[str]) -> dict[str, int]:
    """Give the number of the newest fact of each of these streams that has any."""
    found: dict[str, int] = {}
    for first in range(0, len(streams), TOGETHER):
        rows = Head.objects.filter(stream__in=streams[first : first + TOGETHER])
        found |= dict(rows.values_list("stream", "number"))
    return found


def facts_of(tender: str, *, only: Iterable[str] = ()) -> QuerySet[Entry]:
    """Give a tender's facts in the order of recording, of some kinds or of all."""
    entries = Entry.objects.filter(tender=tender).order_by("id")
    return entries.filter(kind__in=list(only)) if only else entries


def public_kinds() -> list[str]:
    """Name the kinds of fact that anybody may read."""
    return [name for name, kind in kinds().items() if kind.reach is Reach.PUBLIC]


def public_facts_of(tender: str) -> QuerySet[Entry]:
    """Give those of a tender's facts that anybody may read."""
    return facts_of(tender, only=public_kinds())


def public_facts_in_log(since: int, limit: int) -> list[Entry]:
    """Give the public facts from a place of the log on, in its order, each with its leaf."""
    rows = Entry.objects.filter(kind__in=public_kinds(), leaf__index__gte=since)
    return list(rows.select_related("leaf").order_by("leaf__index")[:limit])


def public_fact(stream: str, number: int) -> Entry:
    """Give one public fact by its place in its stream."""
    rows = Entry.objects.filter(stream=stream, number=number, kind__in=public_kinds())
    found = rows.select_related("leaf").first()
    if found is None:
        raise Missing("fact.missing", _("没有这条公开的事实。"))
    return found


def fact_of_paper(kind: str, subject: str, stream: str) -> Entry | None:
    """Give the fact that a paper was made and has its digest."""
    rows = Entry.objects.filter(stream=stream, kind="paper.made")
    return rows.filter(data__paper=kind, data__subject=subject).first()


def done_by(actor: str, only: Iterable[str], since: datetime, until: datetime) -> list[Entry]:
    """Give the facts of some kinds that one actor left in a time, in their order."""
    rows = Entry.objects.filter(kind__in=list(only), actor=actor, at__gte=since, at__lt=until)
    return list(rows.order_by("id"))


def title_of(kind: str) -> str:
    """Give the Chinese title of a kind of fact."""
    return kinds()[kind].title


def first_fact(tender: str, kind: str) -> Entry | None:
    """Give a tender's first fact of a kind, or None."""
    return Entry.objects.filter(tender=tender, kind=kind).order_by("id").first()


def frame(entry: Entry) -> dict[str, Any]:
    """Give what a watcher of the stream is told: of a public fact everything, of another only that
    it is.
    """
    told: dict[str, Any] = {"stream": entry.stream, "number": entry.number, "kind": entry.kind}
    if reach(entry.kind) is Reach.PUBLIC:
        told |= {"at": canonical.timestamp(entry.at), "actor": entry.actor, "data": entry.data}
    return told


def documents_without_bytes() -> list[str]:
    """List the documents whose file is not in the storage; none, unless something was lost."""
    digests = Document.objects.order_by("digest").values_list("digest", flat=True)
    return [
        digest for digest in digests.iterator() if not default_storage.exists(document_path(digest))
    ]


def document(digest: str) -> Document:
    """Give a document by its digest; the caller has checked that the actor may see it."""
    found = Document.objects.filter(digest=digest).first()
    if found is None:
        raise Missing("document.missing", _("没有这份文件。"))
    return found


def read_document(digest: str) -> bytes:
    """Read the bytes of a document."""
    with default_storage.open(document_path(digest)) as stored:
        content: bytes = stored.read()
    return content


def has_private_tree(tender: str) -> bool:
    """Tell whether closing has published the tender's private tree."""
    return PrivateTree.objects.filter(tender=tender).exists()


def private_tree(tender: str) -> PrivateTree | None:
    """Give the private tree of a tender once closing has published it."""
    return PrivateTree.objects.filter(tender=tender).first()
