"""Check what the record claims, from its own words only: no database, no network. Plain Python."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger import merkle, note

ROOT_LINES = 3
HASH = 32


@dataclass(frozen=True)
class Head:
    """What a signed checkpoint says: who keeps the log, how long it is, and its root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class ProofCheck:
    """Each step from a fact's bytes to the signed root, as anybody can repeat it."""

    leaf_hash: str
    steps: tuple[tuple[str, str], ...]
    root: str
    head: Head | None
    key: str

    @property
    def is_signed(self) -> bool:
        """Tell whether the checkpoint bears the log's signature."""
        return self.head is not None

    @property
    def leads_to_root(self) -> bool:
        """Tell whether the path ends in the very root that was signed."""
        return self.head is not None and self.head.root.hex() == self.root

    @property
    def holds(self) -> bool:
        """Tell whether the fact is in the log."""
        return self.is_signed and self.leads_to_root


def head_of(checkpoint: str, key: note.Verifier) -> Head | None:
    """Read a checkpoint that this key has signed; None when it has not, or says nothing sound."""
    try:
        text, _signed = note.verify(checkpoint, [key])
        origin, size, root = text.split("\n")[:ROOT_LINES]
        head = Head(origin, int(size), base64.b64decode(root, validate=True))
    except (note.NoteError, ValueError, binascii.Error):
        return None
    return head if origin == key.name and len(head.root) == HASH else None


def check_proof(proof: Mapping[str, Any], checkpoint: str, key: note.Verifier) -> ProofCheck:
    """Check a fact's proof: its bytes, its way up, the root, and the signature over the root."""
    head = head_of(checkpoint, key)
    leaf = merkle.leaf_hash(str(proof["leaf"]).encode())
    path = [bytes.fromhex(node) for node in proof["path"]]
    size = head.size if head else int(proof["size"])
    nodes = merkle.climb(leaf, int(proof["index"]), size, path)
    above = [] if nodes is None else [node.hex() for node in nodes[1:]]
    steps = tuple(zip([node.hex() for node in path], above, strict=False))
    return ProofCheck(
        leaf_hash=leaf.hex(),
        steps=steps,
        root="" if nodes is None else nodes[-1].hex(),
        head=head,
        key=str(key),
    )


def says(fact: Mapping[str, Any], leaf: str) -> bool:
    """Tell whether the bytes in the log say what the fact is claimed to be."""
    try:
        logged = json.loads(leaf)
    except ValueError:
        return False
    names = {"stream": "stream", "number": "number", "kind": "type", "at": "at"}
    names |= {"actor": "actor", "data": "data"}
    return isinstance(logged, dict) and all(
        fact.get(name) == logged.get(logged_as) for name, logged_as in names.items()
    )


def event_hash(leaf: Mapping[str, Any]) -> str:
    """Compute the hash of a revealed event of a private tree from its salt and bytes."""
    content = bytes.fromhex(str(leaf["salt"])) + str(leaf["event"]).encode()
    return merkle.leaf_hash(content).hex()


def tree_root(leaves: Sequence[Mapping[str, Any]]) -> str:
    """Compute the root over the leaves of a private tree as they were published."""
    return merkle.root([bytes.fromhex(str(leaf["hash"])) for leaf in leaves]).hex()
