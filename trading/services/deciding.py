"""The award committee decides among the candidates, where evaluation and award are apart (rulebook
4.8).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import SYSTEM, Access, Actor
from accounts.services import record_access
from kernel.draw import read_nonce
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award, separation, ties
from trading.domain.separation import Ballot, Decision, Narrowed
from trading.markets import lifecycle_of
from trading.models import Lot, Tender
from trading.queries import minutes
from trading.services.drafting import required
from trading.services.suspensions import open_reasons
from trading.services.telling import tell
from trading.services.tying import commit_draw, draw_between_equals, drawn


@transaction.atomic
def decide_award(  # noqa: PLR0913 - the minutes are one act with all their parts
    *,
    actor: Actor,
    code: str,
    number: int,
    ballots: Sequence[Ballot] = (),
    chosen: str = "",
    reason: str = "",
    at: datetime,
) -> Lot:
    """Record how the award committee decided on a lot: by ballots, by debate, or by price alone;
    where lots decide between those voted first, whom it voted into the draw.
    """
    tender, lot = _open_lot(actor, "award.decide", code, number)
    if lot.decision.get("among"):
        raise Conflict(
            "decision.draws", _("定标委员会已票决，请由公证人员或监督部门给出随机数抽取。")
        )
    finalists = queries.finalists(lot)
    way = tender.award_way
    if way == "price_competition":
        return _narrow(tender, lot, actor, at, separation.lowest(finalists))
    least = int(queries.rules_of(tender, at).value("award_committee_size", "min"))
    separation.require_committee(ballots, least)
    kept = {"ballots": [b.plain() for b in ballots], "reason": required(reason, "reason")}
    if way == "vote_then_lot":
        return _narrow(tender, lot, actor, at, separation.narrow(finalists, ballots), **kept)
    if way == "collective_decision":
        made = separation.deliberate(finalists, ballots, chosen)
    else:
        elect = separation.vote_in_rounds if way == "round_vote" else separation.count_votes
        made = elect(finalists, ballots)
    return _keep(tender, lot, actor, at, made, **kept)


@transaction.atomic
def draw_award(*, actor: Actor, code: str, number: int, nonce: str, at: datetime) -> Lot:
    """Draw the winner among those voted first, or among equals who stand first, with the seed that
    was committed to before and a nonce that a notary or the regulator gives (rulebook 3.5).
    """
    tender, lot = _open_lot(actor, "award.draw", code, number)
    kept = lot.decision
    if kept.get("way") == ties.DRAW:
        return draw_between_equals(tender, lot, actor, read_nonce(nonce), at)
    if tender.award_way != "vote_then_lot" and not kept.get("among"):
        raise Conflict("decision.no_draw", _("招标文件规定的定标方法不是票决抽签。"))
    if not kept.get("among"):
        raise Conflict("decision.no_vote", _("定标委员会尚未票决，票决登记后才能抽取。"))
    purpose = separation.purpose_of(code, number)
    chosen, told = drawn(tender, lot, actor, read_nonce(nonce), purpose)
    voted = {name: kept[name] for name in ("ballots", "reason", "among") if name in kept}
    return _keep(tender, lot, actor, at, Decision(chosen, tuple(kept["rounds"])), **voted, **told)


@transaction.atomic
def read_minutes(*, actor: Actor, code: str, address: str, at: datetime) -> list[dict[str, Any]]:
    """Give what each member of the award committee said, to those who may; the look is recorded."""
    tender = queries.tender_for(actor, code, at)
    if not minutes.reads_minutes(actor, tender):
        raise Missing("minutes.missing", _("没有可供您查阅的定标记录。"))
    access = Access(
        subject=f"award_minutes:{code}",
        purpose="查阅定标委员会定标记录",
        tender=code,
        state=tender.state,
        address=address,
    )
    record_access(actor=actor, access=access, at=at)
    return minutes.minutes_of(tender)


def _narrow(
    tender: Tender, lot: Lot, actor: Actor, at: datetime, made: Narrowed, **kept: Any
) -> Lot:
    """Keep the vote and commit to the seed of the draw, before anybody gives a nonce; whom all
    voted for needs no draw.
    """
    rounds = (made.votes,) if made.votes else ()
    if len(made.among) == 1:
        return _keep(tender, lot, actor, at, Decision(made.among[0], rounds), **kept)
    sealed, commit = commit_draw(tender, lot, made.among)
    voted = {"among": list(made.among), "rounds": [dict(votes) for votes in rounds], **kept}
    lot.decision = {"way": tender.award_way, "sealed": sealed, **commit, **voted}
    lot.save(update_fields=["decision"])
    tell(tender, "award.narrowed", actor, at, lot=lot.number, **voted)
    tell(tender, "award.draw_committed", SYSTEM, at, lot=lot.number, **commit)
    return lot


def _open_lot(actor: Actor, permission: str, code: str, number: int) -> tuple[Tender, Lot]:
    tender = queries.lock_tender(code)
    policy.require(actor, permission, tender)
    waits = lifecycle_of(tender).allows(tender.state, "confirm_winner")
    tied = bool(queries.awaiting_draw(tender)) and permission == "award.draw"
    decides = bool(tender.award_way) and tender.state == "evaluated"
    if not decides and not (tied and (waits or tender.state == "evaluated")):
        raise Conflict("decision.not_now", _("本项目不在定标委员会定标的阶段。"))
    award.require_no_suspension(open_reasons(tender))
    lot = tender.lots.select_for_update().filter(number=number, state="open").first()
    if lot is None or lot.decision.get("chosen"):
        raise Conflict("decision.made", _("该标段没有待定的定标结果。"))
    return tender, lot


def _keep(tender: Tender, lot: Lot, actor: Actor, at: datetime, made: Decision, **more: Any) -> Lot:
    lot.decision = {
        "way": tender.award_way,
        "chosen": made.chosen,
        "rounds": [dict(votes) for votes in made.rounds],
        "decided_at": at.isoformat(),
        **more,
    }
    lot.save(update_fields=["decision"])
    tell(tender, "award.decided", actor, at, lot=lot.number, **lot.decision)
    return lot
