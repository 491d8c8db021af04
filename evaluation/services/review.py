"""Qualification by the purchaser, conformity by the committee, item by item and with reasons."""

from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import Bid
from evaluation import domain, policy, queries
from evaluation.models import Check, Evaluation, Exclusion, Seat
from evaluation.services.committee import move, tell
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading.models import Lot
from trading.services import procedure as trading

PRICE_WORDS = ("最高限价", "预算", "报价")


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


def _clause(evaluation: Evaluation, stage: str, code: str) -> dict[str, str]:
    for clause in queries.clauses(evaluation, stage):
        if clause["code"] == code:
            return clause
    raise Invalid("check.clause", _("采购文件中没有这一条款，不得以文件未规定的理由否决。"))


def _reasoned(passed: bool, reason: str) -> None:  # noqa: FBT001 - the opinion itself
    if not passed and not reason.strip():
        raise Invalid("check.reason", _("认定不通过的，须写明理由和文件页码。"))


@transaction.atomic
def decide_qualification(  # noqa: PLR0913 - an opinion has this many parts
    *, actor: Actor, code: str, bid: int, clause: str, passed: bool, reason: str, at: datetime
) -> Check:
    """Record the purchaser's opinion on one qualification term of one bid (M87 art. 44)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "qualification.decide", evaluation)
    in_state(evaluation, "qualification")
    _clause(evaluation, "qualification", clause)
    _reasoned(passed, reason)
    found = bid_in(evaluation, bid)
    check, _made = Check.objects.update_or_create(
        evaluation=evaluation,
        stage="qualification",
        seat=None,
        bid=found,
        clause=clause,
        defaults={"passed": passed, "reason": reason.strip(), "by": actor.ref, "at": at},
    )
    told = {"bid": found.commit_hash, "clause": clause, "passed": passed, "reason": reason}
    tell(evaluation, "qualification.decided", actor, at, **told)
    return check


@transaction.atomic
def close_qualification(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """End the qualification check; a lot with fewer than three qualified is void (M87 art. 44)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "qualification.decide", evaluation)
    in_state(evaluation, "qualification")
    clauses = queries.clauses(evaluation, "qualification")
    checks = queries.checks_of(evaluation, "qualification")
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            given = checks.filter(bid=bid)
            if given.count() < len(clauses):
                raise Conflict(
                    "qualification.incomplete",
                    _("“%(bidder)s”的资格条件还没有全部审查。"),
                    bidder=bid.bidder.name,
                )
            failed = given.filter(passed=False).first()
            if failed is not None:
                text = _clause(evaluation, "qualification", failed.clause)["text"]
                exclude(bid, "qualification", "R03", text, failed.reason, at)
    move(evaluation, "close_qualification")
    tell(evaluation, "qualification.closed", actor, at)
    fail_thin_lots(evaluation, at)
    return evaluation


def exclude(bid: Bid, stage: str, code: str, clause: str, reason: str, at: datetime) -> Exclusion:
    """Put a bid out, once, with its reason code and the clause of the document."""
    found, _made = Exclusion.objects.get_or_create(
        bid=bid,
        defaults={
            "stage": stage,
            "code": code,
            "clause": clause[:160],
            "reason": reason[:300],
            "at": at,
        },
    )
    return found


def fail_thin_lots(evaluation: Evaluation, at: datetime) -> None:
    """Void every lot with fewer than three bids left, and the evaluation with its last lot."""
    for lot in queries.lots_of(evaluation):
        left = len(queries.valid_bids(lot))
        if left < domain.LEAST_CONFORMING:
            _void(evaluation, lot, left, at)
    if not queries.lots_of(evaluation):
        evaluation.failure = "各采购包有效投标人均不足三家"
        move(evaluation, "fail")
        tell(evaluation, "evaluation.failed", SYSTEM, at, reason=evaluation.failure)


def _void(evaluation: Evaluation, lot: Lot, left: int, at: datetime) -> None:
    trading.fail_lot(
        actor=SYSTEM,
        code=evaluation.tender.code,
        number=lot.number,
        reason=f"经审查，有效投标人为 {left} 家，不足三家",
        article="政府采购法第三十六条第一款第（一）项",
        at=at,
    )


@transaction.atomic
def vote_conformity(  # noqa: PLR0913 - an opinion has this many parts
    *,
    actor: Actor,
    code: str,
    bid: int,
    clause: str,
    passed: bool,
    reason: str,
    page: str,
    at: datetime,
) -> Check:
    """Record one member's opinion on one clause of one bid; it may change until the stage ends."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "conformity.vote", evaluation)
    in_state(evaluation, "conformity")
    _clause(evaluation, "conformity", clause)
    _reasoned(passed, reason)
    seat, found = _seat(actor, evaluation), bid_in(evaluation, bid)
    check, _made = Check.objects.update_or_create(
        evaluation=evaluation,
        stage="conformity",
        seat=seat,
        bid=found,
        clause=clause,
        defaults={
            "passed": passed,
            "reason": reason.strip(),
            "page": page.strip(),
            "by": actor.ref,
            "at": at,
        },
    )
    told = {"seat": seat.number, "bid": found.commit_hash, "clause": clause, "passed": passed}
    tell(evaluation, "conformity.voted", actor, at, **told)
    return check


def _seat(actor: Actor, evaluation: Evaluation) -> Seat:
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    return seat


@transaction.atomic
def close_conformity(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """End the conformity review: each clause is decided by majority (M87 arts. 50, 52)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "conformity.close", evaluation)
    in_state(evaluation, "conformity")
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            _decide_bid(evaluation, bid, at)
    move(evaluation, "close_conformity")
    tell(evaluation, "conformity.closed", actor, at)
    fail_thin_lots(evaluation, at)
    return evaluation


def _decide_bid(evaluation: Evaluation, bid: Bid, at: datetime) -> None:
    size = queries.seats_of(evaluation).count()
    for clause in queries.clauses(evaluation, "conformity"):
        votes = queries.checks_of(evaluation, "conformity").filter(bid=bid, clause=clause["code"])
        if votes.count() < size:
            raise Conflict(
                "conformity.incomplete",
                _("还有成员没有对“%(bidder)s”的“%(clause)s”发表意见。"),
                bidder=bid.bidder.name,
                clause=clause["text"],
            )
        passed = domain.passes([vote.passed for vote in votes])
        if not passed:
            against = votes.filter(passed=False).order_by("at")
            reasons = "；".join(dict.fromkeys(f"{v.reason} {v.page}".strip() for v in against))
            code = "R05" if any(word in clause["text"] for word in PRICE_WORDS) else "R07"
            exclude(bid, "conformity", code, clause["text"], reasons, at)
        told = {"bid": bid.commit_hash, "clause": clause["code"], "passed": passed}
        tell(evaluation, "conformity.decided", SYSTEM, at, **told)
