"""Reading a bid's files and the proof beside its answers, each look on record."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from bidding.services.files import OpenedFile, open_file
from evaluation import policy, queries
from evaluation.queries import questions
from evaluation.services.stages import bid_in
from ledger.queries import read_document


@transaction.atomic
def read_bid_file(
    *, actor: Actor, code: str, bid: int, place: int, address: str, at: datetime
) -> OpenedFile:
    """Open a file of a bid for a member or whoever checks qualification (rulebook 1.3)."""
    evaluation = queries.evaluation_for(actor, code)
    policy.require(actor, "bid.read_files", evaluation)
    found = bid_in(evaluation, bid)
    closed = "" if queries.prices_known(evaluation) else "price"
    file = open_file(found, place, closed=closed)
    access = Access(
        subject=f"bid:{found.commit_hash}:{place}",
        purpose="评审查阅投标文件",
        tender=code,
        state=evaluation.tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return file


@transaction.atomic
def read_answer_file(
    *, actor: Actor, code: str, number: int, address: str, at: datetime
) -> OpenedFile:
    """Open a file that stands beside an answer, for whoever reads the answer; a bidder's look at
    its own is nobody's concern.
    """
    found = questions.answer_file_for(actor, code, number)
    if not questions.is_own_answer(actor, found):
        access = Access(
            subject=f"answer_file:{found.bid.commit_hash}:{found.document_id}",
            purpose="查阅答复所附文件",
            tender=code,
            state=found.bid.tender.state,
            address=address,
        )
        record_access(actor=actor, access=access, at=at)
    pieces = iter([read_document(found.document_id)])
    return OpenedFile(found.name, found.document.size, pieces)
