"""May a commit be taken, at this instant? Plain Python: the deadline rule and the chain rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from bidding.sealing import SealingError, commit_hash, tree_root
from bidding.sealing.stream import HEAD, MAGIC, SEALED_CHUNK, TAG, plain_length
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

SUBMITTED: Final = "bid.submitted"
REPLACED: Final = "bid.replaced"
WITHDRAWN: Final = "bid.withdrawn"
KIND_OF: Final = {"submit": SUBMITTED, "replace": REPLACED, "withdraw": WITHDRAWN}


@dataclass(frozen=True)
class Doors:
    """What decides whether a tender takes bids: its state and its two records of the deadline.

    `window` is "" for bids, and "last" where the last quote is what is handed in now.
    """

    state: str
    lot_state: str
    is_suspended: bool
    logged_deadline: datetime | None
    stored_deadline: datetime | None
    window: str = ""


TAKES: Final = {"": "announced", "last": "quoting"}
"""The state of a tender in which each window is open."""


def refuse_closed(doors: Doors, at: datetime) -> None:
    """Refuse unless bids are taken at this instant; exactly at the deadline is late (M87 art. 33).

    The logged deadline rules. When the database says another, somebody has moved it without a
    notice, and nothing is taken until that is explained.
    """
    if doors.logged_deadline is None or doors.state == "draft":
        raise Conflict("bid.not_open", _("该项目尚未开始接收投标文件。"))
    if doors.logged_deadline != doors.stored_deadline:
        raise deadline_mismatch()
    if at >= doors.logged_deadline:
        raise Conflict(
            "bid.too_late",
            _("已过投标截止时间 %(deadline)s，本次提交于 %(arrived)s 到达，未被接收。"),
            deadline=doors.logged_deadline.isoformat(timespec="milliseconds"),
            arrived=at.isoformat(timespec="milliseconds"),
        )
    if doors.state != TAKES[doors.window] or doors.lot_state != "open":
        raise Conflict("bid.not_open", _("该采购包当前不接收投标文件。请查看项目公告。"))
    if doors.is_suspended:
        raise Conflict("bid.suspended", _("采购活动已暂停，恢复前不接收投标文件。"))


def deadline_mismatch() -> Conflict:
    """Say that log and database disagree about a deadline, which stops everything that needs it."""
    return Conflict(
        "bid.deadline_mismatch",
        _("公告记录的截止时间与系统设置不一致，已停止接收并告警。请联系交易中心核实。"),
    )


@dataclass(frozen=True)
class Step:
    """One accepted commit of a bidder for a lot, in the order of its chain."""

    owner: str
    lot: int
    step: int
    kind: str
    commit: bytes
    signature: bytes
    sub_pk: bytes
    envelopes: tuple[dict[str, Any], ...]
    receipt: str
    actor: str
    at: datetime

    @property
    def hash(self) -> bytes:
        """Name the commit by the hash of its bytes."""
        return commit_hash(self.commit)


def live(steps: Sequence[Step]) -> Step | None:
    """Give the commit that counts: the last, unless it withdraws."""
    return None if not steps or steps[-1].kind == WITHDRAWN else steps[-1]


def repeat_of(commit: bytes, steps: Sequence[Step]) -> Step | None:
    """Give the earlier step with these very bytes, whose receipt is simply given again."""
    return next((step for step in steps if step.commit == commit), None)


def refuse_fork(prev: bytes | None, sub_pk: bytes, steps: Sequence[Step]) -> None:
    """Refuse a commit that does not follow the live one: the first child of a commit wins.

    After a withdrawal, and only then, a new chain may begin.
    """
    last = live(steps)
    if prev != (None if last is None else last.hash):
        raise forked()
    if last is not None and last.sub_pk != sub_pk:
        raise forked()


def forked() -> Conflict:
    """Say that the chain has moved on since the client looked."""
    return Conflict(
        "bid.forked",
        _("本次提交没有接在您最近一次有效提交之后，未被接收。请刷新投标状态后再提交。"),
    )


@dataclass(frozen=True)
class Entries:
    """An object as it is stored: the first bytes, and digest and length of each entry in order."""

    head: bytes
    digests: tuple[bytes, ...]
    lengths: tuple[int, ...]

    @property
    def salt(self) -> bytes:
        """The stream's salt, which lies in the clear in the head."""
        return self.head[4:36]


def refuse_incomplete(entries: Entries, indexes: Sequence[int], length: int) -> None:
    """Refuse an object with a gap, or whose entries do not add up to a sealed stream."""
    missing = sorted(set(range(_entry_count(length))) - set(indexes))
    if missing:
        raise Conflict(
            "intake.incomplete",
            _("密文尚未传完，缺第 %(first)s 块等 %(count)s 块。请续传后再提交。"),
            first=missing[0],
            count=len(missing),
        )
    full = entries.lengths[1:-1]
    last = entries.lengths[-1]
    if sum(entries.lengths) != length or set(full) - {SEALED_CHUNK} or last >= SEALED_CHUNK:
        raise SealingError("seal.truncated", length=sum(entries.lengths))
    if entries.head[:4] != MAGIC or sha256(entries.head).digest() != entries.digests[0]:
        raise SealingError("seal.magic")


def _entry_count(length: int) -> int:
    """Count the entries of a sealed stream of this length; an impossible length is refused."""
    plain_length(length)
    return 2 + (length - HEAD) // SEALED_CHUNK


def refuse_other_root(name: str, root: bytes, entries: Entries) -> None:
    """Refuse an object whose stored digests do not give the committed root."""
    if tree_root(entries.digests) != root:
        raise SealingError("seal.root", object=name)


def split_entries(body: bytes, first: int) -> list[bytes]:
    """Cut an upload into its entries: entry 0 is the head, all others are sealed chunks."""
    entries = [body[:HEAD]] if first == 0 else []
    start = HEAD if first == 0 else 0
    entries += [body[at : at + SEALED_CHUNK] for at in range(start, len(body), SEALED_CHUNK)]
    whole_head = first > 0 or len(entries[0]) == HEAD
    if not body or not whole_head or (len(entries) > (first == 0) and len(entries[-1]) < TAG):
        raise Invalid("intake.size", _("分块长度不对：首块 68 字节，其余每块不超过 262160 字节。"))
    return entries


def offset_of(index: int) -> int:
    """Give the place of an entry in its object."""
    return 0 if index == 0 else HEAD + (index - 1) * SEALED_CHUNK
