"""Qualification by the purchaser, conformity by the committee, item by item and with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from bidding.models import Bid
from evaluation import domain, policy, queries
from evaluation.models import Check, Evaluation, Seat
from evaluation.queries import motions
from evaluation.services import paneling, prices
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.stages import (
    bid_in,
    exclude,
    fail_thin_lots,
    in_state,
    refuse_open_clarifications,
)
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.domain import reserved
from trading.markets import method_of
from trading.models import Lot
from trading.services import procedure

LONGEST_PAGE = 40
PRICE_WORDS = ("最高限价", "预算", "报价")


@dataclass(frozen=True)
class Opinion:
    """What somebody thinks of one clause of a bid."""

    clause: str
    passed: bool
    reason: str = ""
    page: str = ""


@dataclass(frozen=True)
class Judge:
    """Who judges bids, in the stage that is theirs: the purchaser, or a member at a seat."""

    evaluation: Evaluation
    stage: str
    actor: Actor
    seat: Seat | None = None


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
    too_long = len(opinion.reason.strip()) > domain.LONGEST_REASON
    if too_long or len(opinion.page.strip()) > LONGEST_PAGE:
        raise Invalid("check.too_long", _("理由不超过三百字，页码不超过四十字。"))


@transaction.atomic
def decide_qualification(  # noqa: PLR0913 - an opinion has this many parts
    *, actor: Actor, code: str, bid: int, clause: str, passed: bool, reason: str, at: datetime
) -> Check:
    """Record the purchaser's opinion on one qualification term of one bid (M87 art. 44)."""
    return _decide(_purchaser(actor, code), bid, Opinion(clause, passed, reason), at)


def _purchaser(actor: Actor, code: str) -> Judge:
    evaluation = lock_going(code)
    policy.require(actor, "qualification.decide", evaluation)
    in_state(evaluation, "qualification")
    return Judge(evaluation, "qualification", actor)


def _decide(judge: Judge, bid: int, opinion: Opinion, at: datetime) -> Check:
    check = _keep(judge, bid, opinion, at)
    told = {"clause": opinion.clause, "passed": opinion.passed, "reason": opinion.reason}
    told["bid"] = check.bid.commit_hash
    tell(judge.evaluation, "qualification.decided", judge.actor, at, **told)
    return check


def _keep(judge: Judge, bid: int, opinion: Opinion, at: datetime) -> Check:
    _clause(judge.evaluation, judge.stage, opinion.clause)
    _reasoned(opinion)
    check, _made = Check.objects.update_or_create(
        evaluation=judge.evaluation,
        stage=judge.stage,
        seat=judge.seat,
        bid=bid_in(judge.evaluation, bid),
        clause=opinion.clause,
        defaults={
            "passed": opinion.passed,
            "reason": opinion.reason.strip(),
            "page": opinion.page.strip(),
            "by": judge.actor.ref,
            "at": at,
        },
    )
    return check


@transaction.atomic
def close_qualification(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """End the qualification check; a lot with fewer than three qualified is void (M87 art. 44)."""
    evaluation = lock_going(code)
    policy.require(actor, "qualification.decide", evaluation)
    in_state(evaluation, "qualification")
    clauses = queries.clauses(evaluation, "qualification")
    checks = queries.checks_of(evaluation, "qualification")
    for lot in queries.lots_of(evaluation):
        _exclude_other_sizes(lot, at)
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


def _exclude_other_sizes(lot: Lot, at: datetime) -> None:
    """Put out whoever is not of the size a package is reserved for, by what it declares now."""
    for bid in queries.valid_bids(lot):
        sizes = (bid.bidder.size, *trading.sizes_of_partners(lot.tender, bid.bidder.uscc))
        if not all(reserved.fits(size, lot.reserved) for size in sizes):
            exclude(bid, "qualification", "R03", reserved.CLAUSE, reserved.REASON, at)


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
    return _vote(_member(actor, code), bid, Opinion(clause, passed, reason, page), at)


def _member(actor: Actor, code: str) -> Judge:
    evaluation = lock_going(code)
    policy.require(actor, "conformity.vote", evaluation)
    in_state(evaluation, "conformity")
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    return Judge(evaluation, "conformity", actor, seat)


def _vote(judge: Judge, bid: int, opinion: Opinion, at: datetime) -> Check:
    check = _keep(judge, bid, opinion, at)
    told = {"clause": opinion.clause, "passed": opinion.passed, "bid": check.bid.commit_hash}
    number = judge.seat.number if judge.seat else None
    tell(judge.evaluation, "conformity.voted", judge.actor, at, seat=number, **told)
    return check


@transaction.atomic
def judge_bid(
    *, actor: Actor, code: str, bid: int, opinions: Sequence[Opinion], at: datetime
) -> None:
    """Record one's opinions on several clauses of a bid, all or none."""
    qualifies = queries.lock_evaluation(code).state == "qualification"
    judge = _purchaser(actor, code) if qualifies else _member(actor, code)
    give = _decide if qualifies else _vote
    for opinion in opinions:
        give(judge, bid, opinion, at)


@transaction.atomic
def close_conformity(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """End the conformity review: each clause is decided by majority (M87 arts. 50, 52)."""
    evaluation = lock_going(code)
    policy.require(actor, "conformity.close", evaluation)
    in_state(evaluation, "conformity")
    refuse_open_clarifications(evaluation)
    motions.refuse_open(evaluation)
    paneling.require_document(evaluation, at)
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            _decide_bid(evaluation, bid, at)
    talks = method_of(evaluation.tender).talks
    move(evaluation, "begin_talks" if talks else "close_conformity")
    tell(evaluation, "conformity.closed", actor, at)
    fail_thin_lots(evaluation, at)
    if evaluation.state == "negotiating":
        procedure.begin_talks(code=code, at=at)
    prices.close_technical(evaluation, at)
    return evaluation


def _reason_code(clause: Mapping[str, str]) -> str:
    if clause["code"] == domain.SAME_MEMBERS:
        return domain.SAME_MEMBERS
    if clause["code"].startswith(domain.QUALIFICATION_LETTER):
        return "R03"
    return "R05" if any(word in clause["text"] for word in PRICE_WORDS) else "R07"


def _decide_bid(evaluation: Evaluation, bid: Bid, at: datetime) -> None:
    sitting = queries.seats_of(evaluation).count()
    for clause in queries.clauses(evaluation, "conformity"):
        votes = queries.checks_of(evaluation, "conformity").filter(bid=bid, clause=clause["code"])
        if votes.count() < sitting:
            raise Conflict(
                "conformity.incomplete",
                _("还有成员没有对“%(bidder)s”的“%(clause)s”发表意见。"),
                bidder=bid.bidder.name,
                clause=clause["text"],
            )
        # A place that is vacant is no vote: what is left decides only with more than half of all.
        passed = domain.carried([vote.passed for vote in votes], evaluation.size)
        if passed is None:
            raise Conflict(
                "conformity.vacant",
                _(
                    "有席位空缺，“%(bidder)s”的“%(clause)s”没有过半数成员的意见，请补足成员后再结束。"
                ),
                bidder=bid.bidder.name,
                clause=clause["text"],
            )
        if not passed and clause["code"] not in domain.DECLARATIONS:
            against = votes.filter(passed=False).order_by("at")
            reasons = "；".join(dict.fromkeys(f"{v.reason} {v.page}".strip() for v in against))
            exclude(bid, "conformity", _reason_code(clause), clause["text"], reasons, at)
        told = {"bid": bid.commit_hash, "clause": clause["code"], "passed": passed}
        tell(evaluation, "conformity.decided", SYSTEM, at, **told)
