"""Official documents as PDF: ordered with the act they record, made once in a process of their own,
kept by digest.
"""

from datetime import datetime
from typing import Any

from kernel.facts import Reach, facts
from kernel.text import gettext_noop as _
from ledger import canonical
from ledger.models import Paper

FACTS = facts(Reach.PUBLIC, {"paper.made": _("文书签发")})


def order(
    *, kind: str, subject: str, stream: str, content: dict[str, Any], at: datetime, tender: str = ""
) -> Paper:
    """Order a paper; ordering the same again gives the one already ordered. Template:
    papers/<kind>.html.
    """
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
