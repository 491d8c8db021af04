"""Ciphertext on disk: take note of what is durable, and read it when the opening needs it."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from bidding.models import StoredObject, StoredPart
from bidding.queries import bids as found
from bidding.sealing import Source
from bidding.sealing.stream import BytesSource, FileSource
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

MOST_A_DAY: Final = 1000
BEGUN: Counter[tuple[str, date]] = Counter()
"""The objects each owner began today."""


@dataclass(frozen=True)
class Upload:
    """Entries of one object as they arrived, by place."""

    name: str
    owner: str
    entries: Mapping[int, bytes]
    digests: Mapping[int, bytes]


def check_digests(upload: Upload) -> None:
    """Refuse bytes that are not what the client says they are (a line that garbles)."""
    for index, entry in upload.entries.items():
        if sha256(entry).digest() != upload.digests.get(index):
            raise Invalid("intake.digest", _("第 %(index)s 块与其摘要不符，请重传。"), index=index)


def missing_entries(upload: Upload) -> dict[int, bytes]:
    """Give the entries not stored yet; other bytes at a stored place are refused."""
    _refuse_foreign(upload)
    indexes = sorted(upload.entries)
    stored = found.parts_of(upload.name, indexes[0], len(indexes))
    for index, part in stored.items():
        if bytes(part.digest) != upload.digests[index]:
            raise _differs(index)
    return {index: entry for index, entry in upload.entries.items() if index not in stored}


def _refuse_foreign(upload: Upload) -> None:
    if StoredObject.objects.filter(name=upload.name).exists():
        found.stored_object(upload.name, upload.owner)
    if found.is_committed(upload.name):
        raise Conflict("intake.committed", _("该密文已随投标提交，不能再改动。"))


def _differs(index: int) -> Conflict:
    return Conflict(
        "intake.part_differs",
        _("第 %(index)s 块已经存有不同内容。请使用新的对象名重新上传。"),
        index=index,
    )


@transaction.atomic
def register_parts(*, upload: Upload, entries: Mapping[int, bytes], at: datetime) -> None:
    """Make entries count that are durable on disk; whoever calls holds the object's file lock."""
    stored = StoredObject.objects.filter(name=upload.name).first()
    if stored is None:
        _refuse_too_many(upload.owner, at.date())
        stored = StoredObject.objects.create(
            name=upload.name,
            owner_tag=found.owner_tag(upload.owner, upload.name),
            begun_on=at.date(),
        )
    _refuse_foreign(upload)
    StoredPart.objects.bulk_create(
        StoredPart(stored=stored, index=index, digest=upload.digests[index], length=len(entry))
        for index, entry in entries.items()
    )


def _refuse_too_many(owner: str, on: date) -> None:
    """Count in the memory of this process: a stored count would tell who uploads."""
    for past in [key for key in BEGUN if key[1] != on]:
        del BEGUN[past]
    BEGUN[owner, on] += 1
    if BEGUN[owner, on] > MOST_A_DAY:
        raise Conflict("intake.too_many", _("今日新建的密文对象过多，请明日再试或联系交易中心。"))


def path_of(name: str) -> Path:
    """Give the file of an object; the name is checked base64url, so it cannot leave the folder."""
    root: Path = settings.OBJECTS_ROOT
    return root / name[:2] / name


def load(name: str) -> bytes:
    """Read a small object whole; nothing when it is gone, which its root then shows."""
    try:
        return path_of(name).read_bytes()
    except FileNotFoundError:
        return b""


@contextmanager
def source(name: str) -> Iterator[Source]:
    """Open an object to be read at any place; an empty one when it is gone."""
    try:
        descriptor = os.open(path_of(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield BytesSource(b"")
        return
    try:
        yield FileSource(descriptor)
    finally:
        os.close(descriptor)


def replace(name: str, content: bytes) -> None:
    """Put the committed bytes back where the stored copy was damaged, durably and at once."""
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{name}.{secrets.token_hex(8)}")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
