"""Open a bid: every commitment, then the read-out, then the body; say whose fault a failure is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bidding.sealing import contents, derive, shamir, strict
from bidding.sealing.chain import check_core
from bidding.sealing.contents import File, Readout
from bidding.sealing.envelope import Terms, readout_root
from bidding.sealing.errors import SealingError
from bidding.sealing.format import Core, Entry, Split, Wraps, parse_core, parse_wraps
from bidding.sealing.policy import Circle, Policy
from bidding.sealing.stream import (
    Progress,
    Reader,
    Sink,
    Source,
    object_root,
    open_stream,
    padded_length,
)
from bidding.sealing.suite import suite_by_id

PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Envelope:
    """The stored small objects of one stage, and the commit's line that binds them."""

    core: bytes
    wraps: bytes
    readout: bytes
    entry: Entry


@dataclass(frozen=True)
class StageKeys:
    """The private stage keys that count, by the custodian's place, and the places that do not."""

    stage: str
    k: int
    good: Mapping[int, bytes]
    wrong: tuple[int, ...]


def accept_stage_keys(policy: Policy, stage: str, published: Mapping[int, bytes]) -> StageKeys:
    """Keep the published keys that match the policy's public keys; a wrong one is not counted."""
    good = {
        place: private
        for place, private in sorted(published.items())
        if is_stage_key(policy, policy.opening, stage, place, private)
    }
    wrong = tuple(sorted(published.keys() - good.keys()))
    return StageKeys(stage, policy.opening.k, good, wrong)


def is_stage_key(policy: Policy, circle: Circle, stage: str, place: int, private: bytes) -> bool:
    """Tell whether this is the private key that custodian `place` announced for this stage."""
    if not 1 <= place <= len(circle.custodians) or stage not in policy.stages:
        return False
    try:
        public = suite_by_id(policy.suite).public_of(private)
    except SealingError:
        return False
    return public == circle.custodians[place - 1].keys[stage]


def check_stage_key(policy: Policy, stage: str, place: int, private: bytes) -> None:
    """Refuse a published key that is wrong, or another tender's, or another stage's."""
    if not is_stage_key(policy, policy.opening, stage, place, private):
        raise SealingError("seal.stage_key", place=place)


def check_envelope(envelope: Envelope, terms: Terms) -> tuple[Core, Wraps]:
    """Check the stored objects against the commit and the policy, without any key."""
    entry = envelope.entry
    found = {
        "core": sha256(envelope.core).digest(),
        "wraps": sha256(envelope.wraps).digest(),
        "readout": readout_root(envelope.readout),
    }
    committed = {"core": entry.core, "wraps": entry.wraps, "readout": entry.readout}
    for name, root in found.items():
        if root != committed[name]:
            raise SealingError("seal.root", object=name)
    core = parse_core(envelope.core)
    check_core(core, terms.policy, terms.lot, terms.stage)
    if entry.stage != terms.stage:
        raise SealingError("seal.stage")
    if core.doc != terms.doc:
        raise SealingError("seal.context")
    return core, parse_wraps(envelope.wraps, core)


def check_share_b(core: bytes, share: bytes) -> None:
    """Check a handed-in share at once: only the committed b is taken."""
    if derive.share_commitment("share-b", share) != parse_core(core).cb:
        raise SealingError("seal.share_b")


def unwrap_share_b(core: bytes, wraps: bytes, private: bytes) -> bytes:
    """Get b with one of the bidder's keys; both keys must prove this before a commit."""
    record = parse_core(core)
    suite = suite_by_id(record.suite)
    info = derive.wrap_info("wrap-b", derive.context(core))
    for sealed in parse_wraps(wraps, record).b:
        try:
            share = suite.unwrap(private, info, sealed)
        except SealingError:
            continue
        check_share_b(core, share)
        return share
    raise SealingError("seal.not_for_this_key")


def unwrap_part(core: bytes, wraps: bytes, label: str, place: int, private: bytes) -> bytes:
    """Get part `place` of a (`wrap-a`) or of the escrowed b (`wrap-e`), checked by its hash."""
    record = parse_core(core)
    parsed = parse_wraps(wraps, record)
    split, sealed = _side(record, parsed, label)
    if not 1 <= place <= split.n:
        raise SealingError("seal.parts_index")
    info = derive.wrap_info(label, derive.context(core), place)
    part = suite_by_id(record.suite).unwrap(private, info, sealed[place - 1])
    if _part_hash(label, place, part) != split.parts[place - 1]:
        raise SealingError("seal.parts")
    return part


def _side(core: Core, wraps: Wraps, label: str) -> tuple[Split, tuple[bytes, ...]]:
    if label == "wrap-a":
        return core.share_a, wraps.a
    if core.escrow is None:
        raise SealingError("seal.mode")
    return core.escrow, wraps.e


def _part_hash(label: str, place: int, part: bytes) -> bytes:
    return derive.part_commitment(f"share-{label[-1]}-part", place, part)


def check_escrow_part(core: bytes, place: int, part: bytes) -> None:
    """Check a released part of the escrowed b at once: only the one this core commits to."""
    escrow = parse_core(core).escrow
    if escrow is None:
        raise SealingError("seal.mode")
    if not 1 <= place <= escrow.n:
        raise SealingError("seal.parts_index")
    if _part_hash("wrap-e", place, part) != escrow.parts[place - 1]:
        raise SealingError("seal.escrow_part")


def combine_escrow(core: bytes, parts: Mapping[int, bytes]) -> bytes:
    """Rebuild b from the parts the recovery custodians released for this one envelope."""
    record = parse_core(core)
    if record.escrow is None:
        raise SealingError("seal.mode")
    good = {
        place: part
        for place, part in parts.items()
        if 1 <= place <= record.escrow.n
        and _part_hash("wrap-e", place, part) == record.escrow.parts[place - 1]
    }
    share = _search(good, record.escrow, "share-e")
    check_share_b(core, share)
    return share


def _search(good: Mapping[int, bytes], split: Split, label: str) -> bytes:
    """Try every k-subset of good parts until one gives the committed share."""
    if len(good) < split.k:
        raise SealingError("seal.parts")
    for share in shamir.candidates(good, split.k):
        if derive.share_commitment(label, share) == split.commitment:
            return share
    raise SealingError("seal.share_a")


def recover_share_a(core: Core, wraps: Wraps, ctx: bytes, keys: StageKeys) -> bytes:
    """Rebuild a from the published stage keys: the first k that serve, else any k of them."""
    suite = suite_by_id(core.suite)
    good: dict[int, bytes] = {}
    for place, private in keys.good.items():
        try:
            info = derive.wrap_info("wrap-a", ctx, place)
            part = suite.unwrap(private, info, wraps.a[place - 1])
        except SealingError:
            continue  # sealed to somebody else: the others may do
        if _part_hash("wrap-a", place, part) != core.share_a.parts[place - 1]:
            continue
        good[place] = part
        if len(good) == core.share_a.k:
            share = shamir.combine(good)
            if derive.share_commitment("share-a", share) == core.share_a.commitment:
                return share
    return _search(good, core.share_a, "share-a")


@dataclass(frozen=True)
class Opened:
    """One bid, read out: what it says, and the keys of its two streams (Kr goes on record)."""

    readout: Readout
    plain: bytes
    readout_key: bytes
    body_key: bytes
    ctx: bytes
    entry: Entry


def open_readout(envelope: Envelope, terms: Terms, keys: StageKeys, share_b: bytes) -> Opened:
    """Open the read-out of one envelope, refusing anything that was not committed to."""
    core, wraps = check_envelope(envelope, terms)
    if derive.share_commitment("share-b", share_b) != core.cb:
        raise SealingError("seal.share_b")
    if keys.stage != terms.stage or len(keys.good) < core.share_a.k:
        raise SealingError("seal.parts")
    ctx = derive.context(envelope.core)
    share_a = recover_share_a(core, wraps, ctx, keys)
    content = derive.content_keys(share_a, share_b, ctx)
    readout, plain = _read(envelope, core, ctx, content.readout)
    return Opened(readout, plain, content.readout, content.body, ctx, envelope.entry)


def open_published(envelope: Envelope, readout_key: bytes) -> tuple[Readout, bytes]:
    """Open and check a read-out with its published key alone, as anybody can from the bundle."""
    core, ctx = parse_core(envelope.core), derive.context(envelope.core)
    return _read(envelope, core, ctx, readout_key)


def _read(envelope: Envelope, core: Core, ctx: bytes, readout_key: bytes) -> tuple[Readout, bytes]:
    plain = open_stream(envelope.readout, key=readout_key, name="readout", ctx=ctx)
    readout = contents.parse_readout(plain, core.stage)
    if readout.body_root != envelope.entry.body:
        raise SealingError("seal.body_root")
    if derive.bidder_commitment(readout.nonce, readout.bidder) != core.bidder_commit:
        raise SealingError("seal.bidder")
    contents.verify_bid_signature(envelope.core, readout)
    return readout, plain


def open_body(opened: Opened, source: Source) -> Reader:
    """Give random access to the files of an opened bid; each chunk is authentic when read."""
    if source.size != opened.entry.body_len:
        raise SealingError("seal.root", object="body")
    reader = Reader(source, key=opened.body_key, name="body", ctx=opened.ctx)
    end = sum(file.size for file in opened.readout.files)
    if padded_length(end) != reader.size:
        raise SealingError("seal.file_range")
    return reader


def read_file(reader: Reader, file: File) -> Iterator[bytes]:
    """Give one file of an opened body in pieces, and check its hash at the end if it has one."""
    hasher, offset, end = sha256(), file.offset, file.offset + file.size
    while offset < end:
        piece = reader.read(offset, min(PIECE, end - offset))
        hasher.update(piece)
        offset += len(piece)
        yield piece
    if file.sha256 is not None and hasher.digest() != file.sha256:
        raise SealingError("seal.file_digest", name=file.name)


def verify_body(
    opened: Opened,
    source: Source,
    sink: Sink,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> None:
    """Check the whole body against its root and its padding while decrypting it.

    The sink's output must be thrown away when this raises.
    """
    reader = open_body(opened, source)
    end = sum(file.size for file in opened.readout.files)

    def keep(offset: int, plain: memoryview) -> None:
        padding = bytes(plain[max(0, end - offset) :])
        if padding.count(0) != len(padding):
            raise SealingError("seal.padding")
        sink(offset, plain)
        if progress is not None:
            progress(len(plain))

    reader.copy_to(keep, root=opened.entry.body, workers=workers)


@dataclass(frozen=True)
class Fault:
    """Whose failure it is and what follows, as the fault table of the tender document says."""

    who: str  # bidder | custodian | platform
    consequence: str  # revoked | postponed | withdrawn | resupply
    code: str
    proof: Mapping[str, object]


def read_out(
    envelope: Envelope, terms: Terms, keys: StageKeys, share_b: bytes | None
) -> Opened | Fault:
    """Open one bid at the opening, or say whose fault it is that it stays shut."""
    if len(keys.good) < keys.k:
        return Fault("custodian", "postponed", "seal.parts", {"published": sorted(keys.good)})
    if share_b is None:
        return Fault("bidder", "revoked", "seal.share_b", {})
    try:
        return open_readout(envelope, terms, keys, share_b)
    except SealingError as error:
        return fault_of(error, envelope, keys, share_b)


def fault_of(error: SealingError, envelope: Envelope, keys: StageKeys, share_b: bytes) -> Fault:
    """Assign a refusal: bytes other than the committed are the platform's, else the bidder's."""
    if error.code == "seal.root":
        return Fault("platform", "resupply", error.code, dict(error.facts))
    if error.code == "seal.share_b":
        proof: dict[str, object] = {"share_b": strict.base64url(share_b)}
    elif error.code in {"seal.parts", "seal.share_a"}:
        proof = {"parts": bad_parts(envelope, keys)}
    else:
        proof = _readout_proof(envelope, keys, share_b)
    return Fault("bidder", "revoked", error.code, proof)


def bad_parts(envelope: Envelope, keys: StageKeys) -> dict[str, str]:
    """Tell for each published key what was sealed to it: `good`, `other` or `unreadable`."""
    verdicts = {}
    for place, private in keys.good.items():
        try:
            unwrap_part(envelope.core, envelope.wraps, "wrap-a", place, private)
            verdicts[str(place)] = "good"
        except SealingError as error:
            verdicts[str(place)] = "other" if error.code == "seal.parts" else "unreadable"
    return verdicts


def _readout_proof(envelope: Envelope, keys: StageKeys, share_b: bytes) -> dict[str, object]:
    """Give Kr of a bid that does not open under its one right key, so that anybody can see it.

    A core or wraps that break the format are in the clear and need no key to show it.
    """
    ctx = derive.context(envelope.core)
    try:
        core = parse_core(envelope.core)
        share_a = recover_share_a(core, parse_wraps(envelope.wraps, core), ctx, keys)
    except SealingError:
        return {}
    return {"readout_key": strict.base64url(derive.content_keys(share_a, share_b, ctx).readout)}


def body_fault(error: SealingError, opened: Opened, source: Source) -> Fault:
    """Assign a failure of the body: other bytes than committed, or sealed wrongly (proof: Kb)."""
    length_is_right = source.size == opened.entry.body_len
    if not length_is_right or object_root(source) != opened.entry.body:
        return Fault("platform", "resupply", "seal.root", {"object": "body"})
    return Fault("bidder", "revoked", error.code, {"body_key": strict.base64url(opened.body_key)})
