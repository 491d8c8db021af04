"""The sealed stream of sealing.md 4.3: AES-256-GCM in 256 KiB chunks, the last strictly shorter.

Each plaintext length has one valid sealed length; a shortened stream ends in a full chunk and is
refused before any decryption. Memory stays flat: data moves in units of a few chunks.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from threading import local
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bidding.sealing import derive
from bidding.sealing.errors import SealingError

MAGIC: Final = b"SBS1"
TAG: Final = 16
CHUNK: Final = 262_144
SEALED_CHUNK: Final = CHUNK + TAG
HEAD: Final = 68
MAX_CHUNKS: Final = 2**14
UNIT: Final = 4  # chunks of one read: two threads scale from 1 MiB on

Sink = Callable[[int, memoryview], None]
Progress = Callable[[int], None]


class Source(Protocol):
    """Where sealed bytes lie: read at any place, from any thread."""

    size: int

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from `offset` and say how many bytes there were."""
        ...


class BytesSource:
    """Sealed bytes in memory."""

    def __init__(self, content: bytes) -> None:
        self._view = memoryview(content)
        self.size = len(content)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Copy from the content."""
        part = self._view[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        return len(part)


class FileSource:
    """Sealed bytes in an open file; positioned reads, so threads do not disturb each other."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Read from the file."""
        done = 0
        while done < len(buffer):
            count = os.preadv(self._descriptor, [buffer[done:]], offset + done)
            if not count:
                break
            done += count
        return done


def sealed_length(plain: int) -> int:
    """Give the one sealed length of a plaintext length."""
    return HEAD + plain + TAG * (plain // CHUNK + 1)


def plain_length(sealed: int) -> int:
    """Give the plaintext length of a sealed length, or refuse: cut, or over the limit."""
    full, last = divmod(sealed - HEAD, SEALED_CHUNK)
    if sealed < HEAD or last < TAG:
        raise SealingError("seal.truncated", length=sealed)
    if full >= MAX_CHUNKS:
        raise SealingError("seal.too_large", length=sealed)
    return full * CHUNK + last - TAG


def tree_root(entries: Sequence[bytes]) -> bytes:
    """Give the RFC 6962 root of 32-byte entries."""
    row = [sha256(b"\0" + entry).digest() for entry in entries]
    while len(row) > 1:
        paired = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        row = paired + row[len(row) - len(row) % 2 :]
    return row[0]


def object_root(source: Source, workers: int = 1) -> bytes:
    """Hash a stored stream chunk by chunk to its root, without any key."""
    plain_length(source.size)
    return tree_root(_leaves(source, workers))


def chunk_digests(source: Source, workers: int = 1) -> list[bytes]:
    """Give H(head), H(chunk 0), H(chunk 1) …: the digests that accompany an upload."""
    plain_length(source.size)
    return _leaves(source, workers)


@dataclass(frozen=True)
class _Cipher:
    aead: AESGCM
    base: int
    commitment: bytes

    def nonce(self, index: int) -> bytes:
        return (self.base ^ index).to_bytes(12, "big")


def _cipher(key: bytes, salt: bytes, name: str, ctx: bytes) -> _Cipher:
    info = derive.labelled("stream", name.encode("ascii"), b"\0", ctx)
    okm = derive.hkdf(key, salt, info, 76)
    return _Cipher(AESGCM(okm[:32]), int.from_bytes(okm[32:44], "big"), okm[44:])


@dataclass(frozen=True)
class Written:
    """What a finished stream is committed by."""

    root: bytes
    length: int


def seal_stream(
    pieces: Iterable[bytes],
    write: Callable[[bytes | memoryview], object],
    *,
    key: bytes,
    name: str,
    ctx: bytes,
    salt: bytes,
) -> Written:
    """Seal pieces of any sizes into one stream and give its root and length."""
    cipher = _cipher(key, salt, name, ctx)
    head = MAGIC + salt + cipher.commitment
    write(head)
    entries, length = [sha256(head).digest()], HEAD
    buffer = memoryview(bytearray(SEALED_CHUNK))
    for index, chunk in enumerate(_chunks(pieces)):
        if index >= MAX_CHUNKS:
            raise SealingError("seal.too_large", length=length)
        sealed = buffer[: len(chunk) + TAG]
        cipher.aead.encrypt_into(cipher.nonce(index), chunk, None, sealed)
        entries.append(sha256(sealed).digest())
        write(sealed)
        length += len(sealed)
    return Written(tree_root(entries), length)


def _chunks(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    """Cut pieces into full chunks and a last one that is strictly shorter, possibly empty."""
    buffer, filled = memoryview(bytearray(CHUNK)), 0
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            step = min(CHUNK - filled, len(rest))
            buffer[filled : filled + step] = rest[:step]
            rest, filled = rest[step:], filled + step
            if filled == CHUNK:
                yield buffer
                filled = 0
    yield buffer[:filled]


class Reader:
    """A sealed stream with its key: the head is checked at once, chunks as they are read."""

    def __init__(self, source: Source, *, key: bytes, name: str, ctx: bytes) -> None:
        self.size = plain_length(source.size)
        head = _head(source)
        if head[:4] != MAGIC:
            raise SealingError("seal.magic")
        self._source = source
        self._cipher = _cipher(key, head[4:36], name, ctx)
        if head[36:] != self._cipher.commitment:
            raise SealingError("seal.commitment")

    def read(self, offset: int, size: int) -> bytes:
        """Decrypt only the chunks that hold the asked part."""
        end = min(offset + size, self.size)
        if offset < 0 or end <= offset:
            return b""
        first = offset // CHUNK
        count = (end - 1) // CHUNK - first + 1
        sealed = min(count * SEALED_CHUNK, self._source.size - HEAD - first * SEALED_CHUNK)
        room, plain = memoryview(bytearray(sealed)), memoryview(bytearray(sealed))
        self._open_unit(first, room, plain)
        return bytes(plain[offset - first * CHUNK : end - first * CHUNK])

    def copy_to(self, sink: Sink, *, root: bytes | None = None, workers: int = 1) -> None:
        """Decrypt everything into the sink, hashing the same bytes to `root` on the way.

        Every chunk is authentic when the sink gets it; that all of them are the committed ones is
        known at the end, so the caller throws the output away when this raises.
        """
        buffers = local()

        def work(first: int) -> list[bytes]:
            if not hasattr(buffers, "sealed"):
                buffers.sealed, buffers.plain = _room(UNIT), memoryview(bytearray(UNIT * CHUNK))
            sealed, plain = self._open_unit(first, buffers.sealed, buffers.plain)
            sink(first * CHUNK, plain)
            return [] if root is None else _digests(sealed)

        leaves = _run(work, range(0, self.size // CHUNK + 1, UNIT), workers)
        if root is not None and tree_root([sha256(_head(self._source)).digest(), *leaves]) != root:
            raise SealingError("seal.root")

    def _open_unit(
        self, first: int, sealed: memoryview, plain: memoryview
    ) -> tuple[memoryview, memoryview]:
        """Decrypt consecutive chunks and give the filled parts of both buffers."""
        sealed = sealed[: self._source.read_into(HEAD + first * SEALED_CHUNK, sealed)]
        done = 0
        for number, part in enumerate(_cut(sealed)):
            if len(part) < TAG:
                raise SealingError("seal.truncated")
            target = plain[done : done + len(part) - TAG]
            nonce = self._cipher.nonce(first + number)
            try:
                self._cipher.aead.decrypt_into(nonce, part, None, target)
            except InvalidTag as error:
                raise SealingError("seal.chunk", index=first + number) from error
            done += len(target)
        return sealed, plain[:done]


def _head(source: Source) -> bytes:
    head = bytearray(HEAD)
    if source.read_into(0, memoryview(head)) != HEAD:
        raise SealingError("seal.truncated")
    return bytes(head)


def _room(chunks: int) -> memoryview:
    return memoryview(bytearray(chunks * SEALED_CHUNK))


def _cut(sealed: memoryview) -> Iterator[memoryview]:
    for start in range(0, len(sealed), SEALED_CHUNK):
        yield sealed[start : start + SEALED_CHUNK]


def _digests(sealed: memoryview) -> list[bytes]:
    return [sha256(part).digest() for part in _cut(sealed)]


def _leaves(source: Source, workers: int) -> list[bytes]:
    buffers = local()

    def work(offset: int) -> list[bytes]:
        if not hasattr(buffers, "sealed"):
            buffers.sealed = _room(UNIT)
        got = source.read_into(offset, buffers.sealed)
        return _digests(buffers.sealed[:got])

    offsets = range(HEAD, source.size, UNIT * SEALED_CHUNK)
    return [sha256(_head(source)).digest(), *_run(work, offsets, workers)]


def _run(work: Callable[[int], list[bytes]], starts: range, workers: int) -> list[bytes]:
    """Run the units in order, on several threads if asked: OpenSSL lets go of the GIL."""
    if workers == 1:
        return [leaf for start in starts for leaf in work(start)]
    with ThreadPoolExecutor(workers) as pool:
        return [leaf for leaves in pool.map(work, starts) for leaf in leaves]


def padded_length(length: int) -> int:
    """Give the Padmé length: at most 12 % more, and only O(log log) bits of size are told."""
    if length <= 1:
        return length
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


def open_stream(sealed: bytes, *, key: bytes, name: str, ctx: bytes) -> bytes:
    """Open a small stream held in memory; nothing comes out unless every chunk is authentic."""
    reader = Reader(BytesSource(sealed), key=key, name=name, ctx=ctx)
    return reader.read(0, reader.size) if reader.size else _open_empty(reader)


def _open_empty(reader: Reader) -> bytes:
    out = bytearray()
    reader.copy_to(lambda _offset, plain: out.extend(plain))
    return bytes(out)
