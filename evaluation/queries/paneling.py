"""What a panel decides besides judging bids: whether the document stands, and, where only suppliers
can say what is to be bought, whose solutions go on to a last quote.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from accounts.domain import AUDITOR, REGULATOR, Actor
from bidding.models import Bid
from evaluation import queries, votes
from evaluation.models import DocumentOpinion, Evaluation, SolutionVote
from evaluation.queries import talks
from evaluation.queries.result import reads_report
from ledger.canonical import timestamp
from trading import queries as trading
from trading.markets import method_of
from trading.models import Lot
from trading.periods import Figure, Requirement
from trading.periods.fields import CONFIRMS, PANEL

CONFIRMING: Final = ("electing", "qualification", "conformity")
"""When members say what they think of the document: they sit, and nothing rests on it yet."""
BEFORE: Final = ("drawing", "gathering")
DOCUMENT: Final = "document"
SOLUTIONS: Final = "solutions"
"""What `Evaluation.decided` keeps of both, by name: who leaves later takes no vote away."""
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


def opens(evaluation: Evaluation) -> bool:
    """Tell whether members may speak of the document: until the first review of it is over."""
    return evaluation.state in CONFIRMING and DOCUMENT not in evaluation.decided


def document_of(evaluation: Evaluation) -> str:
    """Tell what the panel has come to: by those who sit now, until its review is over."""
    if opens(evaluation):
        said = [opinion.agrees for opinion in opinions(evaluation)]
        return votes.of_document(said, evaluation.size)
    return evaluation.document


def said_of_document(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give what each member said of the document: as kept when the review ended, whoever sits by
    now.
    """
    kept: list[dict[str, Any]] | None = evaluation.decided.get(DOCUMENT)
    if kept is not None:
        return kept
    return [
        {
            "seat": said.seat.number,
            "member": said.seat.person.name,
            "agrees": said.agrees,
            "reason": said.reason,
            "at": timestamp(said.at),
        }
        for said in opinions(evaluation)
    ]


def reads_opinions(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor reads the single opinions: members and who oversees them once all have
    spoken or the review is over, the purchasing side with the report (rulebook 1.3).
    """
    seated = queries.seat_of(actor, evaluation) is not None
    if seated or actor.has(REGULATOR, AUDITOR):
        return not opens(evaluation) or len(opinions(evaluation)) == evaluation.size
    return reads_report(actor, evaluation)


def document_told(actor: Actor, evaluation: Evaluation) -> dict[str, Any] | None:
    """Say what a page and the API show of it to somebody; None where the panel has no such duty, or
    ended its review before there was one.
    """
    law, standing = duty(evaluation), document_of(evaluation)
    if law is None or not (standing or evaluation.state in BEFORE or opens(evaluation)):
        return None
    said = said_of_document(evaluation)
    asked = [one["reason"] for one in said if not one["agrees"]]
    return {
        "law": law.basis.cited,
        "standing": standing,
        "title": votes.DOCUMENT.get(standing, ""),
        "opens": opens(evaluation),
        "talks": method_of(evaluation.tender).talks,
        "digest": evaluation.tender.text_digest,
        "spoken": len(said),
        "size": evaluation.size,
        "reasons": list(dict.fromkeys(asked)) if standing == votes.MEND else [],
        "opinions": [
            {name: one[name] for name in ("seat", "agrees", "reason", "at")} for one in said
        ]
        if reads_opinions(actor, evaluation)
        else [],
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


def solutions_told(evaluation: Evaluation) -> list[dict[str, Any]]:
    """List the solutions with all votes: as kept when last quotes were asked for, and before once
    everybody has voted, for members vote unseen.
    """
    kept: list[dict[str, Any]] | None = evaluation.decided.get(SOLUTIONS)
    if kept is not None:
        return kept
    bids, given = talks.talking(evaluation), votes_of(evaluation)
    if not given or not all_voted(evaluation, bids):
        return []
    by_bid = {bid.pk: [vote for vote in given if vote.bid_id == bid.pk] for bid in bids}
    agreed = {pk: [vote.agrees for vote in said] for pk, said in by_bid.items()}
    chosen = set(votes.recommended(agreed, evaluation.size))
    return [_solution(bid, by_bid[bid.pk], goes_on=bid.pk in chosen) for bid in bids]


def _solution(bid: Bid, given: Sequence[SolutionVote], *, goes_on: bool) -> dict[str, Any]:
    """Give what the members said of one supplier's solution, and whether it goes on."""
    return {
        "bid": bid.pk,
        "lot": bid.lot.number,
        "bidder": bid.bidder.name,
        "goes_on": goes_on,
        "votes": [
            {
                "seat": vote.seat.number,
                "member": vote.seat.person.name,
                "agrees": vote.agrees,
                "reason": vote.reason,
            }
            for vote in given
        ],
    }


def reported(evaluation: Evaluation) -> dict[str, Any]:
    """Give what the report says of both, where the panel had either to decide."""
    told: dict[str, Any] = {}
    law = duty(evaluation)
    if law is not None and evaluation.document:
        told["document"] = {
            "law": law.basis.cited,
            "standing": votes.DOCUMENT[evaluation.document],
            "digest": evaluation.tender.text_digest,
            "earlier": evaluation.rounds.exists(),
            "opinions": [
                {name: said[name] for name in ("member", "agrees", "reason")}
                for said in said_of_document(evaluation)
            ],
        }
    if found := solutions_told(evaluation):
        told["solutions"] = [
            {
                "lot": one["lot"],
                "supplier": one["bidder"],
                "goes_on": one["goes_on"],
                "votes": [
                    {name: vote[name] for name in ("member", "agrees", "reason")}
                    for vote in one["votes"]
                ],
            }
            for one in found
        ]
    return told
