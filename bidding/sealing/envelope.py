"""Seal a bid: one envelope for one stage (sealing.md 4.2)."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bidding.sealing import contents, derive, shamir, strict
from bidding.sealing.contents import File, Readout, Signer
from bidding.sealing.errors import SealingError
from bidding.sealing.format import (
    MAX_BIDDER_KEYS,
    Core,
    Entry,
    Split,
    Wraps,
    parse_core,
    write_core,
    write_wraps,
)
from bidding.sealing.policy import Circle, Policy
from bidding.sealing.shamir import Random
from bidding.sealing.stream import padded_length, seal_stream, tree_root
from bidding.sealing.suite import Suite, suite_by_id

ZEROS: Final = bytes(65_536)
VARIETY: Final = 8
LEAST_KEYS: Final = 2  # one key alone can be lost on the day


@dataclass(frozen=True)
class Terms:
    """What an envelope answers: the policy, the document version's hash, lot, stage, version."""

    policy: Policy
    doc: bytes
    lot: str
    stage: str
    ver: int = 1


@dataclass(frozen=True)
class BidFile:
    """A file to seal: its name, its size, and a way to read it once in pieces of any size."""

    name: str
    size: int
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Bid:
    """The offer in clear: who, what is read out, the files, and the hand that signs."""

    bidder: str
    fields: Mapping[str, str]
    files: Sequence[BidFile]
    sign: Signer


@dataclass(frozen=True)
class SealTo:
    """The bidder's side of the keys: two or more public keys, the chain's key, escrow or not."""

    bidder_keys: Sequence[bytes]
    sub_pk: bytes
    escrow: bool = False


@dataclass(frozen=True)
class Sealed:
    """A finished envelope; its body went out piece by piece."""

    core: bytes
    wraps: bytes
    readout: bytes
    entry: Entry


def seal(
    terms: Terms,
    bid: Bid,
    to: SealTo,
    write_body: Callable[[bytes | memoryview], object],
    *,
    random: Random = os.urandom,
) -> Sealed:
    """Seal one stage: the body to `write_body`, the three small objects in the result."""
    _check(terms, bid, to, random)
    share_a, share_b = random(32), random(32)
    policy, recovery = terms.policy, _recovery(terms.policy, to)
    parts_a = shamir.split(share_a, policy.opening.k, len(policy.opening.custodians), random)
    parts_e = (
        shamir.split(share_b, recovery.k, len(recovery.custodians), random) if recovery else []
    )
    nonce = random(32)
    core = write_core(
        Core(
            suite=policy.suite,
            mode=policy.mode,
            tender=policy.tender,
            doc=terms.doc,
            lot=terms.lot,
            stage=terms.stage,
            ver=terms.ver,
            policy=policy.digest,
            sub_pk=to.sub_pk,
            bidder_commit=derive.bidder_commitment(nonce, bid.bidder),
            share_a=committed("share-a", share_a, parts_a, policy.opening.k),
            cb=derive.share_commitment("share-b", share_b),
            escrow=committed("share-e", share_b, parts_e, recovery.k) if recovery else None,
        )
    )
    parse_core(core)
    ctx = derive.context(core)
    suite = suite_by_id(policy.suite)
    b_keys = to.bidder_keys if policy.mode == "joint" else ()
    info_b = derive.wrap_info("wrap-b", ctx)
    wraps = write_wraps(
        Wraps(
            a=wrap_parts(suite, "wrap-a", ctx, policy.opening, terms.stage, parts_a),
            b=tuple(suite.wrap(key, info_b, share_b) for key in b_keys),
            e=wrap_parts(suite, "wrap-e", ctx, recovery, terms.stage, parts_e) if recovery else (),
        )
    )
    keys = derive.content_keys(share_a, share_b, ctx)
    body = _Body(bid.files)
    written = seal_stream(
        body.pieces(), write_body, key=keys.body, name="body", ctx=ctx, salt=random(32)
    )
    readout = bytearray()
    seal_stream(
        [_readout(core, bid, body.files, written.root, nonce)],
        readout.extend,
        key=keys.readout,
        name="readout",
        ctx=ctx,
        salt=random(32),
    )
    entry = make_entry(terms.stage, core, wraps, bytes(readout), (written.root, written.length))
    return Sealed(core, wraps, bytes(readout), entry)


def _check(terms: Terms, bid: Bid, to: SealTo, random: Random) -> None:
    """Refuse before any work what would be refused at the opening."""
    if terms.stage not in terms.policy.stages:
        raise SealingError("seal.stage")
    contents.parse_fields(strict.write(dict(bid.fields)), terms.stage)
    contents.check_names([file.name for file in bid.files])
    if padded_length(sum(file.size for file in bid.files)) >= contents.MAX_BODY:
        raise SealingError("seal.too_large", limit=contents.MAX_BODY)
    joint = terms.policy.mode == "joint"
    keys = set(to.bidder_keys)
    if joint and not LEAST_KEYS <= len(keys) == len(to.bidder_keys) <= MAX_BIDDER_KEYS:
        raise SealingError("seal.bidder_keys")
    first, second = random(32), random(32)
    if first == second or min(len(set(first)), len(set(second))) < VARIETY:
        raise SealingError("seal.random")


def _recovery(policy: Policy, to: SealTo) -> Circle | None:
    """Give the recovery set if b goes there: by the bidder's choice, always in authority mode."""
    if policy.mode == "joint" and not to.escrow:
        return None
    if policy.recovery is None:
        raise SealingError("seal.mode")
    return policy.recovery


def committed(label: str, share: bytes, parts: Sequence[bytes], k: int) -> Split:
    """Commit to a share and to each of its parts."""
    hashes = tuple(
        derive.part_commitment(f"{label}-part", index, part)
        for index, part in enumerate(parts, start=1)
    )
    return Split(k, len(parts), derive.share_commitment(label, share), hashes)


def wrap_parts(
    suite: Suite, label: str, ctx: bytes, circle: Circle, stage: str, parts: Sequence[bytes]
) -> tuple[bytes, ...]:
    """Seal part i to custodian i's key of this stage."""
    return tuple(
        suite.wrap(custodian.keys[stage], derive.wrap_info(label, ctx, index), part)
        for index, (custodian, part) in enumerate(
            zip(circle.custodians, parts, strict=True), start=1
        )
    )


class _Body:
    """The files one after another and the zero padding, hashed as they pass."""

    def __init__(self, sources: Sequence[BidFile]) -> None:
        self._sources = sources
        self.files: list[File] = []

    def pieces(self) -> Iterator[bytes]:
        offset = 0
        for source in self._sources:
            hasher, size = sha256(), 0
            for piece in source.pieces():
                hasher.update(piece)
                size += len(piece)
                yield piece
            if size != source.size:  # it changed while we read it
                raise SealingError("seal.file_range")
            self.files.append(File(source.name, offset, size, hasher.digest()))
            offset += size
        missing = padded_length(offset) - offset
        while missing:
            piece = ZEROS[:missing]
            missing -= len(piece)
            yield piece


def _readout(core: bytes, bid: Bid, files: Sequence[File], body_root: bytes, nonce: bytes) -> bytes:
    fields_text = strict.write(dict(bid.fields))
    files_text = contents.write_files(files)
    message = contents.signed_message(core, fields_text, files_text, body_root)
    return contents.write_readout(
        Readout(
            fields_text=fields_text,
            files_text=files_text,
            fields=bid.fields,
            files=tuple(files),
            body_root=body_root,
            bidder=bid.bidder,
            nonce=nonce,
            signature=bid.sign(message),
        )
    )


def readout_root(readout: bytes) -> bytes:
    """Give the root of a sealed read-out, which is a head and one chunk."""
    return tree_root([sha256(readout[:68]).digest(), sha256(readout[68:]).digest()])


def make_entry(
    stage: str, core: bytes, wraps: bytes, readout: bytes, body: tuple[bytes, int]
) -> Entry:
    """Give the line of a commit for one stage."""
    return Entry(stage, sha256(core).digest(), sha256(wraps).digest(), readout_root(readout), *body)
