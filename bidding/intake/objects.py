"""Ciphertext on disk: one file an object, each entry at the one place its index gives.

A single file, because opening then reads a bid as one stream at known offsets and serves any part
of it, and because a retry can only write the same place again. No temporary name is needed: what
makes an entry exist is its row, written after fdatasync (and after the sync of a new file's
folder). Bytes without a row are as if never sent. A lock on the file keeps two uploads of one
object apart, in whichever process, from the first look until the row is durable; so no later
upload can overwrite bytes that a row vouches for.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bidding.admission import offset_of
from bidding.sealing.stream import HEAD
from bidding.services.objects import path_of


@contextmanager
def locked(name: str) -> Iterator[int]:
    """Open an object's file for this upload alone, making it durable as a name first."""
    path = path_of(name)
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    is_new = not path.exists()
    if is_new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, flags, 0o600)
    if is_new:
        for folder in (path.parent, path.parent.parent):
            _sync_folder(folder)
    return descriptor


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(descriptor: int, entries: Mapping[int, bytes]) -> None:
    """Write entries at their places and wait until they are durable."""
    for index, entry in entries.items():
        view, offset = memoryview(entry), offset_of(index)
        while view:
            done = os.pwrite(descriptor, view, offset)
            view, offset = view[done:], offset + done
    if entries:
        os.fdatasync(descriptor)


def read_head(name: str) -> bytes:
    """Read the first bytes of an object; fewer when they are not there."""
    try:
        with path_of(name).open("rb") as stored:
            return stored.read(HEAD)
    except FileNotFoundError:
        return b""
