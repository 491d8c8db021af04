"""Qualification by the purchaser, conformity by the committee, item by item and with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import Bid
from evaluation import domain, policy, queries
from evaluation.models import Check, Evaluation, Seat
from evaluation.services import prices
from evaluation.services.committee import move, tell
from evaluation.services.stages import (
    bid_in,
    exclude,
    fail_thin_lots,
    in_state,
    refuse_open_clarifications,
)
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

LONGEST_REASON, LONGEST_PAGE = 300, 40
PRICE_WORDS = ("最高限价", "预算", "报价")


@dataclass(frozen=True)
class Opinion:
    """What somebody thinks of one clause of a bid."""

    clause: str
    passed: bool
    reason: str = ""
    page: str = ""


def _clause(evaluation: Evaluation, stage: str, code: str) -> dict[str, str]:
    for clause in queries.clauses(evaluation, stage):
        if clause["code"] == code:
            return clause
    raise Invalid("check.clause", _("采购文件中没有这一条款，不得以文件未规定的理由否决。"))


def _reasoned(opinion: Opinion) -> None:
    if not opinion.passed and not opinion.reason.strip():
        raise Invalid(
            "check.reason",
            _("%(clause)s 认定不通过的，须写明理由和文件页码。"),
            clause=opinion.clause,
            field=f"{opinion.clause}.reason",
        )
    too_long = len(opinion.reason.strip()) > LONGEST_REASON
    if too_long or len(opinion.page.strip()) > LONGEST_PAGE:
        raise Invalid("check.too_long", _("理由不超过三百字，页码不超过四十字。"))


@transaction.atomic
def decide_qualification(  # noqa: PLR0913 - an opinion has this many parts
    *, actor: Actor, code: str, bid: int, clause: str, passed: bool, reason: str, at: datetime
) -> Check:
    """Record the purchaser's opinion on one qualification term of one bid (M87 art. 44)."""
    evaluation = queries.lock_evaluation(code)
    policy.require(actor, "qualification.decide", evaluation)
    in_state(evaluation, "qualification")
    _clause(evaluation, "qualification", clause)
    _reasoned(Opinion(clause, passed, reason))
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
    _reasoned(Opinion(clause, passed, reason, page))
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


@transaction.atomic
def judge_bid(
    *, actor: Actor, code: str, bid: int, opinions: Sequence[Opinion], at: datetime
) -> None:
    """Record one's opinions on several clauses of a bid, all or none."""
    stage = queries.lock_evaluation(code).state
    for opinion in opinions:
        given: dict[str, Any] = {
            "clause": opinion.clause,
            "passed": opinion.passed,
            "reason": opinion.reason,
        }
        if stage == "qualification":
            decide_qualification(actor=actor, code=code, bid=bid, at=at, **given)
        else:
            vote_conformity(actor=actor, code=code, bid=bid, page=opinion.page, at=at, **given)


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
    refuse_open_clarifications(evaluation)
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            _decide_bid(evaluation, bid, at)
    move(evaluation, "close_conformity")
    tell(evaluation, "conformity.closed", actor, at)
    fail_thin_lots(evaluation, at)
    if evaluation.state == "technical" and not queries.leaves(evaluation):
        prices.finish_technical(evaluation, at)  # the lowest price wins: there is nothing to mark
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
        if not passed and clause["code"] not in domain.DECLARATIONS:
            against = votes.filter(passed=False).order_by("at")
            reasons = "；".join(dict.fromkeys(f"{v.reason} {v.page}".strip() for v in against))
            code = "R05" if any(word in clause["text"] for word in PRICE_WORDS) else "R07"
            exclude(bid, "conformity", code, clause["text"], reasons, at)
        told = {"bid": bid.commit_hash, "clause": clause["code"], "passed": passed}
        tell(evaluation, "conformity.decided", SYSTEM, at, **told)
