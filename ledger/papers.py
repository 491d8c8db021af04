"""Official documents as PDF: ordered with the act they record, made once, kept by digest.

An order is a row written in the transaction of the act. A process of its own makes the paper under
a lease: killed in the middle, it is made again when the lease ends; made twice, the first one
stands. One that cannot be made, or whose making kills the press again and again, says why and is
tried again after longer and longer pauses.
"""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from kernel.facts import Reach, facts
from kernel.text import gettext_noop as _
from ledger import canonical, press
from ledger.models import Document, Paper
from ledger.services import record, store_document

__all__ = [
    "Paper",
    "due",
    "make",
    "order",
    "paper_by_digest",
    "paper_of",
    "pause_lost",
    "troubled",
    "waiting",
]

FACTS = facts(Reach.PUBLIC, {"paper.made": _("文书签发")})
LEASE = timedelta(seconds=5)
BEAT_SECONDS = 1.0
"""How often whoever makes a paper renews its lease: killed, it is missed after five seconds."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LOST = "the press ended in the middle, attempt %d"


def order(
    *, kind: str, subject: str, stream: str, content: dict[str, Any], at: datetime, tender: str = ""
) -> Paper:
    """Order a paper, rendered by papers/<kind>.html; ordered again, it is the one ordered first."""
    paper, _made = Paper.objects.get_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "stream": stream,
            "tender": tender,
            "content": canonical.to_plain(content),
            "ordered_at": at,
        },
    )
    return paper


def paper_of(kind: str, subject: str) -> Paper | None:
    """Give the paper of a kind about a subject, made or still being made."""
    return Paper.objects.filter(kind=kind, subject=subject).select_related("document").first()


def subjects_within(kind: str, about: str) -> list[str]:
    """List the subjects of a kind's papers that are parts of another, in the order of asking."""
    rows = Paper.objects.filter(kind=kind, subject__startswith=f"{about}.")
    return list(rows.order_by("pk").values_list("subject", flat=True))


def paper_by_digest(digest: str) -> Paper | None:
    """Give the paper whose signed file, or whose unsigned rendering, has this digest."""
    either = Q(document_id=digest) | Q(plain_digest=digest)
    return Paper.objects.filter(either).select_related("document").first()


def waiting(at: datetime) -> list[int]:
    """Give the papers to make now: not made, not under lease, not pausing after a failure."""
    papers = Paper.objects.filter(_free(at), document=None)
    return list(papers.order_by("attempts", "id").values_list("pk", flat=True)[:20])


def troubled() -> list[Paper]:
    """Give the papers that were tried more than once, or failed, and are not there yet."""
    unmade = Paper.objects.filter(Q(attempts__gt=1) | ~Q(failure=""), document=None)
    return list(unmade.order_by("ordered_at", "id")[:20])


def _free(at: datetime) -> Q:
    """Tell what may be taken: a lost one is taken once more at once, then only after its pause."""
    ended = Q(leased_until=None) | Q(leased_until__lte=at)
    return ended & ~Q(attempts__gt=1, failure="")


def pause_lost(at: datetime) -> int:
    """Let papers pause that lost their press more than once: their making may be what kills it.

    A server that is stopped ends its press too, so that the first time nothing is concluded.
    """
    ended = Paper.objects.filter(document=None, failure="", leased_until__lte=at)
    return sum(
        ended.filter(pk=lost.pk, attempts=lost.attempts).update(
            failure=LOST % lost.attempts, leased_until=at + _pause(lost)
        )
        for lost in ended.filter(attempts__gt=1)
    )


def claim(pk: int, at: datetime) -> Paper | None:
    """Take the lease of a paper, or None when another process has it."""
    taken = Paper.objects.filter(_free(at), pk=pk, document=None).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1, failure=""
    )
    return Paper.objects.get(pk=pk) if taken else None


def make(pk: int, at: datetime) -> bool:
    """Make one paper: render, sign, keep, and record that it is there."""
    paper = claim(pk, at)
    if paper is None:
        return False
    try:
        with _kept(paper, at):
            plain = press.render(paper.kind, paper.subject, paper.content)
            signed = press.sign(plain, paper.kind, at)
    except Exception as failure:
        _note_failure(paper, failure, at)
        raise
    return _keep(paper, plain, signed, at)


@contextmanager
def _kept(paper: Paper, at: datetime) -> Iterator[None]:
    """Renew the lease as long as the paper is being made, from a thread beside it."""
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(paper, at, over), daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _beat(paper: Paper, at: datetime, over: threading.Event) -> None:
    begun = monotonic()
    own = Paper.objects.filter(pk=paper.pk, attempts=paper.attempts, document=None)
    try:
        while not over.wait(BEAT_SECONDS):
            until = at + timedelta(seconds=monotonic() - begun) + LEASE
            # A database that is away for a moment costs a beat, and if it stays away the lease.
            with suppress(DatabaseError):
                own.update(leased_until=until)
    finally:
        connection.close()


@transaction.atomic
def _keep(paper: Paper, plain: bytes, signed: bytes, at: datetime) -> bool:
    """Keep the signed file, unless another process has kept one meanwhile."""
    free = Paper.objects.select_for_update().filter(pk=paper.pk, document=None).first()
    if free is None:
        return False
    document = store_document(content=signed, media_type="application/pdf", at=at)
    Paper.objects.filter(pk=paper.pk).update(
        document=document,
        plain_digest=hashlib.sha256(plain).hexdigest(),
        leased_until=None,
        failure="",
    )
    _record(paper, document, at)
    return True


def _record(paper: Paper, document: Document, at: datetime) -> None:
    record(
        stream=paper.stream,
        kind="paper.made",
        actor="system",
        at=at,
        tender=paper.tender,
        paper=paper.kind,
        subject=paper.subject,
        digest=document.digest,
    )


def _note_failure(paper: Paper, failure: Exception, at: datetime) -> None:
    """Say on the row why there is no paper, and when it is tried again."""
    reason = f"{type(failure).__name__}: {failure}"[:300]
    Paper.objects.filter(pk=paper.pk, document=None).update(
        failure=reason, leased_until=at + _pause(paper)
    )


def _pause(paper: Paper) -> timedelta:
    """Double the pause with each attempt, to an hour."""
    doubled: int = 1 << min(max(paper.attempts - 1, 0), 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


class Press:
    """At most one process at a time that makes what waits; it ends with the process that started
    it, however that ends.
    """

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def due(self, at: datetime) -> int:
        """Start the making of papers when some wait and none is being made."""
        if self.process is not None and self.process.poll() is None:
            return 0
        pause_lost(at)
        if not waiting(at):
            return 0
        command = [sys.executable, str(settings.ROOT / "manage.py"), "press", "--tied"]
        # It reads its end of this pipe and nobody writes: when we end, killed or not, it ends too.
        # No other handle of ours is passed on, so that no socket outlives the server in it.
        self.process = subprocess.Popen(  # noqa: S603 - our own command, no input
            command, stdin=subprocess.PIPE, close_fds=True
        )
        return 1


due = Press().due
