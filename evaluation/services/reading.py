"""Reading a bid's files during the evaluation, each look on record."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Access, Actor
from accounts.services import record_access
from bidding.services.files import OpenedFile, open_file
from evaluation import policy, queries
from evaluation.services.stages import bid_in


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
