"""The panel talks with each supplier by itself, in rounds, and asks all that are left for one last
quote (GPL 38, C214 arts. 19 to 23, M74 arts. 31 to 33).
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.domain import BIDDER, SYSTEM, Actor
from bidding.models import Bid
from bidding.queries import windows
from bidding.services import quoting
from evaluation import domain, policy, queries
from evaluation.models import Evaluation, TalkRound, Turn
from evaluation.queries import motions
from evaluation.queries import talks as found
from evaluation.services import paneling, prices
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.stages import due_from, exclude, fail_thin_lots, in_state
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger.services import Entry

LONGEST_QUESTION, LONGEST_ANSWER = 2000, 5000
CLAUSE = "在规定时间内提交最后报价"


@transaction.atomic
def open_round(
    *,
    actor: Actor,
    code: str,
    questions: Mapping[int, str],
    change: str = "",
    minutes: int = domain.EXPLAIN_MINUTES,
    at: datetime,
) -> TalkRound:
    """Ask suppliers in writing, each by itself; a change of the document goes to all at once, and
    gives all the same time to answer it (C214 art. 20).
    """
    evaluation = lock_going(code)
    policy.require(actor, "round.open", evaluation)
    in_state(evaluation, "negotiating")
    motions.refuse_open(evaluation)
    _refuse_waiting(evaluation, at)
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    changed, asked = _worded(change, "change"), _asked(evaluation, questions)
    paneling.require_change(evaluation, changed)
    bids = found.talking(evaluation)
    addressed = bids if changed else [bid for bid in bids if bid.pk in asked]
    if not addressed:
        raise Invalid(
            "round.empty", _("请至少向一家供应商提出问题，或写明对采购文件的变动。"), field="change"
        )
    _refuse_minutes(minutes)
    made = evaluation.talk_rounds.create(
        number=evaluation.talk_rounds.count() + 1,
        change=changed,
        opened_by=seat,
        opened_at=at,
        due_at=due_from(at, minutes),
    )
    Turn.objects.bulk_create(
        Turn(round=made, bid=bid, question=asked.get(bid.pk, "")) for bid in addressed
    )
    told = {"round": made.number, "change": changed, "due_at": made.due_at}
    told["asked"] = [
        {"bid": bid.commit_hash, "question": asked.get(bid.pk, "")} for bid in addressed
    ]
    tell(evaluation, "round.opened", actor, at, **told)
    paneling.mended(evaluation, made.number, actor, at)
    paneling.forget_solutions(evaluation)
    return made


def _refuse_waiting(evaluation: Evaluation, at: datetime) -> None:
    last = found.last_round(evaluation)
    if last is not None and found.is_open(last, at):
        raise Conflict(
            "round.waiting", _("这一轮还在等待供应商答复，请等全部答复或时间到后再继续。")
        )


def _worded(text: str, field: str) -> str:
    if len(text.strip()) > LONGEST_QUESTION:
        raise Invalid("round.too_long", _("每项内容不超过两千字。"), field=field)
    return text.strip()


def _asked(evaluation: Evaluation, questions: Mapping[int, str]) -> dict[int, str]:
    """Take the questions to suppliers that are still talked with."""
    known = {bid.pk for bid in found.talking(evaluation)}
    if unknown := set(questions) - known:
        raise Missing("bid.missing", _("没有这份投标。"), bid=min(unknown))
    worded = {bid: _worded(text, f"bid-{bid}") for bid, text in questions.items()}
    return {bid: text for bid, text in worded.items() if text}


def _refuse_minutes(minutes: int) -> None:
    if not domain.EXPLAIN_MINUTES <= minutes <= domain.MOST_MINUTES:
        raise Invalid(
            "round.minutes",
            _("时间须在 %(least)s 至 %(most)s 分钟之间。"),
            least=domain.EXPLAIN_MINUTES,
            most=domain.MOST_MINUTES,
            field="minutes",
        )


@transaction.atomic
def answer_turn(*, actor: Actor, code: str, turn: int, text: str, at: datetime) -> Turn:
    """Take a supplier's one written answer of a round, within the time all have."""
    evaluation = lock_going(code)
    own = Turn.objects.filter(round__evaluation=evaluation, pk=turn)
    one = own.filter(bid__bidder_id__in=actor.organisations(BIDDER)).select_related("round", "bid")
    made = one.first()
    if made is None:
        raise Missing("turn.missing", _("小组没有向贵单位提出这项要求。"))
    in_state(evaluation, "negotiating")
    if made.bid.state != "read" or hasattr(made.bid, "exclusion"):
        raise Conflict("turn.out", _("贵单位已不再参加磋商、谈判。"))
    if made.answered_at is not None:
        raise Conflict("turn.answered", _("这一轮已经答复；答复一经提交不再更改。"))
    if at >= made.round.due_at:
        raise Conflict("turn.late", _("这一轮的答复时间已过。"))
    if not 0 < len(text.strip()) <= LONGEST_ANSWER:
        raise Invalid("turn.text", _("请填写书面答复，不超过五千字。"), field="text")
    made.answer, made.answered_at, made.answered_by_id = text.strip(), at, actor.person_id
    made.save(update_fields=["answer", "answered_at", "answered_by"])
    told = {"round": made.round.number, "bid": made.bid.commit_hash, "answer": made.answer}
    tell(evaluation, "talks.noted", actor, at, what="answered", **told)
    return made


@transaction.atomic
def request_quotes(
    *, actor: Actor, code: str, minutes: int = domain.EXPLAIN_MINUTES, at: datetime
) -> Evaluation:
    """End the talks: every supplier that is left hands in one sealed quote before one deadline."""
    evaluation = lock_going(code)
    policy.require(actor, "quotes.request", evaluation)
    in_state(evaluation, "negotiating")
    motions.refuse_open(evaluation)
    _refuse_waiting(evaluation, at)
    if silent := found.not_talked_with(evaluation):
        raise Conflict(
            "round.unequal",
            _("应当给予所有供应商平等的机会，还没有与“%(names)s”磋商、谈判。"),
            names="、".join(bid.bidder.name for bid in silent),
        )
    _refuse_minutes(minutes)
    paneling.require_change(evaluation)
    paneling.recommend(evaluation, at)
    move(evaluation, "request_quotes")
    admitted = [bid.pk for bid in found.talking(evaluation)]
    closes_at = due_from(at, minutes)
    quoting.open_window(code=code, admitted=admitted, closes_at=closes_at, at=at)
    tell(evaluation, "quotes.requested", actor, at, admitted=admitted, closes_at=closes_at)
    return evaluation


def on_talks_noted(entry: Entry) -> None:
    """Void the lots that have too few suppliers since one has left."""
    if entry.data["what"] == "left":
        fail_thin_lots(queries.lock_evaluation(entry.tender), entry.at)


def on_quotes_closed(entry: Entry) -> None:
    """Go on with those who have handed in a last quote; fewer than three, and the lot is void."""
    evaluation = queries.lock_evaluation(entry.tender)
    move(evaluation, "close_quotes")
    tell(evaluation, "quotes.closed", SYSTEM, entry.at)
    for bid in found.talking(evaluation):
        if not bid.envelopes.filter(stage=windows.STAGE).exists():
            exclude(bid, "quoting", "R15", CLAUSE, "未在规定时间内提交最后报价，视为退出", entry.at)
            told = {"bid": bid.commit_hash, "lot": bid.lot.number, "supplier": bid.bidder.uscc}
            tell(evaluation, "quotes.missing", SYSTEM, entry.at, **told)
    fail_thin_lots(evaluation, entry.at)
    prices.close_technical(evaluation, entry.at)


@transaction.atomic
def leave(*, actor: Actor, code: str, lot: int, at: datetime) -> Bid:
    """Let the actor's organisation leave the talks about a lot; whoever was put out has no deposit
    to take along, and learns of it with the result.
    """
    evaluation = lock_going(code)
    own = Bid.objects.filter(tender=evaluation.tender, lot__number=lot)
    if own.filter(bidder_id__in=actor.organisations(BIDDER), exclusion__isnull=False).exists():
        raise Conflict("turn.out", _("贵单位已不再参加磋商、谈判。"))
    return quoting.leave_talks(actor=actor, code=code, lot=lot, at=at)
