"""What all stages share: the present stage, a bid of the tender, who is out, lots that are void."""

from datetime import datetime

from django.conf import settings
from django.db.models import Min

from accounts.domain import SYSTEM
from bidding.models import Bid
from evaluation import domain, queries
from evaluation.models import Evaluation, Exclusion
from evaluation.queries import motions
from evaluation.services.committee import move, tell
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger.services import Entry
from trading import queries as tenders
from trading.domain import failing
from trading.markets import method_of
from trading.models import Lot
from trading.services import procedure as trading
from trading.timetable import PACES


def in_state(evaluation: Evaluation, *states: str) -> None:
    """Refuse what does not belong to the present stage."""
    if evaluation.state not in states:
        raise Conflict(
            "evaluation.wrong_stage",
            _("当前阶段是“%(stage)s”，不能进行此操作。"),
            stage=domain.EVALUATION.titles[evaluation.state],
        )


def bid_in(evaluation: Evaluation, bid: int) -> Bid:
    """Give an opened bid of this tender, or say that there is none."""
    found = Bid.objects.filter(pk=bid, tender=evaluation.tender, state="read").first()
    if found is None:
        raise Missing("bid.missing", _("没有这份投标。"))
    return found


def exclude(bid: Bid, stage: str, code: str, clause: str, reason: str, at: datetime) -> Exclusion:
    """Put a bid out, once, with its reason code and the clause of the document."""
    found, _made = Exclusion.objects.get_or_create(
        bid=bid,
        defaults={
            "stage": stage,
            "code": code,
            "clause": clause[:160],
            "reason": reason,
            "at": at,
        },
    )
    return found


def fail_thin_lots(evaluation: Evaluation, at: datetime) -> None:
    """Void every lot with fewer bids left than there must be; where the law asks whether few bids
    still compete, put it to the members.
    """
    tender = evaluation.tender
    least, article = tenders.least_valid(tender, at)
    for lot in queries.lots_of(evaluation):
        left = len(queries.valid_bids(lot))
        lot.refresh_from_db(fields=["state"])
        if lot.state != "open":
            continue  # what another lot led to has ended this one
        if left < least:
            _void(evaluation, lot, (left, least), article, at)
        elif method_of(tender).judges_competition and left < tenders.least_parties(tender, at):
            _ask_whether_they_compete(evaluation, lot, left, at)
    evaluation.refresh_from_db()


def _ask_whether_they_compete(evaluation: Evaluation, lot: Lot, left: int, at: datetime) -> None:
    """Ask once for so few bids: with fewer left it is asked again (BL 42, EV12 27)."""
    if not motions.is_judged(lot, left):
        motions.put(evaluation, lot, failing.NO_COMPETITION, at)
        told = {"lot": lot.number, "ground": failing.NO_COMPETITION, "left": left}
        tell(evaluation, "motion.put", SYSTEM, at, **told)


def on_tender_failed(entry: Entry) -> None:
    """End the evaluation with the last lot of its tender."""
    found = Evaluation.objects.filter(tender__code=entry.tender).first()
    if found is None or not domain.EVALUATION.allows(found.state, "fail"):
        return
    evaluation = queries.lock_evaluation(entry.tender)
    evaluation.failure = str(entry.data["reason"])[:300]
    evaluation.next_due_at = None
    move(evaluation, "fail")
    tell(evaluation, "evaluation.failed", SYSTEM, entry.at, reason=evaluation.failure)


def _void(
    evaluation: Evaluation, lot: Lot, counted: tuple[int, int], article: str, at: datetime
) -> None:
    left, least = counted
    trading.fail_lot(
        actor=SYSTEM,
        code=evaluation.tender.code,
        number=lot.number,
        reason=f"经审查，有效投标人为 {left} 家，不足{tenders.said_least(least)}家",
        article=article,
        at=at,
    )


def due_from(at: datetime, minutes: int = domain.EXPLAIN_MINUTES) -> datetime:
    """Give the end of the time a bidder has to answer on the spot (LOW2, M87 arts. 51, 59)."""
    return at + PACES[settings.PACE].timer(minutes)


def set_clock(evaluation: Evaluation, at: datetime) -> None:
    """Wake the evaluation when the first question still to be answered runs out."""
    waiting = (
        queries.waiting_reviews(evaluation).filter(answered_at=None, due_at__gt=at),
        evaluation.bid_clarifications.filter(state="asked"),
    )
    ends = [found.aggregate(first=Min("due_at"))["first"] for found in waiting]
    known = [end for end in ends if end is not None and evaluation.state != "failed"]
    evaluation.next_due_at = min(known, default=None)
    evaluation.save(update_fields=["next_due_at"])


def refuse_open_clarifications(evaluation: Evaluation) -> None:
    """Refuse to end a stage while a bidder was asked and the answer is not settled."""
    found = evaluation.bid_clarifications.filter(
        state__in=("asked", "answered"), bid__exclusion=None, bid__lot__state="open"
    ).first()
    if found is not None:
        raise Conflict(
            "bid_clarification.open",
            _("第 %(number)s 号澄清还没有结论，请等待供应商答复并由委员会认定。"),
            number=found.number,
        )
