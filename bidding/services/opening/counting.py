"""The waiting room and the count at the deadline."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM
from bidding import domain
from bidding.domain import OPENING
from bidding.models import Bid, OpeningSession
from bidding.queries import hall_list
from bidding.queries import opening as queries
from bidding.services.opening.attendance import reveal_sign_ins
from bidding.services.opening.session import move, set_state, tell, timer
from ledger.services import Entry
from trading import queries as tenders
from trading.domain import PRICES_APART
from trading.markets import method_of
from trading.models import Tender
from trading.services import procedure as trading

TOO_FEW = {
    "whole": "投标截止时间结束后，投标人为 {count} 家，不足{least}家",
    "technical": "投标截止时间结束后，投标人为 {count} 家，不足{least}家",
    "price": "通过技术评审的投标人为 {count} 家，不足{least}家，价格部分不予开启",
}


def schedule_opening(
    *, tender: Tender, stage: str, opens_at: datetime, at: datetime, admitted: Sequence[int] = ()
) -> OpeningSession:
    """Open the waiting room of one stage; asking again moves the time of one still waiting."""
    session, made = OpeningSession.objects.get_or_create(
        tender=tender,
        stage=stage,
        defaults={
            "opens_at": opens_at,
            "admitted": list(admitted),
            "next_due_at": opens_at if stage == "price" else None,
        },
    )
    if not made:
        if session.state != "waiting" or session.opens_at == opens_at:
            return session
        session.opens_at = opens_at
        session.next_due_at = opens_at if stage == "price" else None
        session.save(update_fields=["opens_at", "next_due_at"])
    told = {"admitted": _commits(session)} if stage == "price" else {}
    tell(session, "opening.scheduled", SYSTEM, at, opens_at=opens_at, stage=stage, **told)
    return session


def _commits(session: OpeningSession) -> list[str]:
    """Name the bids admitted to a price stage: in the log before any price can be opened."""
    return [bid.commit_hash for bid in queries.bids_of(session)]


def on_tender_published(entry: Entry) -> None:
    """Open the waiting room when a tender is published or its deadline moves."""
    tender = tenders.lock_tender(entry.tender)
    if tender.bids_close_at is None:
        return
    stage = tender.policy["stages"][0]
    schedule_opening(tender=tender, stage=stage, opens_at=tender.bids_close_at, at=entry.at)


def on_technical_closed(entry: Entry) -> None:
    """Call the price opening, for the admitted bids only (rulebook 3.3)."""
    tender = tenders.lock_tender(entry.tender)
    if tender.stages in PRICES_APART:
        opens_at = entry.at + timer("unlocking")
        admitted = entry.data["admitted"]
        schedule_opening(
            tender=tender, stage="price", opens_at=opens_at, at=entry.at, admitted=admitted
        )


def on_tender_terminated(entry: Entry) -> None:
    """Cancel what is not over when a tender is terminated: nothing more is opened (BLR art. 31)."""
    sessions = OpeningSession.objects.select_for_update().filter(tender__code=entry.tender)
    for session in sessions.exclude(state__in=domain.OVER):
        session.state = OPENING.after(session.state, "cancel")
        session.ended_at, session.next_due_at, session.step_due_at = entry.at, None, None
        session.save()
        tell(session, "opening.cancelled", SYSTEM, entry.at)


def on_tender_closed(entry: Entry) -> None:
    """Count when the deadline has closed the tender; the bids are known from this moment."""
    tender = tenders.lock_tender(entry.tender)
    count_bids(code=tender.code, stage=tender.policy["stages"][0], at=entry.at)


@transaction.atomic
def count_bids(*, code: str, stage: str, at: datetime) -> OpeningSession:
    """Freeze the list and count: a lot with fewer than three is not opened (M87 art. 43)."""
    session = queries.lock_session(code, stage)
    counts = hall_list.counts_of(session)
    OPENING.after(session.state, "count")
    tell(session, "opening.counted", SYSTEM, at, lots=counts, total=sum(counts.values()))
    reveal_sign_ins(session, at)
    least = tenders.least_parties(session.tender, at)
    short = domain.lots_with_too_few(counts, least)
    for number in short:
        _fail_lot(session, number, (counts[number], least), at)
    if len(short) == len(counts):
        _fail(session, at)
    else:
        move(session, "count", at)
    return session


def _fail_lot(session: OpeningSession, number: int, counted: tuple[int, int], at: datetime) -> None:
    count, least = counted
    trading.fail_lot(
        actor=SYSTEM,
        code=session.tender.code,
        number=number,
        reason=TOO_FEW[session.stage].format(count=count, least=tenders.said_least(least)),
        article=method_of(session.tender).thin_article,
        at=at,
    )
    for bid in Bid.objects.filter(lot__tender=session.tender, lot__number=number, state="sealed"):
        set_state(bid, "return")


def _fail(session: OpeningSession, at: datetime) -> None:
    move(session, "fail", at)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    tell(session, "opening.failed", SYSTEM, at)
