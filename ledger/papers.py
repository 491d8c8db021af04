"""Official documents as PDF: ordered with the act they record, made once, kept by digest.

An order is a row written in the transaction of the act. A process of its own makes the paper under
a lease: killed in the middle, it is made again when the lease ends; made twice, the first one
stands.
"""

import hashlib
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from kernel.facts import Reach, facts
from kernel.text import gettext_noop as _
from ledger import canonical, press
from ledger.models import Paper
from ledger.services import record, store_document

FACTS = facts(Reach.PUBLIC, {"paper.made": _("文书签发")})
LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 5


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


def waiting(at: datetime) -> list[int]:
    """Give the papers to make now: not made, not under lease, not given up."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    papers = Paper.objects.filter(free, document=None, attempts__lt=MOST_ATTEMPTS)
    return list(papers.order_by("id").values_list("pk", flat=True)[:20])


def claim(pk: int, at: datetime) -> Paper | None:
    """Take the lease of a paper, or None when another process has it."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    taken = Paper.objects.filter(free, pk=pk, document=None).update(
        leased_until=at + LEASE, attempts=F("attempts") + 1
    )
    return Paper.objects.get(pk=pk) if taken else None


def make(pk: int, at: datetime) -> bool:
    """Make one paper: render, sign, keep, and record that it is there."""
    paper = claim(pk, at)
    if paper is None:
        return False
    plain = press.render(paper.kind, paper.subject, paper.content)
    signed = press.sign(plain, paper.kind, at)
    with transaction.atomic():
        document = store_document(content=signed, media_type="application/pdf", at=at)
        kept = Paper.objects.filter(pk=pk, document=None).update(
            document=document, plain_digest=hashlib.sha256(plain).hexdigest(), leased_until=None
        )
        if kept:
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
    return bool(kept)


class Press:
    """At most one process at a time that makes what waits."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def due(self, at: datetime) -> int:
        """Start the making of papers when some wait and none is being made."""
        if self.process is not None and self.process.poll() is None:
            return 0
        if not waiting(at):
            return 0
        command = [sys.executable, str(settings.ROOT / "manage.py"), "press"]
        self.process = subprocess.Popen(command)  # noqa: S603 - our own command, no input
        return 1


due = Press().due
