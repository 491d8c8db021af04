"""What a panel decides besides judging bids: whether the document stands, and, where only suppliers
can say what is to be bought, whose solutions go on to a last quote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bidding.models import Bid
from evaluation import queries, votes
from evaluation.models import DocumentOpinion, Evaluation, Exclusion, SolutionVote
from evaluation.queries import talks
from trading import queries as trading
from trading.markets import method_of
from trading.models import Lot
from trading.periods import Figure, Requirement
from trading.periods.fields import CONFIRMS, PANEL

CONFIRMING: Final = ("electing", "qualification", "conformity")
"""When members say what they think of the document: they sit, and nothing rests on it yet."""
NOT_RECOMMENDED: Final = "R15"
"""The code of what the document says besides: that a solution must be recommended."""


def duty(evaluation: Evaluation) -> Requirement | None:
    """Give the rule by which the panel confirms the document, or None."""
    rows = queries.rules_of(evaluation).fields(PANEL)
    return next((row for row in rows if row.code == CONFIRMS), None)


def opinions(evaluation: Evaluation) -> list[DocumentOpinion]:
    """List what the members that sit now say of the document."""
    sitting = DocumentOpinion.objects.filter(seat__in=queries.seats_of(evaluation))
    return list(sitting.select_related("seat__person"))


def document_of(evaluation: Evaluation) -> str:
    """Tell what the panel has come to: by those who sit now, until its review is over."""
    if evaluation.state in CONFIRMING:
        said = [opinion.agrees for opinion in opinions(evaluation)]
        return votes.of_document(said, evaluation.size)
    return evaluation.document


def document_told(evaluation: Evaluation) -> dict[str, Any] | None:
    """Say what a page and the API show of it; None where the panel has no such duty."""
    law = duty(evaluation)
    if law is None:
        return None
    standing = document_of(evaluation)
    return {
        "law": law.basis.cited,
        "standing": standing,
        "title": votes.DOCUMENT.get(standing, ""),
        "opens": evaluation.state in CONFIRMING,
        "talks": method_of(evaluation.tender).talks,
        "digest": evaluation.tender.text_digest,
        "opinions": [
            {"seat": said.seat.number, "agrees": said.agrees, "reason": said.reason, "at": said.at}
            for said in opinions(evaluation)
        ],
    }


def must_mend(evaluation: Evaluation) -> bool:
    """Tell whether the panel wants the document mended, and nothing has gone to suppliers yet."""
    return evaluation.document == votes.MEND


# --- whose solutions go on ---


def solutions_law(evaluation: Evaluation) -> Figure | None:
    """Give the rule that the members vote for solutions, where the document says that it cannot
    state in full what is needed (GPR art. 35).
    """
    if not evaluation.tender.grounds.get("solutions"):
        return None
    return queries.rules_of(evaluation).find("least_solutions", "min")


def least_solutions(evaluation: Evaluation, law: Figure, at: datetime) -> int:
    """Give how many must be recommended: no more than the law wants to take part at all."""
    return min(int(law.value), trading.least_parties(evaluation.tender, at))


def solutions_open(evaluation: Evaluation, at: datetime) -> bool:
    """Tell whether the members vote now: all were heard, and no round is waited for."""
    last = talks.last_round(evaluation)
    waits = last is not None and talks.is_open(last, at)
    heard = evaluation.state == "negotiating" and not talks.not_talked_with(evaluation)
    return heard and not waits and solutions_law(evaluation) is not None


def votes_of(evaluation: Evaluation) -> list[SolutionVote]:
    """List what the members that sit now think of the solutions."""
    sitting = SolutionVote.objects.filter(seat__in=queries.seats_of(evaluation))
    return list(sitting.select_related("seat__person", "bid__bidder", "bid__lot"))


def all_voted(evaluation: Evaluation, bids: Sequence[Bid]) -> bool:
    """Tell whether every place is taken and its member has voted on every solution."""
    given = {(vote.seat_id, vote.bid_id) for vote in votes_of(evaluation)}
    seats = list(queries.seats_of(evaluation))
    whole = all((seat.pk, bid.pk) in given for seat in seats for bid in bids)
    return whole and len(seats) == evaluation.size


def chosen_of(evaluation: Evaluation, lot: Lot) -> list[int]:
    """Give the bids of a lot whose solutions more than half of all members recommend."""
    given = votes_of(evaluation)
    said = {
        bid.pk: [vote.agrees for vote in given if vote.bid_id == bid.pk]
        for bid in queries.valid_bids(lot)
    }
    return votes.recommended(said, evaluation.size)


@dataclass(frozen=True)
class Solution:
    """What the members said of one supplier's solution, and whether it goes on."""

    bid: Bid
    votes: Sequence[SolutionVote]
    goes_on: bool


def solutions_told(evaluation: Evaluation) -> list[Solution]:
    """List the solutions with all votes once everybody has voted: members vote unseen before."""
    out = Exclusion.objects.filter(bid__tender=evaluation.tender, clause=votes.SOLUTION_CLAUSE)
    fallen = [made.bid for made in out.select_related("bid__lot", "bid__bidder")]
    bids, given = [*talks.talking(evaluation), *fallen], votes_of(evaluation)
    if not given or not all_voted(evaluation, bids):
        return []
    by_bid = {bid.pk: [vote for vote in given if vote.bid_id == bid.pk] for bid in bids}
    agreed = {pk: [vote.agrees for vote in said] for pk, said in by_bid.items()}
    chosen = set(votes.recommended(agreed, evaluation.size))
    return [Solution(bid, by_bid[bid.pk], bid.pk in chosen) for bid in bids]


def reported(evaluation: Evaluation) -> dict[str, Any]:
    """Give what the report says of both, where the panel had either to decide."""
    told: dict[str, Any] = {}
    law = duty(evaluation)
    if law is not None and evaluation.document:
        told["document"] = {
            "law": law.basis.cited,
            "standing": votes.DOCUMENT[evaluation.document],
            "digest": evaluation.tender.text_digest,
            "opinions": [
                {"member": said.seat.person.name, "agrees": said.agrees, "reason": said.reason}
                for said in opinions(evaluation)
            ],
        }
    if found := solutions_told(evaluation):
        told["solutions"] = [
            {
                "lot": one.bid.lot.number,
                "supplier": one.bid.bidder.name,
                "goes_on": one.goes_on,
                "votes": [
                    {"member": v.seat.person.name, "agrees": v.agrees, "reason": v.reason}
                    for v in one.votes
                ],
            }
            for one in found
        ]
    return told
