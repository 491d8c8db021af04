"""Read the motions of a committee, and what waits until they are decided."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bidding.models import Bid
from evaluation import queries, statutory
from evaluation.models import Evaluation, Motion
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain import failing
from trading.markets import method_of
from trading.models import Lot


def open_motions(evaluation: Evaluation) -> QuerySet[Motion]:
    """List what the members have not decided yet, of lots that have not failed since."""
    return evaluation.motions.filter(decided_at=None, lot__state="open").select_related("lot")


def refuse_open(evaluation: Evaluation) -> None:
    """Refuse what comes after a motion that is not decided."""
    waiting = open_motions(evaluation).first()
    if waiting is not None:
        raise Conflict(
            "motion.open",
            _("第 %(lot)s 标段（包）还有提请表决的事项没有结论，请全体成员先表决。"),
            lot=waiting.lot.number,
        )


def put(evaluation: Evaluation, lot: Lot, ground: str, at: datetime) -> Motion:
    """Write a motion down as the next of its committee."""
    return evaluation.motions.create(
        lot=lot,
        number=evaluation.motions.count() + 1,
        ground=ground,
        bids_left=len(queries.valid_bids(lot)),
        put_at=at,
    )


def is_answered(evaluation: Evaluation, bid: Bid, ground: str) -> bool:
    """Tell whether those who sit now have voted on this already; who took a place since may ask."""
    decided = evaluation.motions.filter(bid=bid, ground=ground).exclude(decided_at=None)
    sitting = queries.seats_of(evaluation)
    return any(not motion.votes.exclude(seat__in=sitting).exists() for motion in decided)


def is_judged(lot: Lot, left: int) -> bool:
    """Tell whether the members were asked already about so few bids of a lot."""
    asked = Motion.objects.filter(lot=lot, ground=failing.NO_COMPETITION)
    return asked.filter(bids_left__lte=left).exists()


def grounds_of(evaluation: Evaluation) -> list[tuple[str, str]]:
    """List the grounds on which the lead may put it that a lot fails."""
    return [
        (ground, failing.GROUNDS[ground])
        for ground in failing.declared(method_of(evaluation.tender).failing)
    ]


def told(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give the motions as plain values, the newest first."""
    return [
        {
            "motion": made.number,
            "lot": made.lot.number,
            "bid": made.bid_id,
            "ground": made.ground,
            "reason": made.reason,
            "bids_left": made.bids_left,
            "carried": made.carried,
            "votes": [
                {"seat": vote.seat.number, "agrees": vote.agrees, "reason": vote.reason}
                for vote in (made.votes.all() if made.decided_at else ())
            ],
        }
        for made in shown(evaluation)
    ]


def shown(evaluation: Evaluation) -> list[Motion]:
    """List the motions with their votes, the newest first, for who reads the bids' names."""
    rows = evaluation.motions.select_related("lot", "bid__bidder").prefetch_related("votes__seat")
    found = list(rows.order_by("-number"))
    for made in found:
        title, article = _ground(evaluation, made)
        made.title, made.article = title, article  # type: ignore[attr-defined]
    return found


def _ground(evaluation: Evaluation, made: Motion) -> tuple[str, str]:
    """Give the words of a motion's ground, and for a bid the article."""
    if made.bid_id is None:
        return failing.GROUNDS[made.ground], ""
    ground = statutory.grounds(evaluation.tender.market)[made.ground]
    return ground.title, ground.article


def reported(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give what the report says of the motions: what was asked, how each voted, what followed."""
    return [
        {
            "lot": made.lot.number,
            "ground": _ground(evaluation, made)[0],
            **({"supplier": made.bid.bidder.name} if made.bid else {}),
            "bids_left": made.bids_left,
            "carried": made.carried,
            "votes": [
                {"member": vote.seat.person.name, "agrees": vote.agrees, "reason": vote.reason}
                for vote in made.votes.select_related("seat__person")
            ],
        }
        for made in evaluation.motions.exclude(decided_at=None).select_related("lot", "bid__bidder")
    ]
