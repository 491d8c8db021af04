"""Open the log again after a backup was restored: nothing was lost, or the loss is said aloud.

A restored database may be older than what was published. Nobody but a witness outside knows, so
the log stays shut (`ledger.sequencer`) until somebody brings the last checkpoint that was
published. When it is in the database nothing is missing, and the log goes on. When it is not, there
would be two logs of one name: the only honest way on is a new log, under a new name and key, that
says as its first fact how many facts of the old one are lost.
"""

import base64
import binascii
from datetime import datetime

from django.db import transaction

from kernel.errors import Conflict, Invalid
from kernel.facts import Reach, facts
from kernel.text import gettext_noop as _
from ledger import note, sequencer
from ledger.models import Checkpoint, Entry
from ledger.services import record

STREAM = "log"
FACTS = facts(
    Reach.PUBLIC,
    {
        "log.reopened": _("恢复备份后继续记录"),
        "log.began_anew": _("记录缺失后另立新记录"),
    },
)


def parse_checkpoint(text: str, key: note.Verifier) -> tuple[int, bytes]:
    """Read size and root of a checkpoint signed by this log key."""
    body, _by = note.verify(text, [key])
    try:
        origin, size, root, end = body.split("\n")
        found = int(size), base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error) as error:
        raise _malformed() from error
    if origin != key.name or end or found[0] < 1:
        raise _malformed()
    return found


def _malformed() -> Invalid:
    return Invalid("ledger.checkpoint", _("这不是本记录的检查点。请从查验页或外部保存者处取得。"))


@transaction.atomic
def reopen(*, published: str, at: datetime) -> Entry:
    """Go on with the log: the last published checkpoint is in the database, so nothing is lost."""
    size, root = parse_checkpoint(published, sequencer.log_signer().verifier)
    tree = sequencer.locked_tree()
    _refuse_if_lost(size, root)
    known, _root = sequencer.remembered()
    if known > tree.size:
        raise _lost(known)
    entry = record(
        stream=STREAM,
        kind="log.reopened",
        actor="system",
        at=at,
        published_size=size,
        published_root=root.hex(),
        size=tree.size,
    )
    here = tree.size, bytes(tree.root)
    transaction.on_commit(lambda: sequencer.reopen(*here))
    return entry


def _refuse_if_lost(size: int, root: bytes) -> None:
    here = Checkpoint.objects.filter(size=size).first()
    if here is None:
        raise _lost(size)
    if bytes(here.root) != root:
        raise Conflict(
            "ledger.forked", _("同一条数已有两个不同的根：记录已经分叉，必须另立新记录。")
        )


def _lost(size: int) -> Conflict:
    latest = Checkpoint.objects.order_by("-size").first()
    return Conflict(
        "ledger.facts_lost",
        _("已公布到第 %(published)s 条，数据库只到第 %(here)s 条。请恢复更新的备份。"),
        published=size,
        here=latest.size if latest else 0,
    )


@transaction.atomic
def begin_anew(*, published: str, old_key: note.Verifier, reason: str, at: datetime) -> Entry:
    """Begin a new log over what is left, and say in it what the old one had published.

    The installation must already have another name and another log key: under the old ones a second
    log could be taken for the first.
    """
    if not reason.strip():
        raise Invalid("ledger.reason", _("请写明记录缺失的原因，它会公开。"))
    current = sequencer.log_signer().verifier
    if current.name == old_key.name or current.public == old_key.public:
        message = _("另立新记录须先换名称（INSTALLATION）和记录密钥（keys/log）。")
        raise Conflict("ledger.same_log", message)
    size, root = parse_checkpoint(published, old_key)
    tree = sequencer.locked_tree()
    if Checkpoint.objects.filter(size=size, root=root).exists():
        raise Conflict(
            "ledger.nothing_lost", _("公布过的检查点就在数据库中，没有缺失；请用原名称继续。")
        )
    entry = record(
        stream=STREAM,
        kind="log.began_anew",
        actor="system",
        at=at,
        old_key=str(old_key),
        published_size=size,
        published_root=root.hex(),
        size=tree.size,
        reason=reason.strip(),
    )
    here = tree.size, bytes(tree.root)
    transaction.on_commit(lambda: sequencer.reopen(*here))
    return entry


def interruptions() -> list[Entry]:
    """List when the log went on after a restore, newest first; its page tells everybody."""
    return list(Entry.objects.filter(stream=STREAM, kind__in=FACTS).order_by("-number"))
