"""Prove that a fact is in the log, reading little: leaves of its own block and the roots of others.

A proof in a log of a million facts reads some 4 000 block roots and at most 511 leaf hashes, where
reading every leaf would take seconds.
"""

from collections.abc import Iterable
from typing import Any

from ledger import merkle
from ledger.models import Block, Checkpoint, Entry, Leaf

BLOCK = 256


def latest_checkpoint() -> Checkpoint | None:
    """Give the newest signed checkpoint of the log."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoints(below: int | None = None, limit: int = 20) -> list[Checkpoint]:
    """Give checkpoints of the log, newest first."""
    rows = Checkpoint.objects.order_by("-size")
    return list((rows if below is None else rows.filter(size__lt=below))[:limit])


def checkpoint_at(size: int) -> Checkpoint | None:
    """Give the checkpoint over one size of the log."""
    return Checkpoint.objects.filter(size=size).first()


def leaf_hashes(start: int, end: int) -> list[bytes]:
    """Read the hashes of leaves from one place to before another."""
    rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
    return [bytes(hashed) for hashed in rows.values_list("leaf_hash", flat=True)]


class Reader:
    """Reads what proofs to one tree size need, each range once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._roots: dict[tuple[int, int], bytes] = {}

    def path(self, index: int) -> list[bytes]:
        """Give the audit path of a leaf, nearest sibling first."""
        return [self._root(start, end) for start, end in merkle.siblings(self.size, index)]

    def _root(self, start: int, end: int) -> bytes:
        if (start, end) not in self._roots:
            self._roots[start, end] = range_root(start, end)
        return self._roots[start, end]


def range_root(start: int, end: int) -> bytes:
    """Give the root over a range of leaves that a tree has as one subtree."""
    first, last = start // BLOCK, end // BLOCK
    if start % BLOCK or first == last:
        return merkle.root(leaf_hashes(start, end))
    rows = Block.objects.filter(index__gte=first, index__lt=last).order_by("index")
    blocks = [bytes(root) for root in rows.values_list("root", flat=True)]
    if len(blocks) < last - first:  # written before block roots were kept
        return merkle.root(leaf_hashes(start, end))
    return merkle.blocks_root(blocks, leaf_hashes(last * BLOCK, end))


def proof_of(entry: Entry) -> dict[str, Any] | None:
    """Give leaf, audit path and checkpoint of a fact, or None until it is in a checkpoint."""
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return None
    found = proofs_to(checkpoint, [entry]).get(entry.pk)
    return None if found is None else {**found, "checkpoint": checkpoint.note}


def proofs_to(checkpoint: Checkpoint, entries: Iterable[Entry]) -> dict[int, dict[str, Any]]:
    """Give the proofs of facts to one checkpoint, by entry; one that is not in it yet has none."""
    reader = Reader(checkpoint.size)
    leaves = Leaf.objects.filter(entry__in=list(entries), index__lt=checkpoint.size)
    return {leaf.entry_id: _proof(leaf, reader) for leaf in leaves}


def _proof(leaf: Leaf, reader: Reader) -> dict[str, Any]:
    return {
        "leaf": bytes(leaf.data).decode(),
        "index": leaf.index,
        "size": reader.size,
        "path": [node.hex() for node in reader.path(leaf.index)],
    }
