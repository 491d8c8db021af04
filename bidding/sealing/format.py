"""The three clear records of an envelope: core, wraps and commit (sealing.md 4.1)."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bidding.sealing import derive, strict
from bidding.sealing.errors import SealingError
from bidding.sealing.shamir import MAX_PARTS, check_threshold

VERSION: Final = 1
CORE_LIMIT: Final = 16 * 1024
WRAPS_LIMIT: Final = 64 * 1024
COMMIT_LIMIT: Final = 4 * 1024
STAGES: Final = ("whole", "qualification", "technical", "price")
MODES: Final = ("joint", "authority")
ACTIONS: Final = ("submit", "replace", "withdraw")
MAX_BIDDER_KEYS: Final = 8
WRAP_LIMIT: Final = 2048
PRICED: Final = ("whole", "price")

_PLACE: Final = ("v", "suite", "mode", "tender", "doc", "lot", "stage", "ver", "policy")
_CORE: Final = frozenset((*_PLACE, "sub_pk", "bidder_commit", "k", "n", "ca", "cas", "cb"))
_ESCROW: Final = frozenset(("ke", "ne", "ce", "ces"))


@dataclass(frozen=True)
class Split:
    """The public commitments of a secret that was split k-of-n."""

    k: int
    n: int
    commitment: bytes
    parts: tuple[bytes, ...]


@dataclass(frozen=True)
class Core:
    """What an envelope is for and what it commits to; every key and wrap is bound to its hash."""

    suite: int
    mode: str
    tender: str
    doc: bytes
    lot: str
    stage: str
    ver: int
    policy: bytes
    sub_pk: bytes
    bidder_commit: bytes
    share_a: Split
    cb: bytes
    escrow: Split | None


@lru_cache(maxsize=64)  # the bytes alone decide, and one commit has its core read several times
def parse_core(content: bytes) -> Core:
    """Read a core, refusing every form that another client could read differently."""
    found = strict.members(strict.parse(content, CORE_LIMIT), _CORE, _ESCROW)
    if strict.number_of(found, "v") != VERSION:
        raise SealingError("seal.version")
    return Core(
        suite=strict.number_of(found, "suite"),
        mode=_one_of(found, "mode", MODES, "seal.mode"),
        tender=strict.text_of(found, "tender"),
        doc=strict.binary(found["doc"], 32),
        lot=strict.text_of(found, "lot"),
        stage=_one_of(found, "stage", STAGES, "seal.stage"),
        ver=strict.number_of(found, "ver", 1),
        policy=strict.binary(found["policy"], 32),
        sub_pk=strict.binary(found["sub_pk"], 32),
        bidder_commit=strict.binary(found["bidder_commit"], 32),
        share_a=_split(found, "k", "n", "ca", "cas"),
        cb=strict.binary(found["cb"], 32),
        escrow=_escrow(found),
    )


def _split(found: strict.Object, k: str, n: str, commitment: str, parts: str) -> Split:
    threshold, number = strict.number_of(found, k), strict.number_of(found, n)
    check_threshold(threshold, number)
    hashes = strict.binaries(found, parts, MAX_PARTS, 32)
    if len(hashes) != number:
        raise SealingError("seal.threshold", k=threshold, n=number)
    return Split(threshold, number, strict.binary(found[commitment], 32), hashes)


def _escrow(found: strict.Object) -> Split | None:
    """Read the escrow of b: all four keys or none; authority mode cannot open without it."""
    present = _ESCROW & found.keys()
    if not present and found["mode"] == "joint":
        return None
    if missing := sorted(_ESCROW - present):
        raise SealingError("seal.key_missing", key=missing[0])
    return _split(found, "ke", "ne", "ce", "ces")


def _one_of(found: strict.Object, key: str, allowed: tuple[str, ...], code: str) -> str:
    value = strict.text_of(found, key)
    if value not in allowed:
        raise SealingError(code)
    return value


def write_core(core: Core) -> bytes:
    """Write a core; from then on only these bytes count."""
    record: dict[str, object] = {
        "v": VERSION,
        "suite": core.suite,
        "mode": core.mode,
        "tender": core.tender,
        "doc": strict.base64url(core.doc),
        "lot": core.lot,
        "stage": core.stage,
        "ver": core.ver,
        "policy": strict.base64url(core.policy),
        "sub_pk": strict.base64url(core.sub_pk),
        "bidder_commit": strict.base64url(core.bidder_commit),
        "k": core.share_a.k,
        "n": core.share_a.n,
        "ca": strict.base64url(core.share_a.commitment),
        "cas": [strict.base64url(part) for part in core.share_a.parts],
        "cb": strict.base64url(core.cb),
    }
    if core.escrow is not None:
        record |= {
            "ke": core.escrow.k,
            "ne": core.escrow.n,
            "ce": strict.base64url(core.escrow.commitment),
            "ces": [strict.base64url(part) for part in core.escrow.parts],
        }
    return strict.write(record)


@dataclass(frozen=True)
class Wraps:
    """The sealed key shares: a for the custodians, b for the bidder's keys, e for recovery."""

    a: tuple[bytes, ...]
    b: tuple[bytes, ...]
    e: tuple[bytes, ...]


def parse_wraps(content: bytes, core: Core) -> Wraps:
    """Read wraps and check their number against the core."""
    found = strict.members(
        strict.parse(content, WRAPS_LIMIT), frozenset(("a", "b")), frozenset(("e",))
    )
    wraps = Wraps(
        _wraps(found, "a", MAX_PARTS),
        _wraps(found, "b", MAX_BIDDER_KEYS),
        _wraps(found, "e", MAX_PARTS) if "e" in found else (),
    )
    least_b = 2 if core.mode == "joint" else 0
    if len(wraps.b) < least_b or (core.mode == "authority" and wraps.b):
        raise SealingError("seal.bidder_keys")
    if len(wraps.a) != core.share_a.n or len(wraps.e) != (core.escrow.n if core.escrow else 0):
        raise SealingError("seal.threshold", k=core.share_a.k, n=core.share_a.n)
    return wraps


def _wraps(found: strict.Object, key: str, limit: int) -> tuple[bytes, ...]:
    wraps = tuple(strict.binary(item) for item in strict.list_of(found, key, limit))
    if not all(0 < len(wrap) <= WRAP_LIMIT for wrap in wraps):
        raise SealingError("seal.binary")
    return wraps


def write_wraps(wraps: Wraps) -> bytes:
    """Write wraps; `e` only when b is escrowed."""
    record = {"a": wraps.a, "b": wraps.b} | ({"e": wraps.e} if wraps.e else {})
    return strict.write(
        {key: [strict.base64url(item) for item in items] for key, items in record.items()}
    )


@dataclass(frozen=True)
class Entry:
    """One stage in a commit: the roots of its four objects and the stored length of the body."""

    stage: str
    core: bytes
    wraps: bytes
    readout: bytes
    body: bytes
    body_len: int


@dataclass(frozen=True)
class Commit:
    """The binding act: the hashes of all stages, chained to the previous act of this submission."""

    tender: str
    lot: str
    action: str
    stages: tuple[Entry, ...]
    prev: bytes | None
    nonce: bytes


_COMMIT: Final = frozenset(("tender", "lot", "action", "stages", "prev", "nonce"))
_ENTRY: Final = frozenset(("stage", "core", "wraps", "readout", "body", "body_len"))


def parse_commit(content: bytes) -> Commit:
    """Read a commit; a withdrawal has no stages, only a first submission has no predecessor."""
    found = strict.members(strict.parse(content, COMMIT_LIMIT), _COMMIT)
    commit = Commit(
        tender=strict.text_of(found, "tender"),
        lot=strict.text_of(found, "lot"),
        action=_one_of(found, "action", ACTIONS, "seal.value"),
        stages=tuple(_entry(item) for item in strict.list_of(found, "stages", len(STAGES))),
        prev=None if found["prev"] is None else strict.binary(found["prev"], 32),
        nonce=strict.binary(found["nonce"], 32),
    )
    names = [entry.stage for entry in commit.stages]
    if len(set(names)) != len(names) or bool(names) == (commit.action == "withdraw"):
        raise SealingError("seal.stage")
    if "whole" in names and len(names) > 1:
        raise SealingError("seal.stage")
    if (commit.prev is None) != (commit.action == "submit"):
        raise SealingError("seal.chain")
    return commit


def _entry(item: object) -> Entry:
    found = strict.members(item, _ENTRY)
    return Entry(
        stage=_one_of(found, "stage", STAGES, "seal.stage"),
        core=strict.binary(found["core"], 32),
        wraps=strict.binary(found["wraps"], 32),
        readout=strict.binary(found["readout"], 32),
        body=strict.binary(found["body"], 32),
        body_len=strict.number_of(found, "body_len"),
    )


def write_commit(commit: Commit) -> bytes:
    """Write a commit; its hash and its signature are over exactly these bytes."""
    return strict.write(
        {
            "tender": commit.tender,
            "lot": commit.lot,
            "action": commit.action,
            "stages": [_entry_record(entry) for entry in commit.stages],
            "prev": None if commit.prev is None else strict.base64url(commit.prev),
            "nonce": strict.base64url(commit.nonce),
        }
    )


def _entry_record(entry: Entry) -> dict[str, object]:
    roots = {"core": entry.core, "wraps": entry.wraps, "readout": entry.readout, "body": entry.body}
    return {
        "stage": entry.stage,
        **{name: strict.base64url(root) for name, root in roots.items()},
        "body_len": entry.body_len,
    }


def commit_hash(content: bytes) -> bytes:
    """Name a commit by the hash of its bytes: `prev`, receipts and the record use this."""
    return sha256(content).digest()


def sign_commit(content: bytes, submission_key: Ed25519PrivateKey) -> bytes:
    """Sign a commit with the key made for this chain only."""
    return submission_key.sign(derive.labelled("commit", content))


def verify_commit(content: bytes, signature: bytes, sub_pk: bytes) -> Commit:
    """Check the chain key's signature, then read the commit."""
    try:
        Ed25519PublicKey.from_public_bytes(sub_pk).verify(
            signature, derive.labelled("commit", content)
        )
    except (InvalidSignature, ValueError) as error:
        raise SealingError("seal.signature") from error
    return parse_commit(content)
