"""How far one expert's order of the bids runs against the others' (rulebook W-E02)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from statistics import median


def kendall_tau(own: Sequence[Decimal], others: Sequence[Decimal]) -> Fraction | None:
    """Give concordant minus discordant pairs over all pairs; None when there are none."""
    pairs = list(combinations(zip(own, others, strict=True), 2))
    if not pairs:
        return None
    signs = [_sign((a - c) * (b - d)) for (a, b), (c, d) in pairs]
    return Fraction(sum(signs), len(pairs))


def leans(totals: Mapping[str, Mapping[str, Decimal]], member: str, winner: str) -> bool:
    """Flag an expert who puts the winner first against the others, or orders bids against them.

    `totals` gives each member's total for each bidder.
    """
    own, bidders = totals[member], sorted(totals[member])
    rest = [marks for name, marks in totals.items() if name != member]
    if not rest:
        return False
    means = [sum((marks[b] for marks in rest), Decimal(0)) / len(rest) for b in bidders]
    tau = kendall_tau([own[b] for b in bidders], means)
    against = tau is not None and tau <= 0
    ranks = [_rank(marks, winner) for marks in rest]
    alone = _rank(own, winner) == 1 and median(ranks) * 2 > len(bidders) + 1
    return against or alone


def _rank(marks: Mapping[str, Decimal], bidder: str) -> int:
    return 1 + sum(mark > marks[bidder] for mark in marks.values())


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)
