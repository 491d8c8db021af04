"""Prices: corrected where words and figures differ, explained where unusually low, then ranked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.domain import BIDDER, SYSTEM, Actor
from bidding.models import Bid
from evaluation import arithmetic, domain, policy, pricing, queries
from evaluation.models import Check, Evaluation, Exclusion, PriceReview
from evaluation.queries import motions
from evaluation.queries.cases import case_for, name_of
from evaluation.scoring import evaluate_case, out_by_marks
from evaluation.services.answering import keep_files
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.stages import (
    due_from,
    exclude,
    fail_thin_lots,
    in_state,
    set_clock,
)
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger.services import Entry
from trading.domain import PRICES_APART, answer_files
from trading.domain.files import Upload
from trading.domain.priced import names_rates
from trading.markets import method_of
from trading.models import Lot
from trading.services import open_reasons

LONGEST_ANSWER = 5000
MINIMUM: Final = "minimum"
"""The stage of an exclusion by the document's technical minimum, before a price is opened."""


def finish_technical(evaluation: Evaluation, at: datetime) -> None:
    """Go on to the prices: opened now if they were kept back, else reviewed at once.

    After a recheck the prices are known already: they are not opened a second time.
    """
    if evaluation.tender.stages in PRICES_APART and not queries.prices_opened(evaluation):
        lots = queries.lots_of(evaluation)
        unjudge(evaluation)
        for lot in lots:
            _put_out_by_marks(evaluation, lot, at)
        fail_thin_lots(evaluation, at)
        if evaluation.state != "technical" or motions.open_motions(evaluation).exists():
            return
        lots = queries.lots_of(evaluation)
        admitted = [bid.pk for lot in lots for bid in queries.valid_bids(lot)]
        move(evaluation, "await_price")
        tell(evaluation, "technical.closed", SYSTEM, at, admitted=admitted)
        return
    kind = "technical.rechecked" if queries.was_priced(evaluation) else "technical.closed"
    tell(evaluation, kind, SYSTEM, at, admitted=[])
    review_prices(evaluation, at)


def _put_out_by_marks(evaluation: Evaluation, lot: Lot, at: datetime) -> None:
    """Put out whoever misses the document's technical minimum: its price is not opened."""
    bids = queries.valid_bids(lot)
    if bids and queries.leaves(evaluation):
        found = out_by_marks(case_for(evaluation, lot, bids))
        exclude_by_document(evaluation, bids, found, MINIMUM, at)


def unjudge(evaluation: Evaluation) -> None:
    """Take back whom the marks put out, as long as they may still change and no price is open:
    whoever marks in another's place marks these bids too.
    """
    if evaluation.state == "technical" and not queries.prices_opened(evaluation):
        out = Exclusion.objects.filter(bid__tender=evaluation.tender, stage=MINIMUM)
        out.filter(bid__lot__state="open").delete()


def exclude_by_document(
    evaluation: Evaluation,
    bids: Sequence[Bid],
    found: Sequence[Mapping[str, Any]],
    stage: str,
    at: datetime,
) -> None:
    """Put out the bids that the rules of the document itself find invalid (rulebook 4.3)."""
    by_name = {name_of(bid): bid for bid in bids}
    for out in found:
        bid, clause = by_name[out["bidder"]], str(_("评审办法规定的否决情形"))
        exclude(bid, stage, out["clause"], clause, out["reason"], at)
        told = {"bid": bid.commit_hash, "ground": out["clause"], "reason": out["reason"]}
        tell(evaluation, "evaluation.put_out", SYSTEM, at, **told)


def close_technical(evaluation: Evaluation, at: datetime) -> None:
    """Go on to the prices once nothing is left to be voted on and all marks are in, if there is
    anything to mark; whoever ends what was waited for calls this.
    """
    if evaluation.state != "technical" or motions.open_motions(evaluation).exists():
        return
    if not queries.leaves(evaluation) or _marks_agree(evaluation, at):
        finish_technical(evaluation, at)


def _marks_agree(evaluation: Evaluation, at: datetime) -> bool:
    """Tell whether all have locked and objective items agree (M87 art. 64); those that differ are
    shown to all, and the lead reopens the cards.
    """
    if not queries.all_locked(evaluation):
        return False
    if evaluation.marks_seen_at is None:
        evaluation.marks_seen_at = at
        evaluation.save(update_fields=["marks_seen_at"])
    return not domain.uneven_objectives(queries.objective_marks(evaluation))


def go_on_judging(evaluation: Evaluation, at: datetime) -> None:
    """Go on where something that was waited for has ended, by whatever ended it."""
    if evaluation.state == "price_review":
        go_on(evaluation, at)
    else:
        close_technical(evaluation, at)


def on_lot_failed(entry: Entry) -> None:
    """Let what is left be enough where others fail a lot: what the evaluation fails itself, it goes
    on from by itself. While the tender stands still nobody is asked anything.
    """
    if entry.actor != SYSTEM.ref:
        on_resumed(entry)


def on_resumed(entry: Entry) -> None:
    """Go on from what ended while the tender stood still."""
    judging = Evaluation.objects.filter(state__in=("technical", "price_review"))
    found = judging.filter(tender__code=entry.tender).first()
    if found is not None and queries.lots_of(found) and not open_reasons(found.tender):
        go_on_judging(queries.lock_evaluation(entry.tender), entry.at)


def on_opening_ended(entry: Entry) -> None:
    """Go on when the price stage has been opened."""
    if not entry.stream.endswith(".price"):
        return
    evaluation = queries.lock_evaluation(entry.tender)
    if evaluation.state == "price_opening":
        review_prices(evaluation, entry.at)


def review_prices(evaluation: Evaluation, at: datetime) -> None:
    """Begin the price stage: what is beyond the limit is out, words and figures that differ are
    put right, and unusually low quotes are asked about.
    """
    move(evaluation, "review_prices")
    _wait_again(evaluation, at)
    for lot in queries.lots_of(evaluation):
        for bid in queries.valid_bids(lot):
            _check_price(evaluation, bid, lot, at)
    go_on(evaluation, at)


def _wait_again(evaluation: Evaluation, at: datetime) -> None:
    """Give bidders who were asked before members had to mark again their whole time anew; whoever
    was silent in an evaluation that is done again has had its time.
    """
    minutes = domain.explain_minutes(queries.rules_of(evaluation))
    asked = queries.price_reviews(evaluation).filter(answered_at=None, decided_at=None)
    before = evaluation.rounds.order_by("number").last()
    if before is not None:
        asked = asked.filter(asked_at__gte=before.ended_at)
    asked.filter(kind="correction").update(due_at=due_from(at))
    asked.filter(kind="low_price").update(due_at=due_from(at, minutes))


def _check_price(evaluation: Evaluation, bid: Bid, lot: Lot, at: datetime) -> None:
    if bid.price is None:
        exclude(bid, "price", "R01", "报价", "价格部分未能开启", at)
        return
    scheme = evaluation.tender.scheme
    if why := pricing.incomparable(scheme, bid.fields, bid.price, lot.limit):
        exclude(bid, "price", "R07", *why, at)
        return
    sheet = None if names_rates(scheme) else pricing.sheet_of(bid.price, bid.fields, lot.items)
    correction = arithmetic.correct_sheet(sheet, evaluation.tender.market) if sheet else None
    if correction is not None and correction.confirm:
        _propose(evaluation, bid, dict(arithmetic.as_json(correction)), at)
    else:
        _check_limit(bid, bid.price, lot, at)


def _check_limit(bid: Bid, price: Decimal, lot: Lot, at: datetime) -> None:
    """Put out a price beyond the lot's limit: above the ceiling, or of what is sold below the
    start price; exactly on it is inside.
    """
    if method_of(lot.tender).sells:
        if price < lot.limit:
            reason = f"投标报价 {price} 元，低于起始价 {lot.limit} 元"
            exclude(bid, "price", "R15", "投标报价不得低于起始价", reason, at)
    elif price > lot.ceiling:
        reason = f"投标报价 {price} 元，超过最高限价 {lot.ceiling} 元"
        exclude(bid, "price", "R05", "投标报价不得超过最高限价", reason, at)


def _propose(evaluation: Evaluation, bid: Bid, finding: dict[str, Any], at: datetime) -> None:
    """Ask the bidder to confirm a correction; what it answered before stands, and so does what
    follows from it.
    """
    before = bid.price_reviews.filter(kind="correction").first()
    if before is not None:
        if before.decided_at is not None:
            _follow_correction(before, at)
        return
    due = due_from(at)
    PriceReview.objects.create(bid=bid, kind="correction", finding=finding, asked_at=at, due_at=due)
    told = {"bid": bid.commit_hash, "finding": finding, "due_at": due}
    tell(evaluation, "correction.proposed", SYSTEM, at, **told)


def go_on(evaluation: Evaluation, at: datetime) -> None:
    """Once every correction is answered, ask about unusually low quotes."""
    waiting = queries.waiting_reviews(evaluation).filter(kind="correction")
    if not waiting.exists():
        fail_thin_lots(evaluation, at)
        if evaluation.state != "failed":
            _ask_about_low_prices(evaluation, at)
    set_clock(evaluation, at)


def _ask_about_low_prices(evaluation: Evaluation, at: datetime) -> None:
    due = due_from(at, domain.explain_minutes(queries.rules_of(evaluation)))
    for lot in queries.lots_of(evaluation):
        case = case_for(evaluation, lot, queries.valid_bids(lot))
        if "low_price_review" not in case:
            continue  # the document has no line below which it asks; the committee may clarify
        result: dict[str, Any] = evaluate_case(case)
        by_name = {name_of(bid): bid for bid in queries.valid_bids(lot)}
        for asked in result["low_price_reviews"]:
            bid = by_name[asked["bidder"]]
            if bid.price_reviews.filter(kind="low_price").exists():
                continue
            finding = pricing.in_yuan(evaluation.tender.scheme, asked, bid.price, lot.limit)
            PriceReview.objects.create(
                bid=bid, kind="low_price", finding=finding, asked_at=at, due_at=due
            )
            told = {"bid": bid.commit_hash, "finding": finding, "due_at": due}
            tell(evaluation, "low_price.asked", SYSTEM, at, **told)


# --- what bidders answer ---


def _own_review(evaluation: Evaluation, actor: Actor, review: int, kind: str) -> PriceReview:
    found = PriceReview.objects.filter(pk=review, kind=kind, bid__tender=evaluation.tender).first()
    if found is None or found.bid.bidder_id not in actor.organisations(BIDDER):
        raise Missing("price_review.missing", _("没有需要贵单位说明的报价。"))
    return found


def _in_time(evaluation: Evaluation, review: PriceReview, at: datetime) -> None:
    in_state(evaluation, "price_review")
    if at >= review.due_at or review.decided_at is not None:
        raise Conflict("price_review.late", _("说明时间已过。"))


@transaction.atomic
def answer_correction(
    *, actor: Actor, code: str, review: int, accepted: bool, at: datetime
) -> PriceReview:
    """Confirm or refuse a correction; who refuses it is out (M87 art. 59)."""
    evaluation = lock_going(code)
    found = _own_review(evaluation, actor, review, "correction")
    _in_time(evaluation, found, at)
    found.answered_at = at
    _settle_correction(evaluation, found, accepted, actor, at)
    return found


def _settle_correction(
    evaluation: Evaluation,
    review: PriceReview,
    accepted: bool,  # noqa: FBT001 - the answer itself
    actor: Actor,
    at: datetime,
) -> None:
    review.accepted, review.decided_at = accepted, at
    review.decision = "confirmed" if accepted else "refused"
    review.save()
    tell(evaluation, f"correction.{review.decision}", actor, at, bid=review.bid.commit_hash)
    _follow_correction(review, at)
    go_on(evaluation, at)


def _follow_correction(review: PriceReview, at: datetime) -> None:
    """Look at a corrected price as at any other; who does not confirm it is out."""
    bid = review.bid
    if review.accepted:
        _check_limit(bid, Decimal(review.finding["corrected"]), bid.lot, at)
        return
    words = "供应商不确认算术修正" if review.answered_at else "供应商未在规定时间内确认算术修正"
    exclude(bid, "price", "R11", "投标报价前后不一致的，按规定修正", words, at)


@transaction.atomic
def explain_low_price(
    *,
    actor: Actor,
    code: str,
    review: int,
    text: str,
    attached: Sequence[Upload] = (),
    at: datetime,
) -> PriceReview:
    """Take a bidder's written explanation of its price with its proof, once and within the time
    given (LOW2, M87 art. 60).
    """
    evaluation = lock_going(code)
    found = _own_review(evaluation, actor, review, "low_price")
    _in_time(evaluation, found, at)
    if found.answered_at is not None:
        raise Conflict("price_review.answered", _("书面说明已经提交，不能更改或者补充。"))
    if not 0 < len(text.strip()) <= LONGEST_ANSWER:
        raise Invalid("price_review.text", _("请填写书面说明，不超过五千字。"), field="text")
    kept = answer_files.checked(attached)
    found.answer, found.answered_at = text.strip(), at
    found.save(update_fields=["answer", "answered_at"])
    told = {"bid": found.bid.commit_hash, "files": keep_files(found, kept, at)}
    set_clock(evaluation, at)
    tell(evaluation, "low_price.explained", actor, at, **told)
    return found


# --- what the committee decides ---


@transaction.atomic
def decide_low_price(
    *, actor: Actor, code: str, review: int, accepted: bool, reason: str, at: datetime
) -> PriceReview:
    """Record a member's opinion; the majority of all members decides."""
    evaluation = lock_going(code)
    policy.require(actor, "low_price.decide", evaluation)
    in_state(evaluation, "price_review")
    found = PriceReview.objects.filter(
        pk=review, kind="low_price", bid__tender=evaluation.tender
    ).first()
    seat = queries.seat_of(actor, evaluation)
    if found is None or seat is None:
        raise Missing("price_review.missing", _("没有这项报价核对。"))
    if found.decided_at is not None:
        raise Conflict("price_review.decided", _("这项报价已经作出认定。"))
    if found.answered_at is None and at < found.due_at:
        raise Conflict("price_review.waiting", _("供应商说明时间未到，请等待书面说明。"))
    if not reason.strip():
        raise Invalid("check.reason", _("请写明认定的理由。"), field="reason")
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
    """Decide as soon as more than half of the whole committee agree one way: who is absent holds
    nobody up, and a place that is vacant is no vote.
    """
    votes = list(queries.checks_of(evaluation, "low_price").filter(bid=review.bid))
    accepted = domain.carried([vote.passed for vote in votes], evaluation.size)
    if accepted is None:
        return
    review.accepted = accepted
    review.decision = "accepted" if review.accepted else "unproven"
    reasons = [vote.reason for vote in votes if vote.passed == review.accepted]
    review.reason = "；".join(dict.fromkeys(reasons))[:300]
    review.decided_at = at
    review.save()
    if not review.accepted:
        exclude(review.bid, "price", "R06", "报价明显偏低且不能证明合理性", review.reason, at)
    set_clock(evaluation, at)
    told = {"bid": review.bid.commit_hash, "decision": review.decision}
    tell(evaluation, "low_price.decided", SYSTEM, at, **told)


# --- time ---


def expire(evaluation: Evaluation, at: datetime) -> None:
    """Let pass what bidders did not answer in time: an unconfirmed correction is refused."""
    late = queries.price_reviews(evaluation).filter(
        kind="correction", decided_at=None, due_at__lte=at
    )
    for review in late:
        if evaluation.state == "price_review":
            _settle_correction(evaluation, review, False, SYSTEM, at)  # noqa: FBT003 - silence
