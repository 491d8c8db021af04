"""A folder of sealed volumes: a tar stream cut into pieces, each a sealed stream of its own.

`backup.json` says in the clear when it was made, by which installation, what each volume's root is
and to whom the content key is sealed; the installation's log key signs it. Everything else is
ciphertext, so a machine that makes backups cannot read old ones.
"""

import json
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from bidding.sealing import derive, shamir, strict
from bidding.sealing.errors import SealingError
from bidding.sealing.keys import Key
from bidding.sealing.stream import FileSource, Reader, object_root, seal_stream
from bidding.sealing.suites import x25519
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger import note

HEADER: Final = "backup.json"
MANIFEST: Final = "manifest.json"
VOLUME: Final = 1 << 30  # of plaintext: a sealed stream ends at 4 GiB
PIECE: Final = 1 << 20
HEADER_LIMIT: Final = 4 << 20
BLOCK: Final = 512
PLATFORM: Final = "platform"
KEYS: Final = "keys"


@dataclass(frozen=True)
class Recipient:
    """A person who can help to open the backup: a name, and the public side of their key."""

    name: str
    public: bytes


@dataclass(frozen=True)
class Circle:
    """Who can open the backup, and how many of them it takes."""

    recipients: Sequence[Recipient]
    need: int


@dataclass(frozen=True)
class Member:
    """One file of the backup: its name there, where its bytes lie, and how many they are."""

    name: str
    path: Path


@dataclass(frozen=True)
class Header:
    """What a backup says of itself in the clear; the signature over it is checked."""

    fields: strict.Object
    signer: str

    @property
    def kind(self) -> str:
        """`platform` (database and files) or `keys`."""
        return strict.text_of(self.fields, "kind")

    @property
    def ctx(self) -> bytes:
        """What binds every key part and volume to this one backup."""
        return _context(self.kind, strict.binary(self.fields["id"], 16))


def _context(kind: str, identity: bytes) -> bytes:
    return derive.digest("backup", derive.length_prefixed(kind), identity)


def parse_recipient(text: str) -> Recipient:
    """Read `name=public key`."""
    name, equals, public = text.partition("=")
    if not name or not equals:
        raise Invalid("backup.recipient", _("接收人应写作“姓名=公钥”，公钥由 backup_key 给出。"))
    return Recipient(name, strict.binary(public, 32))


# --- writing ---


def write(  # noqa: PLR0913 - one call, one backup
    folder: Path,
    *,
    kind: str,
    members: Iterable[Member],
    about: strict.Object,
    circle: Circle,
    signer: note.Signer,
    at: datetime,
) -> None:
    """Write a whole backup into an empty folder, the signed header last."""
    identity, key = os.urandom(16), os.urandom(32)
    ctx = _context(kind, identity)
    stream = _tar(members, about)
    fields = {
        "v": 1,
        "kind": kind,
        "id": strict.base64url(identity),
        "installation": signer.name,
        "made_at": at.isoformat(),
        "need": circle.need,
        "parts": _parts(circle, key, ctx),
        "volumes": [_volume(folder, name, plain, key, ctx) for name, plain in _volumes(stream)],
    }
    text = json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
    _write_whole(folder / HEADER, note.sign(text, signer).encode())


def _parts(circle: Circle, key: bytes, ctx: bytes) -> list[dict[str, str]]:
    count = len(circle.recipients)
    parts = [key] if (circle.need, count) == (1, 1) else _split(circle, key)
    return [
        {
            "name": to.name,
            "public": strict.base64url(to.public),
            "sealed": strict.base64url(x25519.wrap(to.public, _info(ctx, place), part)),
        }
        for place, (to, part) in enumerate(zip(circle.recipients, parts, strict=True), start=1)
    ]


def _split(circle: Circle, key: bytes) -> list[bytes]:
    return shamir.split(key, circle.need, len(circle.recipients), os.urandom)


def _info(ctx: bytes, place: int) -> bytes:
    return derive.wrap_info("backup-part", ctx, place)


def _tar(members: Iterable[Member], about: strict.Object) -> Iterator[bytes]:
    """Give a tar stream of the members and, last, the list of their digests."""
    listed = []
    for member in members:
        digest, size = sha256(), 0
        with member.path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            yield _tar_header(member.name, size)
            for piece in _pieces(file.fileno(), size, member.name):
                digest.update(piece)
                yield piece
        yield _padding(size)
        listed.append({"name": member.name, "size": size, "sha256": digest.hexdigest()})
    content = json.dumps({**about, "files": listed}, ensure_ascii=False).encode()
    yield _tar_header(MANIFEST, len(content)) + content + _padding(len(content))
    yield bytes(2 * BLOCK)


def _tar_header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def _pieces(descriptor: int, size: int, name: str) -> Iterator[bytes]:
    """Give exactly `size` bytes; a file that shrank meanwhile is not what was to be kept."""
    while size:
        piece = os.read(descriptor, min(PIECE, size))
        if not piece:
            raise Invalid("backup.changed", _("“%(name)s”在备份时变短了。请重新备份。"), name=name)
        size -= len(piece)
        yield piece


class _Cut:
    """A stream read in volumes: `plain()` gives the next volume's pieces, `more` if any is left."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream, self._rest = stream, b""
        self.more = True
        self._refill()

    def _refill(self) -> None:
        while self.more and not self._rest:
            piece = next(self._stream, None)
            self.more, self._rest = piece is not None, piece or b""

    def plain(self) -> Iterator[bytes]:
        left = VOLUME
        while left and self.more:
            piece, self._rest = self._rest[:left], self._rest[left:]
            left -= len(piece)
            yield piece
            self._refill()


def _volumes(stream: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    cut, number = _Cut(stream), 0
    while cut.more:
        number += 1
        yield f"volume-{number:04d}", cut.plain()


def _volume(
    folder: Path, name: str, plain: Iterator[bytes], key: bytes, ctx: bytes
) -> dict[str, object]:
    with (folder / name).open("xb") as out:
        written = seal_stream(plain, out.write, key=key, name=name, ctx=ctx, salt=os.urandom(32))
        out.flush()
        os.fsync(out.fileno())
    return {"name": name, "length": written.length, "root": strict.base64url(written.root)}


def _write_whole(path: Path, content: bytes) -> None:
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- reading ---


def read_header(folder: Path, signer: note.Verifier) -> Header:
    """Read what a backup says of itself, if it is signed by this log key."""
    path = folder / HEADER
    if not path.is_file():
        raise Invalid("backup.incomplete", _("这里没有完整的备份：缺少 backup.json。"))
    signed = path.read_bytes().decode("utf-8", "replace")
    text, _by = note.verify(signed, [signer])
    fields = strict.parse(text.encode(), HEADER_LIMIT)
    if not isinstance(fields, dict) or fields.get("v") != 1:
        raise Invalid("backup.format", _("这个备份的格式不是本版本所写。"))
    return Header(fields, str(signer))


def check_volumes(folder: Path, header: Header) -> None:
    """Compare every volume with its root; needs no key, so whoever keeps the copy can do it."""
    for volume in _listed(header, "volumes"):
        name = strict.text_of(volume, "name")
        with (folder / Path(name).name).open("rb") as file:
            root = strict.base64url(object_root(FileSource(file.fileno()), workers=2))
        if root != volume["root"]:
            raise Invalid("backup.damaged", _("“%(name)s”已损坏或被替换。"), name=name)


def _listed(header: Header, name: str) -> list[strict.Object]:
    found = header.fields[name]
    if not isinstance(found, list):
        raise Invalid("backup.format", _("这个备份的格式不是本版本所写。"))
    return found


def content_key(header: Header, keys: Sequence[Key]) -> bytes:
    """Put the content key together from the parts of those who are present."""
    shares = {}
    for place, part in enumerate(_listed(header, "parts"), start=1):
        sealed = strict.binary(part["sealed"])
        for key in keys:
            if strict.base64url(key.wrap_public()) == part["public"]:
                shares[place] = x25519.unwrap(key.wrap_private(), _info(header.ctx, place), sealed)
    need = header.fields["need"]
    if len(shares) < int(str(need)):
        message = _("打开这个备份需要 %(need)s 人的密钥，现有 %(present)s 人。")
        raise Invalid("backup.keys", message, need=need, present=len(shares))
    return next(iter(shares.values())) if need == 1 else shamir.combine(shares)


class Tape:
    """The volumes read one after another as one file, for `tarfile` in streaming mode."""

    def __init__(self, folder: Path, header: Header, key: bytes) -> None:
        self._pieces = self._read(folder, header, key)
        self._rest = b""

    def _read(self, folder: Path, header: Header, key: bytes) -> Iterator[bytes]:
        for volume in _listed(header, "volumes"):
            name = strict.text_of(volume, "name")
            with ExitStack() as ends:
                file = ends.enter_context((folder / Path(name).name).open("rb"))
                source = FileSource(file.fileno())
                reader = Reader(source, key=key, name=name, ctx=header.ctx)
                for offset in range(0, reader.size, PIECE):
                    yield reader.read(offset, PIECE)

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes."""
        found = [self._rest]
        have = len(self._rest)
        while have < size and (piece := next(self._pieces, b"")):
            found.append(piece)
            have += len(piece)
        whole = b"".join(found)
        self._rest = whole[size:]
        return whole[:size]


def unpack(tape: Tape, place: "dict[str, Path]", loose: Path) -> strict.Object:
    """Write every member where its first folder belongs, and check all against the list.

    `place` maps the first part of a name (`objects`, `files`, …) to a folder; what has no folder
    goes to `loose`. A name that would leave its folder refuses the whole backup.
    """
    found: dict[str, tuple[int, str]] = {}
    about: strict.Object = {}
    with tarfile.open(fileobj=tape, mode="r|") as tar:  # type: ignore[call-overload]  # needs read() only
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise Invalid("backup.format", _("这个备份的格式不是本版本所写。"))
            if member.name == MANIFEST:
                about = json.loads(content.read())
                continue
            target = _target(member.name, place, loose)
            found[member.name] = _write_member(target, _contents(content))
    _compare(about, found)
    return about


def _contents(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _target(name: str, place: "dict[str, Path]", loose: Path) -> Path:
    first, _slash, rest = name.partition("/")
    folder, inside = (place[first], rest) if rest and first in place else (loose, name)
    target = (folder / inside).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise Invalid("backup.name", _("备份中的名称“%(name)s”不可接受。"), name=name)
    return target


def _write_member(target: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a file whole under its name: killed before, it has another name or none."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.restoring")
    digest, size = sha256(), 0
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(target)
    return size, digest.hexdigest()


def _compare(about: strict.Object, found: dict[str, tuple[int, str]]) -> None:
    files = about.get("files")
    if not isinstance(files, list):
        raise SealingError("seal.truncated")
    listed = {file["name"]: (file["size"], file["sha256"]) for file in files}
    if listed != found:
        wrong = sorted(
            name for name in listed.keys() | found if listed.get(name) != found.get(name)
        )
        raise Invalid("backup.damaged", _("“%(name)s”已损坏或被替换。"), name=wrong[0])
