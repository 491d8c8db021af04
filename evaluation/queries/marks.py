"""The scoring page, and the members' marks side by side once all have locked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.domain import Actor
from bidding.models import Bid
from evaluation import domain, queries, tendency
from evaluation.models import Evaluation, MarkReview, Ranking, Score, Scorecard, Seat
from trading.domain.scheme import Leaf
from trading.models import Lot


@dataclass(frozen=True)
class MarkCell:
    """One member's mark, flagged when it stands far from the others' mean."""

    mark: Decimal | None
    flagged: bool = False


@dataclass(frozen=True)
class MarkRow:
    """One criterion of one bid with every member's mark."""

    leaf: Leaf
    bidder: str
    cells: Sequence[MarkCell]
    uneven: bool


@dataclass(frozen=True)
class Comparison:
    """The members' marks side by side, once all have locked."""

    lot: Lot
    seats: Sequence[Seat]
    rows: Sequence[MarkRow] = field(default_factory=list)


def comparisons(actor: Actor, evaluation: Evaluation) -> list[Comparison]:
    """Give the marks the reader may see side by side; nothing before all have locked."""
    seats = queries.readable_seats(actor, evaluation)
    if len(seats) < evaluation.size:
        return []
    lots = Lot.objects.filter(tender=evaluation.tender).exclude(state="failed")
    return [_comparison(evaluation, lot, seats) for lot in lots.order_by("number")]


def _comparison(evaluation: Evaluation, lot: Lot, seats: Sequence[Seat]) -> Comparison:
    marks = queries.marks_for_rule(evaluation, lot)
    rows = [
        _mark_row(leaf, bid, marks.get(bid.pk, {}).get(leaf.code, {}), seats)
        for bid in queries.valid_bids(lot)
        for leaf in queries.leaves(evaluation)
    ]
    return Comparison(lot, seats, rows)


def _mark_row(leaf: Leaf, bid: Bid, given: Mapping[str, Decimal], seats: Sequence[Seat]) -> MarkRow:
    cells = [
        MarkCell(mark, leaf.subjective and _stands_off(f"seat-{seat.number}", given, leaf.full))
        for seat in seats
        for mark in [given.get(f"seat-{seat.number}")]
    ]
    uneven = not leaf.subjective and len(set(given.values())) > 1
    return MarkRow(leaf, bid.bidder.name, cells, uneven)


def _stands_off(member: str, given: Mapping[str, Decimal], full: Decimal) -> bool:
    others = [mark for name, mark in given.items() if name != member]
    return member in given and domain.outlying(given[member], others, full) is not None


@dataclass(frozen=True)
class LookAgain:
    """A mark to be looked at again: far from the others', or objective and not the same for all."""

    score: Score
    leaf: Leaf
    others: Decimal
    share: Decimal | None
    reviews: Sequence[MarkReview]

    @property
    def seat(self) -> int:
        """Give whose mark it is."""
        return self.score.scorecard.seat.number

    @property
    def place(self) -> str:
        """Name the mark as forms do: lot, bid, criterion."""
        return f"{self.score.scorecard.lot.number}.{self.score.bid_id}.{self.score.criterion}"

    @property
    def percent(self) -> Decimal:
        """Give how far it stands off, in hundredths of the full mark."""
        return round((self.share or Decimal(0)) * 100, 1)

    @property
    def is_reopened(self) -> bool:
        """Tell whether the member is marking it anew."""
        return any(review.closed_at is None for review in self.reviews)

    @property
    def reason(self) -> str:
        """Give the member's reason for the mark as it stands; "" while there is none."""
        stands = [r for r in self.reviews if r.closed_at and r.after == self.score.mark]
        return stands[-1].reason if stands else ""


def to_look_at(evaluation: Evaluation) -> list[LookAgain]:
    """Give the marks that must agree or be explained, in the order of lots, bids and seats."""
    leaves = {leaf.code: leaf for leaf in queries.leaves(evaluation)}
    found: dict[tuple[int, str], list[Score]] = {}
    for score in _counted(evaluation):
        found.setdefault((score.bid_id, score.criterion), []).append(score)
    return [
        item
        for (_bid, code), scores in found.items()
        if code in leaves
        for item in _striking(leaves[code], scores)
    ]


def uneven(evaluation: Evaluation) -> list[list[LookAgain]]:
    """Give the objective marks that must agree and do not: of each criterion, all members'."""
    found: dict[str, list[LookAgain]] = {}
    for item in to_look_at(evaluation):
        if item.share is None:
            found.setdefault(item.place, []).append(item)
    return list(found.values())


def standing_off(evaluation: Evaluation) -> list[LookAgain]:
    """Give the marks far from the others', which their members change or explain."""
    return [item for item in to_look_at(evaluation) if item.share is not None]


def _counted(evaluation: Evaluation) -> QuerySet[Score]:
    """Give the marks that count: of members who sit, for bids and lots that are not out."""
    scores = Score.objects.filter(
        scorecard__evaluation=evaluation, bid__exclusion=None, scorecard__lot__state="open"
    ).exclude(scorecard__seat__state__in=queries.GONE)
    return (
        scores.select_related("scorecard__seat__person", "scorecard__lot", "bid__bidder")
        .prefetch_related("reviews")
        .order_by("scorecard__lot__number", "bid__sequence", "criterion", "scorecard__seat__number")
    )


def _striking(leaf: Leaf, scores: Sequence[Score]) -> Iterator[LookAgain]:
    uneven = not leaf.subjective and len({score.mark for score in scores}) > 1
    for score in scores:
        others = [other.mark for other in scores if other is not score]
        share = domain.outlying(score.mark, others, leaf.full) if leaf.subjective else None
        if uneven or share is not None:
            mean = round(sum(others, Decimal(0)) / len(others), 2)
            yield LookAgain(score, leaf, mean, share, list(score.reviews.all()))


def reviewed(evaluation: Evaluation) -> list[MarkReview]:
    """Give what was looked at again and how it ended, old and new mark with the reasons."""
    found = MarkReview.objects.filter(score__scorecard__evaluation=evaluation)
    found = found.exclude(score__scorecard__seat__state__in=queries.GONE)
    return list(
        found.select_related(
            "score__scorecard__seat__person", "score__scorecard__lot", "score__bid__bidder"
        ).order_by("pk")
    )


def leaning(evaluation: Evaluation, ranking: Ranking) -> list[int]:
    """List by seat whose order of a lot's bids runs against the others', or who alone puts the
    first of the ranking first (W-E02); nobody where there is no order to compare.
    """
    totals = _totals(ranking.case)
    firsts = [row["bidder"] for row in ranking.result["ranking"] if row["rank"] == 1]
    winner = firsts[0] if len(firsts) == 1 else ""
    return [
        seat.number
        for seat in queries.seats_of(evaluation)
        if (member := f"seat-{seat.number}") in totals
        and winner
        and _orders(totals, member)
        and tendency.leans(totals, member, winner)
    ]


def _totals(case: Mapping[str, Any]) -> dict[str, dict[str, Decimal]]:
    """Add up what each member gave each bid."""
    found: dict[str, dict[str, Decimal]] = {}
    for bid in case["bids"]:
        for given in bid.get("marks", {}).values():
            for member, mark in given.items():
                sums = found.setdefault(member, {})
                sums[bid["name"]] = sums.get(bid["name"], Decimal(0)) + Decimal(mark)
    return found


def _orders(totals: Mapping[str, Mapping[str, Decimal]], member: str) -> bool:
    """Tell whether a member, and the others together, tell bids apart at all."""
    rest = [marks for name, marks in totals.items() if name != member]
    sums = {sum((marks[bid] for marks in rest), Decimal(0)) for bid in totals[member]}
    return len(set(totals[member].values())) > 1 and len(sums) > 1


def unexplained(evaluation: Evaluation) -> list[LookAgain]:
    """Give the marks far from the others' whose member has not said why they stand."""
    return [item for item in standing_off(evaluation) if not item.reason]


def reopened_items(card: Scorecard) -> list[dict[str, Any]]:
    """Give the items for which a card was reopened: criterion, bidder, old mark, and why."""
    leaves = {leaf.code: leaf for leaf in queries.leaves(card.evaluation)}
    found = MarkReview.objects.filter(score__scorecard=card, closed_at=None)
    return [
        {
            "review": review,
            "leaf": leaves[review.score.criterion],
            "place": f"{card.lot.number}.{review.score.bid_id}.{review.score.criterion}",
        }
        for review in found.select_related("score__bid__bidder").order_by("pk")
    ]


def scoring_rows(card: Scorecard) -> list[dict[str, Any]]:
    """Give what one member marks of a lot: each criterion, and each bid's mark so far."""
    bids, marks = queries.valid_bids(card.lot), queries.marks_of(card)
    return [
        {
            "leaf": leaf,
            "marks": [
                {
                    "bid": bid,
                    "name": f"{bid.pk}.{leaf.code}",
                    "score": marks.get((bid.pk, leaf.code)),
                }
                for bid in bids
            ],
        }
        for leaf in queries.leaves(card.evaluation)
    ]
