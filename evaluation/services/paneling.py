"""The panel confirms the document or wants it mended, and, where only suppliers can say what is to
be bought, votes for the solutions that go on to a last quote (M74 art. 8; GPR art. 35).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from evaluation import policy, queries, votes
from evaluation.models import DocumentOpinion, Evaluation, Seat, SolutionVote
from evaluation.queries import motions, talks
from evaluation.queries import paneling as found
from evaluation.services.committee import lock_going, tell
from evaluation.services.stages import exclude, in_state
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading.markets import method_of

LONGEST: Final = 300


class Said(NamedTuple):
    """What a member says of one thing, and why."""

    agrees: bool
    reason: str = ""


@transaction.atomic
def judge_document(
    *, actor: Actor, code: str, agrees: bool, reason: str, at: datetime
) -> DocumentOpinion:
    """Confirm the document, or ask for it to be mended and say why; more than half of all members
    decide, and a member may change its mind until the review is over.
    """
    evaluation = lock_going(code)
    policy.require(actor, "document.judge", evaluation)
    if found.duty(evaluation) is None:
        raise Missing("document.no_duty", _("这种采购方式不需要小组确认采购文件。"))
    in_state(evaluation, *found.CONFIRMING)
    if not found.opens(evaluation):
        raise Conflict(
            "document.settled", _("小组在第一次评审时已经对采购文件作出结论，重新评审不再改变。")
        )
    said, seat = _worded(Said(agrees, reason), "reason"), _seat(actor, evaluation)
    made, _new = DocumentOpinion.objects.update_or_create(
        seat=seat, defaults={"agrees": said.agrees, "reason": said.reason, "at": at}
    )
    told = {"seat": seat.number, "agrees": said.agrees, "reason": said.reason}
    tell(evaluation, "document.judged", actor, at, **told)
    settle(evaluation, at)
    return made


def require_document(evaluation: Evaluation, at: datetime) -> None:
    """Refuse to go on from the review while the panel has not come to an end about the document;
    quotes that nobody may change do not outlive a document that must be. What it came to is kept.
    """
    if found.duty(evaluation) is None or not found.opens(evaluation):
        return
    settle(evaluation, at)
    if not evaluation.document:
        raise Conflict(
            "document.unconfirmed",
            _("小组还没有过半数成员确认采购文件或者要求修改，请尚未发表意见的成员先发表意见。"),
        )
    if found.must_mend(evaluation) and not method_of(evaluation.tender).talks:
        raise Conflict(
            "document.mend_asked",
            _(
                "小组过半数成员要求修改采购文件；报价已经提交，文件不能再改。"
                "请采购人终止本次采购、修改后重新采购，或者由成员改变意见。"
            ),
        )
    keep_document(evaluation)


def keep_document(evaluation: Evaluation) -> None:
    """Keep what each member said of the document, once the panel came to an end about it."""
    if evaluation.document and found.DOCUMENT not in evaluation.decided:
        evaluation.decided[found.DOCUMENT] = found.said_of_document(evaluation)
        evaluation.save(update_fields=["decided"])


def settle(evaluation: Evaluation, at: datetime) -> None:
    """Write down what those who sit now have come to, and record it when it is new, be it that a
    member left and the matter is open again.
    """
    standing = found.document_of(evaluation)
    if standing == evaluation.document:
        return
    evaluation.document = standing
    evaluation.save(update_fields=["document"])
    if not standing:
        tell(evaluation, "document.reopened", SYSTEM, at)
        return
    reasons = [said.reason for said in found.opinions(evaluation) if said.reason]
    told = {"text": evaluation.tender.text_digest, "reasons": reasons}
    kind = "document.mend_asked" if standing == votes.MEND else "document.confirmed"
    tell(evaluation, kind, SYSTEM, at, **told)


def require_change(evaluation: Evaluation, changed: str = "") -> None:
    """Refuse talks on a document the panel wants mended, before the change went to all."""
    if found.must_mend(evaluation) and not changed:
        raise Conflict(
            "document.mend_first",
            _("小组要求修改采购文件：请先写明对采购文件的变动，书面发给所有供应商。"),
            field="change",
        )


def mended(evaluation: Evaluation, number: int, actor: Actor, at: datetime) -> None:
    """Take the change that went to all in a round for the one the panel wanted."""
    if found.must_mend(evaluation):
        evaluation.document = "mended"
        evaluation.save(update_fields=["document"])
        tell(evaluation, "document.mended", actor, at, round=number)


@transaction.atomic
def vote_solutions(
    *, actor: Actor, code: str, given: Mapping[int, Said], at: datetime
) -> list[SolutionVote]:
    """Say of every solution whether one recommends it; who does not says why, and the supplier is
    told so. A member may change its mind until last quotes are asked for.
    """
    evaluation = lock_going(code)
    policy.require(actor, "solution.vote", evaluation)
    if found.solutions_law(evaluation) is None:
        raise Missing("solutions.not_asked", _("采购文件没有写明须由供应商提供方案，无需表决。"))
    in_state(evaluation, "negotiating")
    motions.refuse_open(evaluation)
    if not found.solutions_open(evaluation, at):
        message = _("请在与所有供应商磋商、谈判结束后再表决推荐方案。")
        raise Conflict("solutions.too_early", message)
    seat, bids = _seat(actor, evaluation), talks.talking(evaluation)
    if set(given) != {bid.pk for bid in bids}:
        message = _("请对仍参加磋商、谈判的每一家供应商的方案表决。")
        raise Invalid("solutions.each", message)
    said = {bid: _worded(one, f"reason-{bid}") for bid, one in given.items()}
    made = [
        SolutionVote.objects.update_or_create(
            seat=seat,
            bid=bid,
            defaults={"agrees": said[bid.pk].agrees, "reason": said[bid.pk].reason, "at": at},
        )[0]
        for bid in bids
    ]
    told = [
        {"bid": vote.bid.commit_hash, "agrees": vote.agrees, "reason": vote.reason} for vote in made
    ]
    tell(evaluation, "solution.voted", actor, at, seat=seat.number, votes=told)
    return made


def forget_solutions(evaluation: Evaluation) -> None:
    """Take the votes away when the talks go on: what was recommended may have changed."""
    SolutionVote.objects.filter(seat__evaluation=evaluation).delete()
    if evaluation.decided.pop(found.SOLUTIONS, None):
        evaluation.save(update_fields=["decided"])


def recommend(evaluation: Evaluation, at: datetime) -> None:
    """Let none but the recommended go on to a last quote, where the document asks for solutions;
    the others are out, each with the members' reasons.
    """
    law = found.solutions_law(evaluation)
    if law is None:
        return
    bids = talks.talking(evaluation)
    if not found.all_voted(evaluation, bids):
        raise Conflict(
            "solutions.incomplete",
            _("还有成员没有对所有供应商的方案表决，不能要求提交最后报价（%(article)s）。"),
            article=law.basis.cited,
        )
    least, chosen = found.least_solutions(evaluation, law, at), set[int]()
    for lot in queries.lots_of(evaluation):
        in_lot = found.chosen_of(evaluation, lot)
        votes.require_solutions(in_lot, least, lot.number)
        chosen |= set(in_lot)
    evaluation.decided.pop(found.SOLUTIONS, None)
    evaluation.decided[found.SOLUTIONS] = found.solutions_told(evaluation)
    evaluation.save(update_fields=["decided"])
    against = [vote for vote in found.votes_of(evaluation) if not vote.agrees]
    told = []
    for bid in bids:
        why = "；".join(dict.fromkeys(v.reason for v in against if v.bid_id == bid.pk))
        goes_on = bid.pk in chosen
        told.append({"bid": bid.commit_hash, "goes_on": goes_on, "reason": "" if goes_on else why})
        if not goes_on:
            exclude(bid, "negotiating", found.NOT_RECOMMENDED, votes.SOLUTION_CLAUSE, why, at)
    tell(evaluation, "solutions.recommended", SYSTEM, at, article=law.basis.cited, solutions=told)


def _seat(actor: Actor, evaluation: Evaluation) -> Seat:
    seat = queries.seat_of(actor, evaluation)
    if seat is None:
        raise Conflict("seat.gone", _("您已不在本项目评标委员会中。"))
    return seat


def _worded(said: Said, field: str) -> Said:
    """Take what a member says: who is against it says why."""
    why = said.reason.strip()
    if len(why) > LONGEST or (not said.agrees and not why):
        message = _("不同意的须写明理由，不超过三百字。")
        raise Invalid("panel.reason", message, field=field)
    return Said(said.agrees, why)
