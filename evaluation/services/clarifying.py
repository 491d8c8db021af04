"""The committee asks a bidder about its bid in writing; the answer never changes the bid (M87 art.
51, BLR art. 52).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.domain import BIDDER, SYSTEM, Actor
from evaluation import domain, policy, queries
from evaluation.domain import BID_CLARIFICATION
from evaluation.models import BidClarification, Check, Evaluation
from evaluation.services.answering import keep_files
from evaluation.services.committee import lock_going, tell
from evaluation.services.stages import bid_in, due_from, in_state, set_clock
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading.domain import answer_files
from trading.domain.files import Upload

ASKING = ("conformity", "technical", "price_review")
LONGEST_QUESTION, LONGEST_PLACE, LONGEST_ANSWER, LONGEST_REASON = 2000, 120, 5000, 300
STAGE = "clarification"


@dataclass(frozen=True)
class Question:
    """What is asked: on which of the law's grounds, about which place of the bid, for how long."""

    ground: str
    place: str
    text: str
    minutes: int = domain.EXPLAIN_MINUTES

    def refuse_bad(self) -> None:
        """Refuse a question without a lawful ground, a place in the bid, or a bearable length."""
        if self.ground not in domain.CLARIFY_GROUNDS:
            raise Invalid(
                "bid_clarification.ground",
                _("只能就含义不明确、表述不一致或者有明显文字和计算错误的内容要求澄清。"),
                field="ground",
            )
        if not 0 < len(self.place.strip()) <= LONGEST_PLACE:
            message = _("请写明所问内容在投标文件中的位置，不超过一百二十字。")
            raise Invalid("bid_clarification.place", message, field="place")
        if not 0 < len(self.text.strip()) <= LONGEST_QUESTION:
            message = _("请写明要求澄清的问题，不超过两千字。")
            raise Invalid("bid_clarification.question", message, field="text")
        if not domain.EXPLAIN_MINUTES <= self.minutes <= domain.MOST_MINUTES:
            raise Invalid(
                "bid_clarification.minutes",
                _("答复时间须在 %(least)s 至 %(most)s 分钟之间。"),
                field="minutes",
                least=domain.EXPLAIN_MINUTES,
                most=domain.MOST_MINUTES,
            )


@transaction.atomic
def ask_clarification(
    *, actor: Actor, code: str, bid: int, question: Question, at: datetime
) -> BidClarification:
    """Ask one bidder, in writing and with a time; no other bidder learns of it."""
    evaluation = lock_going(code)
    policy.require(actor, "bid_clarification.ask", evaluation)
    in_state(evaluation, *ASKING)
    question.refuse_bad()
    found, seat = bid_in(evaluation, bid), queries.seat_of(actor, evaluation)
    if hasattr(found, "exclusion") or found.lot.state != "open":
        message = _("这份投标已经无效，不再要求澄清。")
        raise Conflict("bid_clarification.excluded", message, field="bid")
    if seat is None or found.bid_clarifications.filter(state="asked").exists():
        message = _("上一个澄清还在等待这家供应商答复。")
        raise Conflict("bid_clarification.waiting", message, field="bid")
    made = evaluation.bid_clarifications.create(
        bid=found,
        number=evaluation.bid_clarifications.count() + 1,
        ground=question.ground,
        place=question.place.strip(),
        question=question.text.strip(),
        asked_by=seat,
        asked_at=at,
        due_at=due_from(at, question.minutes),
    )
    set_clock(evaluation, at)
    told = {"place": made.place, "ground": made.ground, "question": made.question}
    _tell(made, "asked", actor, at, due_at=made.due_at, **told)
    return made


@transaction.atomic
def answer_clarification(  # noqa: PLR0913 - an answer has this many parts
    *,
    actor: Actor,
    code: str,
    clarification: int,
    text: str,
    confirmed: bool,
    attached: Sequence[Upload] = (),
    at: datetime,
) -> BidClarification:
    """Take the bidder's one written answer with its files, confirmed as its own, within the time
    given.
    """
    evaluation = lock_going(code)
    found = _of(evaluation, clarification)
    if found is None or found.bid.bidder_id not in actor.organisations(BIDDER):
        raise Missing("bid_clarification.missing", _("没有这个澄清要求。"))
    after = BID_CLARIFICATION.after(found.state, "answer")
    if at >= found.due_at:
        raise Conflict("bid_clarification.late", _("答复时间已过，评标委员会按投标文件原文评审。"))
    if not 0 < len(text.strip()) <= LONGEST_ANSWER:
        message = _("请填写书面澄清，不超过五千字。")
        raise Invalid("bid_clarification.answer", message, field="text")
    if not confirmed:
        message = _("请确认答复由贵单位作出，且没有改变投标文件的实质性内容。")
        raise Invalid("bid_clarification.unconfirmed", message, field="confirmed")
    kept = answer_files.checked(attached)
    found.state, found.answer = after, text.strip()
    found.answered_by_id, found.answered_at = actor.person_id, at
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    named = keep_files(found, kept, at)
    set_clock(evaluation, at)
    _tell(found, "answered", actor, at, answer=found.answer, files=named)
    return found


@transaction.atomic
def judge_clarification(
    *, actor: Actor, code: str, clarification: int, within: bool, reason: str, at: datetime
) -> BidClarification:
    """Record a member's opinion whether the answer stays within the bid; the majority decides, and
    what goes beyond the bid is disregarded.
    """
    evaluation = lock_going(code)
    policy.require(actor, "bid_clarification.judge", evaluation)
    found, seat = _of(evaluation, clarification), queries.seat_of(actor, evaluation)
    if found is None or seat is None:
        raise Missing("bid_clarification.missing", _("没有这个澄清要求。"))
    BID_CLARIFICATION.after(found.state, "keep")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("check.reason", _("请写明认定的理由。"), field="reason")
    Check.objects.update_or_create(
        evaluation=evaluation,
        stage=STAGE,
        seat=seat,
        bid=found.bid,
        clause=f"K{found.number}",
        defaults={"passed": within, "reason": reason.strip(), "by": actor.ref, "at": at},
    )
    _settle(evaluation, found, at)
    return found


def _settle(evaluation: Evaluation, found: BidClarification, at: datetime) -> None:
    """Decide as soon as more than half of the whole committee agree one way."""
    votes = list(
        queries.checks_of(evaluation, STAGE).filter(bid=found.bid, clause=f"K{found.number}")
    )
    within = domain.carried([vote.passed for vote in votes], evaluation.size)
    if within is None:
        return
    event = "keep" if within else "disregard"
    reasons = [vote.reason for vote in votes if vote.passed == within]
    found.state, found.judged_at = BID_CLARIFICATION.after(found.state, event), at
    found.reason = "；".join(dict.fromkeys(reasons))[:LONGEST_REASON]
    found.save(update_fields=["state", "reason", "judged_at"])
    _tell(found, "judged", SYSTEM, at, decision=found.state, reason=found.reason)


def expire(evaluation: Evaluation, at: datetime) -> None:
    """Let lapse what a bidder did not answer in time: the bid is judged as it is written."""
    for found in evaluation.bid_clarifications.filter(state="asked", due_at__lte=at):
        found.state = BID_CLARIFICATION.after(found.state, "lapse")
        found.save(update_fields=["state"])
        _tell(found, "lapsed", SYSTEM, at)


def _of(evaluation: Evaluation, number: int) -> BidClarification | None:
    return evaluation.bid_clarifications.select_related("bid").filter(number=number).first()


def _tell(found: BidClarification, event: str, actor: Actor, at: datetime, **data: object) -> None:
    told = {"number": found.number, "bid": found.bid.commit_hash} | data
    tell(found.evaluation, f"bid_clarification.{event}", actor, at, **told)
