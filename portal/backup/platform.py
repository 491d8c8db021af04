"""What a backup of the platform holds, and of its keys; and the way back."""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from bidding.sealing.keys import Key
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import note, sequencer
from ledger.queries import documents_without_bytes
from portal.backup import archive, databases
from portal.backup.archive import Circle, Header, Member

FOLDERS: Final = ("objects", "files")
KEY_FILES: Final = (
    "intake",
    "receipt",
    "log",
    "django",
    "centre-key.pem",
    "centre-certificate.pem",
)
TWO_PEOPLE: Final = 2


@dataclass(frozen=True)
class Restored:
    """What a restore brought back, and what it could not."""

    made_at: str
    files: int
    signed_by: str
    missing: Sequence[str] = ()


# --- making ---


def back_up(*, to: Path, circle: Circle, at: datetime) -> Path:
    """Back up database and files, while they are used, into a new folder under `to`."""
    with _one_at_a_time() as room:
        copy = room / databases.present().copy
        databases.present().dump(copy)
        return _write(to, archive.PLATFORM, _platform(copy), circle, at)


def _platform(copy: Path) -> Iterator[Member]:
    """Give the database first; the files are listed only when it has been copied."""
    yield Member(f"database/{copy.name}", copy)
    for name in FOLDERS:
        folder: Path = settings.VAR / name
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):  # a dot: still being written
                yield Member(f"{name}/{path.relative_to(folder)}", path)


def back_up_keys(*, to: Path, circle: Circle, at: datetime) -> Path:
    """Back up the keys alone, apart from the database, so that it takes two people to open."""
    if circle.need < TWO_PEOPLE:
        raise Invalid("backup.two_people", _("密钥备份至少要两人才能打开：请用 --need 2 或更多。"))
    if any(_kind_of(path) == archive.PLATFORM for path in to.glob("*") if path.is_dir()):
        message = _(
            "这里已有数据库的备份。密钥与数据库放在一处，就等于公开了谁在投标；请另选位置。"
        )
        raise Conflict("backup.together", message)
    keys = [settings.KEYS_ROOT / name for name in KEY_FILES]
    members = [Member(f"keys/{path.name}", path) for path in keys if path.is_file()]
    return _write(to, archive.KEYS, iter(members), circle, at)


def _kind_of(folder: Path) -> str:
    """Tell a backup's kind by its name: whoever mixes them up is stopped without any key."""
    return folder.name.partition("-")[0]


def _write(to: Path, kind: str, members: Iterator[Member], circle: Circle, at: datetime) -> Path:
    """Write beside the final name, which only a whole backup ever has."""
    if kind == archive.PLATFORM and any(_kind_of(path) == archive.KEYS for path in to.glob("*")):
        message = _("这里已有密钥的备份。密钥与数据库放在一处，就等于公开了谁在投标；请另选位置。")
        raise Conflict("backup.together", message)
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = to / f"{kind}-{at:%Y%m%dT%H%M%SZ}"
    if final.exists():
        raise Conflict("backup.exists", _("“%(name)s”已存在。"), name=final.name)
    draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=to))
    try:
        archive.write(
            draft,
            kind=kind,
            members=members,
            about={"kind": kind, "documents_elsewhere": bool(settings.S3_BUCKET)},
            circle=circle,
            signer=sequencer.log_signer(),
            at=at,
        )
        draft.rename(final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return final


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Give a room for the copy of the database, inside the folder nobody else enters; what a killed
    backup left there is removed.
    """
    room: Path = settings.VAR / "backup"
    room.mkdir(mode=0o700, exist_ok=True)
    with (settings.VAR / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict("backup.running", _("另一个备份或恢复正在进行。")) from None
        shutil.rmtree(room)
        room.mkdir(mode=0o700)
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


# --- checking and restoring ---


def check(folder: Path) -> Header:
    """Check a backup of this installation without any key: signature and every volume."""
    header = archive.read_header(folder, sequencer.log_signer().verifier)
    archive.check_volumes(folder, header)
    return header


def restore(*, folder: Path, keys: Sequence[Key]) -> Restored:
    """Put database and files back into an empty installation that has its keys again.

    The files come first and the database last, so that a kill on the way leaves an empty platform
    and the same command does it all again. The log stays shut until somebody shows the last
    checkpoint that was published (`mend_log`).
    """
    header = check(folder)
    _require(header, archive.PLATFORM)
    database = databases.present()
    with _one_at_a_time() as room:
        database.refuse_if_used()
        tape = archive.Tape(folder, header, archive.content_key(header, keys))
        places = {name: settings.VAR / name for name in FOLDERS}
        about = archive.unpack(tape, places, room)
        copy = room / "database" / database.copy
        if not copy.is_file():
            raise Invalid("restore.other_database", _("备份来自另一种数据库，不能恢复到这里。"))
        sequencer.shut()
        database.load(copy)
    return _report(header, about)


def _require(header: Header, kind: str) -> None:
    if header.kind != kind:
        message = _("这是“%(kind)s”的备份，不是这条命令要恢复的。")
        raise Invalid("restore.kind", message, kind=header.kind)


def _report(header: Header, about: dict[str, object]) -> Restored:
    """Look for documents the database knows and no file holds."""
    connection.close()
    files = about["files"]
    return Restored(
        made_at=str(header.fields["made_at"]),
        files=len(files) if isinstance(files, list) else 0,
        signed_by=header.signer,
        missing=documents_without_bytes(),
    )


def restore_keys(*, folder: Path, keys: Sequence[Key], log_key: note.Verifier) -> Restored:
    """Put the keys back into an empty installation; the log key is the one the record publishes."""
    header = archive.read_header(folder, log_key)
    _require(header, archive.KEYS)
    archive.check_volumes(folder, header)
    with _one_at_a_time() as room:
        databases.present().refuse_if_used()
        tape = archive.Tape(folder, header, archive.content_key(header, keys))
        about = archive.unpack(tape, {}, room)
        found = sorted((room / "keys").iterdir())
        _refuse_other_log_key(room / "keys" / "log", log_key)
        _install(found, lambda path: settings.KEYS_ROOT / path.name)
    return Restored(str(header.fields["made_at"]), len(about["files"]), header.signer)  # type: ignore[arg-type]


def _refuse_other_log_key(path: Path, log_key: note.Verifier) -> None:
    key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    if key.public_key().public_bytes_raw() != log_key.public:
        raise Invalid("restore.log_key", _("备份里的记录密钥与所给公钥不是一对。"))


def _install(found: Sequence[Path], target: Callable[[Path], Path]) -> None:
    """Move key files into their folder, readable by the platform's account alone."""
    for path in found:
        path.chmod(0o600)
        path.replace(target(path))
