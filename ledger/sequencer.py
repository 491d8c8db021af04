"""Put every entry, in order, into the installation's one log, and sign its head.

One transaction takes what is pending, appends it and moves the tree on by compare-and-swap, so two
sequencers can never both win. The last signed head is also kept in a small fsynced file outside the
database: a restored backup that is behind it must not sign again, or there would be two roots for
one size (sealing.md 6.5).
"""

import base64
import fcntl
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from kernel.errors import Conflict
from kernel.facts import Reach
from kernel.text import gettext_noop as _
from ledger import canonical, merkle, note
from ledger.facts import reach
from ledger.models import Block, Checkpoint, Entry, Leaf, Tree
from ledger.proofs import BLOCK, leaf_hashes

BATCH = 512
BACK: Final = 2_000
EVERYWHERE: Final = timedelta(minutes=1)
SHUT: Final = "log-shut"
"""Beside the head's file: a backup was restored, and nobody has shown the last published head."""


class Waiting:
    """The entries that are not in the log yet.

    To look through all entries at every tick would take the longer the more there are, with the
    database held. Numbers are given before they are committed, so that an entry may come behind
    others that are in the log already: a good way back it is looked for each time, and everywhere
    once a minute.
    """

    def __init__(self) -> None:
        self.looked_everywhere_at: datetime | None = None

    def look(self, at: datetime) -> list[Entry]:
        """Give the oldest of them, at most as many as are put into the log at once."""
        waiting = Entry.objects.filter(leaf__isnull=True).order_by("id")
        last: int = Leaf.objects.aggregate(last=Max("entry_id"))["last"] or 0
        since = self.looked_everywhere_at
        if since is not None and since <= at < since + EVERYWHERE:
            return list(waiting.filter(id__gt=last - BACK)[:BATCH])
        found = list(waiting[:BATCH])
        if len(found) < BATCH:
            self.looked_everywhere_at = at
        return found


_WAITING: Final = Waiting()


def sequence(*, at: datetime) -> int:
    """Append all pending entries to the log and sign a checkpoint; gives how many were appended."""
    total, appended = 0, BATCH
    while appended == BATCH:
        appended = _round(at)
        total += appended
    return total


@transaction.atomic
def _round(at: datetime) -> int:
    tree = locked_tree()
    refuse_if_behind()
    pending = _WAITING.look(at)
    if not pending:
        # A kill may have come between the last commit and the file.
        remember(tree.size, bytes(tree.root))
        return 0
    edge = _edge(tree)
    leaves = []
    for index, entry in enumerate(pending, start=tree.size):
        content = leaf_bytes(entry)
        hashed = merkle.leaf_hash(content)
        edge = merkle.grow(index, edge, hashed)
        leaves.append(Leaf(index=index, entry=entry, data=content, leaf_hash=hashed))
    Leaf.objects.bulk_create(leaves)
    _complete_blocks(tree.size + len(leaves))
    _advance(tree, len(leaves), edge, at)
    return len(leaves)


def _complete_blocks(size: int) -> None:
    """Keep the roots of the blocks that are full now, and of any that were before this was kept."""
    last = Block.objects.order_by("-index").values_list("index", flat=True).first()
    first = 0 if last is None else last + 1
    Block.objects.bulk_create(
        Block(index=place, root=merkle.root(leaf_hashes(place * BLOCK, (place + 1) * BLOCK)))
        for place in range(first, size // BLOCK)
    )


def locked_tree() -> Tree:
    """Lock the one row of the tree, making it the first time."""
    Tree.objects.bulk_create([Tree(pk=1, root=merkle.EMPTY_ROOT)], ignore_conflicts=True)
    return Tree.objects.select_for_update().get(pk=1)


def _edge(tree: Tree) -> list[bytes]:
    edge = bytes(tree.frontier)
    return [edge[i : i + 32] for i in range(0, len(edge), 32)]


def leaf_bytes(entry: Entry) -> bytes:
    """Give the bytes that are hashed for an entry: a public fact itself, of any other its salted
    hash.
    """
    leaf = {
        "stream": entry.stream,
        "number": entry.number,
        "type": entry.kind,
        "at": entry.at,
        "tender": entry.tender,
    }
    if reach(entry.kind) is Reach.PUBLIC:
        return canonical.encode({**leaf, "actor": entry.actor, "data": entry.data})
    secret = canonical.encode({"actor": entry.actor, "data": entry.data})
    hidden = merkle.leaf_hash(bytes(entry.salt) + secret)
    return canonical.encode({**leaf, "commit": hidden.hex()})


def _advance(tree: Tree, grown: int, edge: Sequence[bytes], at: datetime) -> None:
    size, root = tree.size + grown, merkle.root_of(edge)
    moved = Tree.objects.filter(pk=tree.pk, size=tree.size).update(
        size=size, frontier=b"".join(edge), root=root
    )
    if moved != 1:
        raise Conflict("ledger.other_sequencer", _("记录正由另一进程写入，请稍后再试。"))
    signed = note.sign(checkpoint_text(size, root), log_signer())
    Checkpoint.objects.create(size=size, root=root, note=signed, at=at)
    transaction.on_commit(lambda: remember(size, root))


def log_signer() -> note.Signer:
    """Give the key that signs checkpoints, under the installation's name."""
    key = Ed25519PrivateKey.from_private_bytes(settings.LOG_KEY)
    return note.Signer(f"{settings.INSTALLATION}/log", key)


def checkpoint_text(size: int, root: bytes) -> str:
    """Write the body of a C2SP checkpoint: origin, size and root."""
    return f"{settings.INSTALLATION}/log\n{size}\n{base64.b64encode(root).decode()}\n"


def remembered() -> tuple[int, str]:
    """Give the size and root of the last head this installation signed, from the file outside the
    database.
    """
    try:
        head = json.loads(settings.LOG_HEAD_FILE.read_text())
    except FileNotFoundError:
        return 0, merkle.EMPTY_ROOT.hex()
    return int(head["size"]), str(head["root"])


def refuse_if_behind() -> None:
    """Refuse to sign when the last head this installation signed is not in the database: it was
    restored, and would grow into a second log.

    The size alone would not tell: a restored log that gets enough new facts at once passes the old
    head. Without the file nothing tells what was signed, so a log of several heads stays shut too.
    """
    if shut_file().exists():
        raise Conflict(
            "ledger.shut",
            _("数据库是从备份恢复的，记录暂停签发。请出示最近公布的检查点（mend_log）。"),
        )
    last, last_root = remembered()
    if last == 0 and Checkpoint.objects.count() > 1:
        raise Conflict(
            "ledger.head_missing",
            _("不知道最近签发到哪一条，记录暂停签发。请出示最近公布的检查点（mend_log）。"),
        )
    if last and not Checkpoint.objects.filter(size=last, root=bytes.fromhex(last_root)).exists():
        raise Conflict(
            "ledger.behind",
            _("数据库落后于已签发的记录（%(last)s 条），不再签发。请先用已发布的记录恢复。"),
            last=last,
        )


def shut_file() -> Path:
    """Give the file that keeps the log shut."""
    path: Path = settings.LOG_HEAD_FILE
    return path.with_name(SHUT)


def shut() -> None:
    """Sign nothing more until somebody shows the last published head: a backup comes back now."""
    with shut_file().open("w") as out:
        os.fsync(out.fileno())


def remember(size: int, root: bytes) -> None:
    """Write the head to its file so that a crash leaves the old or the new one, never half."""
    if size <= remembered()[0]:
        return
    path = settings.LOG_HEAD_FILE
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        # Of two processes the slower one must not put an older head over a newer one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if size > remembered()[0]:
            _write_head(path, size, root)


def reopen(size: int, root: bytes) -> None:
    """Take this head for the last one signed, whatever was known before, and sign again."""
    _write_head(settings.LOG_HEAD_FILE, size, root)
    shut_file().unlink(missing_ok=True)


def _write_head(path: Path, size: int, root: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("w") as out:
        json.dump({"size": size, "root": root.hex()}, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
