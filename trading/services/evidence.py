"""Files that stand as proof beside a challenge, a complaint or an explanation: kept by their
digests, read by exactly those who read what they stand beside.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from ledger.services import store_document
from trading import queries
from trading.domain import answer_files
from trading.domain.files import Upload, media_type
from trading.models import Challenge, Complaint, ComplaintCopy, Evidence


def keep_evidence(
    beside: Challenge | Complaint | ComplaintCopy, attached: Sequence[Upload], at: datetime
) -> dict[str, Any]:
    """Check and keep the files beside a text, and name them as its fact does: by their digests."""
    for upload in answer_files.checked(attached):
        kind = media_type(upload.name)
        kept = store_document(content=upload.content, media_type=kind, at=at)
        beside.evidence.create(name=upload.name, document=kept, added_at=at)
    files = [
        {"name": one.name, "size": one.document.size, "sha256": one.document.digest}
        for one in beside.evidence.select_related("document")
    ]
    return {"files": files} if files else {}


@transaction.atomic
def read_evidence(
    *, actor: Actor, code: str, number: str, file: int, address: str, at: datetime
) -> Evidence:
    """Give a file to who reads what it stands beside; the look of others is on record, and names no
    tender: who reads the record must not learn that somebody complains of it.
    """
    tender = queries.tender_for(actor, code, at)
    found = queries.evidence_for(actor, tender, number, file)
    if not queries.is_own_evidence(actor, found):
        access = Access(
            subject=f"evidence:{found.document_id}", purpose="查阅证据材料", address=address
        )
        record_access(actor=actor, access=access, at=at)
    return found
