"""Read facts, documents and proofs."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from kernel.errors import Missing
from kernel.facts import Reach
from kernel.text import gettext_noop as _
from ledger import canonical, merkle
from ledger.facts import kinds, reach
from ledger.models import (
    Checkpoint,
    Document,
    Entry,
    Head,
    Leaf,
    PrivateTree,
    document_path,
)


def entries_since(stream: str, number: int, limit: int = 1024) -> list[Entry]:
    """Give the facts of a stream after a number, oldest first."""
    return list(Entry.objects.filter(stream=stream, number__gt=number).order_by("number")[:limit])


def last_number(stream: str) -> int:
    """Give the number of the stream's newest fact, 0 when there is none."""
    return Head.objects.filter(stream=stream).values_list("number", flat=True).first() or 0


def facts_of(tender: str, *, only: Iterable[str] = ()) -> QuerySet[Entry]:
    """Give a tender's facts in the order of recording, of some kinds or of all."""
    entries = Entry.objects.filter(tender=tender).order_by("id")
    return entries.filter(kind__in=list(only)) if only else entries


def public_facts_of(tender: str) -> QuerySet[Entry]:
    """Give those of a tender's facts that anybody may read."""
    return facts_of(tender, only=[k for k, v in kinds().items() if v.reach is Reach.PUBLIC])


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


def latest_checkpoint() -> Checkpoint | None:
    """Give the newest signed checkpoint of the log."""
    return Checkpoint.objects.order_by("-size").first()


def proof_of(entry: Entry) -> dict[str, Any] | None:
    """Give leaf, audit path and checkpoint of a fact, or None until it is in a checkpoint."""
    leaf = Leaf.objects.filter(entry=entry).first()
    checkpoint = latest_checkpoint()
    if leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        return None
    hashes = Leaf.objects.filter(index__lt=checkpoint.size).order_by("index")
    path = merkle.inclusion(
        [bytes(h) for h in hashes.values_list("leaf_hash", flat=True)], leaf.index
    )
    return {
        "leaf": bytes(leaf.data).decode(),
        "index": leaf.index,
        "size": checkpoint.size,
        "path": [node.hex() for node in path],
        "checkpoint": checkpoint.note,
    }


def private_tree(tender: str) -> PrivateTree | None:
    """Give the private tree of a tender once closing has published it."""
    return PrivateTree.objects.filter(tender=tender).first()
