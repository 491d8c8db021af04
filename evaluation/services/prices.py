"""Prices: unusually low ones are explained or fall out; then scores, summary and ranking."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.domain import BIDDER, SYSTEM, Actor
from bidding.models import Bid
from evaluation import domain, policy, queries
from evaluation.models import Candidate, Check, Evaluation, PriceReview, Ranking
from evaluation.scoring import LotTerms, ScoredBid, case_of, evaluate_case
from evaluation.services.committee import move, tell
from evaluation.services.review import exclude, fail_thin_lots, in_state
from kernel.errors import Conflict, Denied, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger.services import Entry
from trading.models import Lot
from trading.timetable import PACES

SMALL = ("micro", "small")
LONGEST_ANSWER = 5000


def on_opening_ended(entry: Entry) -> None:
    """Go on when the price stage has been opened."""
    if not entry.stream.endswith(".price"):
        return
    evaluation = queries.lock_evaluation(entry.tender)
    if evaluation.state == "price_opening":
        review_prices(evaluation, entry.at)


def review_prices(evaluation: Evaluation, at: datetime) -> None:
    """Begin the price stage: over the ceiling is out, unusually low is asked about."""
    move(evaluation, "review_prices")
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            _check_ceiling(bid, lot, at)
    fail_thin_lots(evaluation, at)
    if evaluation.state != "failed":
        _ask_about_low_prices(evaluation, at)


def _check_ceiling(bid: Bid, lot: Lot, at: datetime) -> None:
    if bid.price is None:
        exclude(bid, "price", "R01", "报价", "价格部分未能开启", at)
    elif bid.price > lot.ceiling:
        reason = f"投标报价 {bid.price} 元，超过最高限价 {lot.ceiling} 元"
        exclude(bid, "price", "R05", "投标报价不得超过最高限价", reason, at)


def _ask_about_low_prices(evaluation: Evaluation, at: datetime) -> None:
    due = at + PACES[settings.PACE].timer(domain.EXPLAIN_MINUTES)
    for lot in queries.lots_of(evaluation):
        result: dict[str, Any] = evaluate_case(case_for(evaluation, lot))
        for finding in result["low_price_reviews"]:
            bid = next(b for b in queries.valid_bids(lot) if name_of(b) == finding["bidder"])
            PriceReview.objects.create(
                bid=bid, kind="low_price", finding=finding, asked_at=at, due_at=due
            )
            told = {"bid": bid.commit_hash, "finding": finding, "due_at": due}
            tell(evaluation, "low_price.asked", SYSTEM, at, **told)


def name_of(bid: Bid) -> str:
    """Name a bid in the case of the rule: the bidder's name, unique within a lot."""
    return bid.bidder.name


def case_for(evaluation: Evaluation, lot: Lot) -> dict[str, Any]:
    """Build the case of one lot from what was bid and marked; saved, it can be run again."""
    bids = [_scored(evaluation, bid) for bid in queries.valid_bids(lot)]
    return dict(case_of(evaluation.tender.scheme, bids, LotTerms(lot.ceiling)))


def _scored(evaluation: Evaluation, bid: Bid) -> ScoredBid:
    small = bid.bidder.size in SMALL
    domestic = bid.fields.get("remark", "").find("本国产品声明") >= 0
    earned = [kind for kind, has in (("small_firm", small), ("domestic", domestic)) if has]
    return ScoredBid(
        name=name_of(bid),
        price=bid.price if bid.price is not None else Decimal(0),
        deductions=tuple(earned),
        marks=queries.marks_for_rule(evaluation, bid),
    )


@transaction.atomic
def explain_low_price(
    *, actor: Actor, code: str, review: int, text: str, at: datetime
) -> PriceReview:
    """Take a bidder's written explanation of its price, within the time given (LOW2)."""
    evaluation = queries.lock_evaluation(code)
    found = PriceReview.objects.filter(pk=review, bid__tender=evaluation.tender).first()
    if found is None or found.bid.bidder_id not in actor.organisations(BIDDER):
        raise Missing("price_review.missing", _("没有需要贵单位说明的报价。"))
    in_state(evaluation, "price_review")
    if at >= found.due_at or found.decided_at is not None:
        raise Conflict("price_review.late", _("说明时间已过。"))
    if not 0 < len(text.strip()) <= LONGEST_ANSWER:
        raise Invalid("price_review.text", _("请填写书面说明，不超过五千字。"))
    found.answer, found.answered_at = text.strip(), at
    found.save(update_fields=["answer", "answered_at"])
    tell(evaluation, "low_price.explained", actor, at, bid=found.bid.commit_hash)
    return found


@transaction.atomic
def decide_low_price(
    *, actor: Actor, code: str, review: int, accepted: bool, reason: str, at: datetime
) -> PriceReview:
    """Record a member's opinion; the majority of all members decides."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "low_price.decide", evaluation)
    in_state(evaluation, "price_review")
    found = PriceReview.objects.filter(pk=review, bid__tender=evaluation.tender).first()
    seat = queries.seat_of(actor, evaluation)
    if found is None or seat is None:
        raise Missing("price_review.missing", _("没有这项报价核对。"))
    if found.answered_at is None and at < found.due_at:
        raise Conflict("price_review.waiting", _("供应商说明时间未到，请等待书面说明。"))
    if not reason.strip():
        raise Invalid("check.reason", _("请写明认定的理由。"))
    Check.objects.update_or_create(
        evaluation=evaluation,
        stage="low_price",
        seat=seat,
        bid=found.bid,
        clause="R06",
        defaults={"passed": accepted, "reason": reason.strip()[:300], "by": actor.ref, "at": at},
    )
    _settle(evaluation, found, at)
    return found


def _settle(evaluation: Evaluation, review: PriceReview, at: datetime) -> None:
    votes = list(queries.checks_of(evaluation, "low_price").filter(bid=review.bid))
    if len(votes) < queries.seats_of(evaluation).count():
        return
    review.accepted = domain.passes([vote.passed for vote in votes])
    review.decision = "accepted" if review.accepted else "unproven"
    review.reason = "；".join(dict.fromkeys(vote.reason for vote in votes))[:300]
    review.decided_at = at
    review.save()
    if not review.accepted:
        exclude(review.bid, "price", "R06", "报价明显偏低且不能证明合理性", review.reason, at)
    told = {"bid": review.bid.commit_hash, "decision": review.decision}
    tell(evaluation, "low_price.decided", SYSTEM, at, **told)


@transaction.atomic
def summarise(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """Score the prices by machine, add up and rank each lot."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "evaluation.summarise", evaluation)
    if queries.price_reviews(evaluation).filter(decided_at=None).exists():
        raise Conflict("price_review.open", _("还有偏低报价没有作出认定。"))
    move(evaluation, "summarise")
    fail_thin_lots(evaluation, at)
    if evaluation.state == "failed":
        return evaluation
    for lot in queries.lots_of(evaluation):
        _rank(evaluation, lot, at)
    tell(evaluation, "evaluation.summarised", actor, at)
    return evaluation


def _rank(evaluation: Evaluation, lot: Lot, at: datetime) -> None:
    case = case_for(evaluation, lot)
    result: dict[str, Any] = evaluate_case(case)
    if result.get("invalid"):
        raise Denied("evaluation.invalid_bids", _("评审规则认定有无效投标，请先处理。"))
    ranking, _made = Ranking.objects.update_or_create(
        evaluation=evaluation, lot=lot, defaults={"case": case, "result": result, "made_at": at}
    )
    ranking.candidates.all().delete()
    by_name = {name_of(bid): bid for bid in queries.valid_bids(lot)}
    for row in result["ranking"]:
        bid = by_name[row["bidder"]]
        Candidate.objects.create(
            ranking=ranking, bid=bid, rank=row["rank"], total=row["total"], price=bid.price
        )
    told = {"lot": lot.number, "ranking": result["ranking"]}
    tell(evaluation, "evaluation.priced", SYSTEM, at, **told)
